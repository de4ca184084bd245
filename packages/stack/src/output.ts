import type { ServiceName } from '@driftos/ports'
import { prettyLines } from '@driftos/service/log'
import colors from 'picocolors'

const tints = [colors.cyan, colors.magenta, colors.blue, colors.green, colors.yellow, colors.gray]

/**
 * Returns a function that prints the lines of each service: structured log lines formatted for people, with the service's
 * name in front, or as they are if `format` is `json`.
 */
export function printer(
  services: readonly ServiceName[],
  format?: string,
): (service: ServiceName) => (line: string) => void {
  const width = Math.max(...services.map((service) => service.length))
  const pretty = prettyLines(colors.isColorSupported)
  return (service) => {
    const label = tints[services.indexOf(service) % tints.length]!(`${service.padEnd(width)} |`)
    return (line) => {
      const isStructured = line.startsWith('{')
      if (isStructured && format === 'json') {
        console.log(line)
        return
      }
      const text = isStructured ? pretty(line) : line
      for (const part of text.split('\n')) if (part.trim()) console.log(`${label} ${part.trimEnd()}`)
    }
  }
}
