import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import type { Content } from './content.js'
import type { Directory } from './directory.js'
import { Document, type Assets } from './page/document.js'
import { Site } from './page/site.js'
import { findView, isKnown, pathOf, titleOf, type View } from './view.js'

/** The data for every page of the site. */
export interface SiteSource extends Content {
  readonly directory: Directory
  /** Whether the website's own server runs, which sends live states. */
  readonly isServed: boolean
  readonly assets: Assets
}

/** The answer to a request for a page. */
export type PageAnswer = { readonly status: 200 | 404; readonly html: string } | { readonly location: string }

/** Returns the page at a URL, or its canonical location: a service's page is at its name. */
export function answerPage(url: string, source: SiteSource): PageAnswer {
  const [path = '', ...query] = url.split('?')
  const view = findView(path, source, new URLSearchParams(query.join('?')).get('q') ?? '')
  const location = pathOf(view)
  if (location !== undefined && location !== path) return { location: [location, ...query].join('?') }
  return { status: isKnown(view, source.directory) ? 200 : 404, html: renderPage(view, source) }
}

/**
 * Returns the whole HTML of a view.
 *
 * @param base - the path from the page to the root of the site
 */
export function renderPage(view: View, { assets, directory, isServed }: SiteSource, base = '/'): string {
  const title = titleOf(view, directory)
  const data = { view, directory, isServed, base, title }
  const page = renderToString(<Site {...data} />)
  const document = (
    <Document
      path={isServed ? pathOf(view) : undefined}
      isIndexed={view.kind !== 'missing'}
      assets={assets}
      data={data}
    >
      {page}
    </Document>
  )
  return `<!doctype html>${renderToStaticMarkup(document)}`
}
