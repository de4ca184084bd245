import { createReader, expose, mention, publish, setting, target, type PatternDialect } from '../patterns/pattern.js'

const plain: PatternDialect = {
  name: 'yaml lines',
  kind: 'settings',
  comments: { line: ['#'] },
  assignment:
    /^[ \t]*(?:-[ \t]+)?["']?(?<name>[A-Za-z_][\w.-]*)["']?[ \t]*(?:=|:[ \t])[ \t]*["']?(?<value>[^"'\n#]*?)["']?[ \t]*(?:#.*)?$/dgm,
}

const compose: PatternDialect = {
  ...plain,
  section: /^ {2,4}(?<name>[A-Za-z][\w.-]{0,62}):[ \t]*(?=\n {3,8}(?:image|build|container_name|ports|environment):)/gm,
  sectionKind: 'block',
  patterns: [
    publish`^[ \t]*- *["']?(?:(?:[\d.]+|\[[\da-f:]*\]):)?(?:\$\{(?<variable>\w+):?-)?(?<port>\d{2,5})\}?:(?<inner>\d{2,5})(?:\/tcp)?["']?[ \t]*(?:#.*)?$`,
    publish`^[ \t]*-?[ \t]*published:[ \t]*["']?(?<port>\d{2,5})["']?[ \t]*(?:#.*)?$`,
    { ...target`^[ \t]*-?[ \t]*target:[ \t]*["']?(?<port>\d{2,5})["']?[ \t]*(?:#.*)?$`, side: 'container' },
    { ...setting`^[ \t]*- *["']?(?<name>[A-Z_]*PORT)=(?<port>\d{2,5})["']?[ \t]*(?:#.*)?$`, side: 'container' },
  ],
}

const kubernetes: PatternDialect = {
  ...plain,
  patterns: [
    { ...expose`^[ \t]*-?[ \t]*(?:containerPort|targetPort):[ \t]*(?<port>\d{2,5})[ \t]*(?:#.*)?$`, side: 'container' },
    mention`^[ \t]*-?[ \t]*(?:port|nodePort|hostPort):[ \t]*(?<port>\d{2,5})[ \t]*(?:#.*)?$`,
  ],
}

const readers = { plain: createReader(plain), compose: createReader(compose), kubernetes: createReader(kubernetes) }

/** Reads line by line what no parser accepts. */
export const readYamlLines: typeof readers.plain = (text) => {
  if (/^services:/m.test(text)) return readers.compose(text)
  return /^apiVersion:/m.test(text) ? readers.kubernetes(text) : readers.plain(text)
}
