import { findAddresses } from '../address.js'
import { extend, shift, type Match } from '../match.js'

/** Returns whether a text describes an interface. Such files are large, and only the addresses of servers count. */
export function isOpenApi(text: string): boolean {
  return /^["']?(?:openapi|swagger|asyncapi)["']?[ \t]*:/m.test(text)
}

/** Returns the addresses of the servers of OpenAPI and AsyncAPI; everything else in them is an example. */
export function readOpenApi(text: string): Match[] {
  const sections = text.matchAll(/^(?:servers:[^\n]*\n(?:[ \t#-][^\n]*\n?|\r?\n)*|host:[^\n]*)/gm)
  return [...sections].flatMap(({ index, 0: section }) =>
    [...section.matchAll(/^(?!\s*#)[^\n]*?\b(?:url|host)["']?:[ \t]*(?<value>[^\n#]*)/dgm)].flatMap((line) => {
      const found = findAddresses(line.groups!['value']!, { isBare: true })
      const offset = index + line.indices!.groups!['value']![0]
      return extend(shift(found, offset), { evidence: [{ kind: 'variable', text: 'url' }] })
    }),
  )
}
