import { isAbsolute, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sentence, type Report } from './report.js'

/**
 * The findings as SARIF 2.1.0, which GitHub's code scanning and editors read.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 *
 * @param version - of this program
 * @param root - the repository's root, which paths start from
 */
export function formatSarif({ findings, rules }: Report, version: string, root: string): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'driftos-ports',
            version,
            rules: rules.map(({ name, why, fix }) => ({
              id: name,
              shortDescription: { text: sentence(why) },
              help: { text: sentence(fix) },
            })),
          },
        },
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(root).href.replace(/\/$/, '')}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ rule, severity, file, location, line, column, port, message, suggestion }) => ({
          ruleId: rule,
          ruleIndex: rules.findIndex(({ name }) => name === rule),
          level: severity,
          message: { text: sentence(suggestion === undefined ? message : `${message}; write ${suggestion}`) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: artifactOf(root, location, file),
                region: { startLine: line, startColumn: column, endColumn: column + String(port).length },
              },
            },
          ],
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

/** A file outside the repository keeps its path from the working directory. */
function artifactOf(root: string, location: string, file: string): { uri: string; uriBaseId?: string } {
  const path = relative(root, location).split(sep).join('/')
  const isInside = !isAbsolute(path) && !path.startsWith('../')
  const uri = encodeURI(isInside ? path : file)
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
  return isInside ? { uri, uriBaseId: 'SRCROOT' } : { uri }
}
