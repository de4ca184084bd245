import type { ServiceName } from '@driftos/ports'
import colors from 'picocolors'
import { prettyFactory } from 'pino-pretty'

const tints = [colors.cyan, colors.magenta, colors.blue, colors.green, colors.yellow, colors.gray]

/**
 * Returns a function that prints lines with the service's name in front, and formats structured log lines.
 *
 * @param format - `json` prints structured log lines unchanged; they contain the service
 */
export function printer(
  services: readonly ServiceName[],
  format?: string,
): (service: ServiceName) => (line: string) => void {
  const width = Math.max(...services.map((service) => service.length))
  const pretty = prettyFactory({
    colorize: colors.isColorSupported,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,service',
    singleLine: true,
  })
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
