import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pathFrom } from '../../project/find-config.js'
import type { Finding } from '../finding.js'
import { adviseOn, sentence, type Report } from './report.js'

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
              shortDescription: { text: why },
              help: { text: fix },
            })),
          },
        },
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(root).href.replace(/\/$/, '')}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex(({ name }) => name === finding.rule),
          level: finding.severity,
          message: { text: sentence(adviseOn(finding)) },
          locations: [{ physicalLocation: placeOf(finding, root) }],
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

/** A file outside the repository keeps its path from the working directory. */
function placeOf({ file, location, line, column, port }: Finding, root: string) {
  const path = pathFrom(root, location)
  const isInside = !isAbsolute(path) && !path.startsWith('../')
  const uri = encodeURI(isInside ? path : file)
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
  return {
    artifactLocation: isInside ? { uri, uriBaseId: 'SRCROOT' } : { uri },
    region: { startLine: line, startColumn: column, endColumn: column + String(port).length },
  }
}
