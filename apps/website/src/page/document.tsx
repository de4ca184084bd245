import type { PageData } from './site.js'

/** The built files that a page loads. */
export interface Assets {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** Renders the document around a page: its head, and the data that the browser hydrates it with. */
export function Document(props: {
  /** The canonical path of a page that a server sends. */
  readonly path: string | undefined
  readonly isIndexed: boolean
  readonly assets: Assets
  readonly data: PageData
  /** The rendered page. */
  readonly children: string
}) {
  const { path, isIndexed, assets, data, children } = props
  // Escaped, so that no text can close the script element.
  const json = JSON.stringify(data).replaceAll('<', String.raw`\u003c`)
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{data.title}</title>
        <meta name="description" content="Every port of DriftOS: its service, its address and its variable." />
        {!isIndexed && <meta name="robots" content="noindex" />}
        {path && <link rel="canonical" href={path} />}
        <link rel="icon" type="image/svg+xml" href={`${data.base}icon.svg`} />
        {assets.styles.map((file) => (
          <link key={file} rel="stylesheet" href={data.base + file} />
        ))}
        {assets.scripts.map((file) => (
          <script key={file} type="module" src={data.base + file} />
        ))}
      </head>
      <body>
        <div id="page" dangerouslySetInnerHTML={{ __html: children }} />
        <script id="data" type="application/json" dangerouslySetInnerHTML={{ __html: json }} />
      </body>
    </html>
  )
}
