import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types'

type Document = OpenAPIV3.Document | OpenAPIV3_1.Document

/** Renders an OpenAPI document as one page without scripts and external files. */
export function documentationPage(document: object): string {
  const { info, paths } = document as Document
  const calls = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, OpenAPIV3_1.OperationObject>).map(
      ([method, operation]) => `<section>
<h2><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${escape(operation.summary ?? '')}</p>
${schemaOf('Parameters', operation.parameters)}
${schemaOf('Body', contentOf(operation.requestBody))}
${Object.entries(operation.responses ?? {})
  .map(([status, response]) => schemaOf(`Answer ${status}`, contentOf(response)))
  .join('\n')}
</section>`,
    ),
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(info.title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1rem; margin: 2rem 0 0 }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886 }
</style>
<h1>${escape(info.title)} ${escape(info.version)}</h1>
<p>${escape(info.description ?? '')} As OpenAPI: <a href="/documentation/json">/documentation/json</a>.</p>
${calls.join('\n')}
</html>
`
}

function contentOf(part: unknown): unknown {
  const { content } = (part ?? {}) as { content?: Record<string, { schema?: unknown }> }
  return Object.values(content ?? {})[0]?.schema
}

function schemaOf(title: string, schema: unknown): string {
  if (schema === undefined) return ''
  return `<details><summary>${escape(title)}</summary><pre>${escape(JSON.stringify(schema, null, 2))}</pre></details>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
