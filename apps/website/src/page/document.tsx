import type { PageData } from './site.js'

/** The built files that a page loads. */
export interface Assets {
  readonly scripts: readonly string[]
  readonly styles: readonly string[]
}

/** What surrounds the page that the browser takes over: its head, and the data from which it was rendered. */
export function Document(props: {
  readonly title: string
  readonly path: string | undefined
  readonly assets: Assets
  readonly data: PageData
  /** The rendered page. */
  readonly children: string
}) {
  const { title, path, assets, data, children } = props
  // No text of the data ends the element that holds it.
  const json = JSON.stringify(data).replaceAll('<', String.raw`\u003c`)
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <meta name="description" content="Every port of DriftOS: who holds it, where it is, and what moves it." />
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
