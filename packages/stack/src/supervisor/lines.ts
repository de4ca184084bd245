import { StringDecoder } from 'node:string_decoder'

/** Longer lines are cut into pieces, so that a process without line ends does not fill the memory. */
const longestLine = 65_536

/** Calls a function with each line of a stream; settles at its end. */
export async function readLines(stream: AsyncIterable<Buffer>, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/)
    rest = lines.pop()!
    for (const line of lines) onLine(line)
    while (rest.length > longestLine) {
      onLine(rest.slice(0, longestLine))
      rest = rest.slice(longestLine)
    }
  }
  rest += decoder.end()
  if (rest) onLine(rest)
}
