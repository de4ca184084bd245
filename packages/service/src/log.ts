import { prettyFactory } from 'pino-pretty'

/**
 * Returns a function that formats a structured log line for people: its time, level and message, then the other fields.
 *
 * @param isColored - whether the lines have colors
 */
export function prettyLines(isColored: boolean): (line: string) => string {
  const format = prettyFactory({
    colorize: isColored,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,service',
    singleLine: true,
  })
  return (line) => format(line)
}

/** Creates a stream for the logger that prints formatted lines. */
export function prettyStream(isColored: boolean): { write: (line: string) => void } {
  const format = prettyLines(isColored)
  return { write: (line) => void process.stdout.write(format(line)) }
}
