import { adviseOn, type Report } from './report.js'

/**
 * A workflow command for each finding, which GitHub shows next to the line.
 *
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function formatGithub({ findings }: Report): string {
  return findings
    .map((finding) => {
      const { rule, severity, file, line, column } = finding
      const properties = `file=${escapeProperty(file)},line=${line},col=${column},title=${rule}`
      return `::${severity} ${properties}::${escapeData(adviseOn(finding))}\n`
    })
    .join('')
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
