import type { PageData } from './site.js'

/** The built files that a page loads. */
export interface Assets {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** Renders the document around a page: its head, and the data that the browser hydrates it with. */
export function Document(props: {
  readonly title: string
  readonly path: string | undefined
  readonly assets: Assets
  readonly data: PageData
  /** The rendered page. */
  readonly children: string
}) {
  const { title, path, assets, data, children } = props
  // Escaped, so that no text can close the script element.
  const json = JSON.stringify(data).replaceAll('<', String.raw`\u003c`)
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <meta name="description" content="Every port of DriftOS: its service, its address and its variable." />
        {path === undefined ? <meta name="robots" content="noindex" /> : <link rel="canonical" href={path} />}
        <link rel="icon" type="image/svg+xml" href="/icon.svg" />
        {assets.styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
        {assets.scripts.map((source) => (
          <script key={source} type="module" src={source} />
        ))}
      </head>
      <body>
        <div id="page" dangerouslySetInnerHTML={{ __html: children }} />
        <script id="data" type="application/json" dangerouslySetInnerHTML={{ __html: json }} />
      </body>
    </html>
  )
}
