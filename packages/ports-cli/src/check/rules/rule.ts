import type { PortRegistry } from '@driftos/ports/define'
import type { Meaning } from '../attribution/attribution.js'
import type { FileKind } from '@driftos/port-scanner'
import type { Sighting } from '@driftos/port-scanner'
import { splitWords } from '@driftos/port-scanner'

/** A number that was taken for a port, where it stands, and which service it means. */
export interface Occurrence extends Sighting {
  /** The folder that was scanned. */
  readonly root: string
  /** From the root, with `/`. */
  readonly path: string
  /** As it is shown: the path, behind the root's name where there are several. */
  readonly file: string
  /** The file on this machine. */
  readonly location: string
  readonly kind: FileKind
  readonly line: number
  readonly column: number
  readonly lineText: string
  readonly meaning?: Meaning | undefined
  /** What the package is called that it stands in. */
  readonly packageName?: string | undefined
}

/** What is wrong with an occurrence. */
export interface Verdict {
  readonly severity: 'error' | 'warning'
  /** The service that is meant, or that holds the number. */
  readonly service?: string | undefined
  readonly message: string
  /** What to write instead. */
  readonly suggestion?: string | undefined
  /** The number to write instead, where that is certain. */
  readonly fix?: number | undefined
}

/** One way in which a port can be wrong. */
export interface Rule {
  readonly name: string
  /** Why it matters. */
  readonly why: string
  /** How it is mended. */
  readonly fix: string
}

/** A rule that looks at one occurrence at a time. */
export interface OccurrenceRule extends Rule {
  judge(occurrence: Occurrence, registry: RegistryView): Verdict | undefined
}

/** What the rules ask of a registry. */
export type RegistryView = Pick<PortRegistry, 'services' | 'retired' | 'findService'>

/** The service whose registered port it is. */
export function holderOf(port: number, registry: RegistryView): string | undefined {
  const found = registry.findService(port)
  return found?.status === 'assigned' ? found.service : undefined
}

/** Whether a number stands in a comment of source code, which runs nothing. */
export function isComment({ kind, lineText, column }: Occurrence): boolean {
  return kind === 'javascript' && /^\s*(?:\/\/|\/?\*)|\s\/\/\s/.test(lineText.slice(0, column - 1))
}

/** Whether a number is only compared with in source code: neither listened on nor reached. */
export function isCompared({ kind, lineText, column }: Occurrence): boolean {
  if (kind !== 'javascript') return false
  const before = lineText.slice(0, column - 1)
  const isRight = /(?:[=!]==?|(?<!=)[<>]=?|\bcase)\s*["'`]?$/.test(before)
  return isRight || /^[\d_]+["'`]?\s*[=!]==?/.test(lineText.slice(column - 1))
}

/** Whether a number is told of the past: by what is said of it, or a retired one by the name that it is given. */
export function isOfPast({ port, isPast, role, clues, meaning }: Occurrence, registry: RegistryView): boolean {
  if (isPast) return true
  // What is published under an old name is published all the same.
  if (role === 'publish' || registry.findService(port)?.status !== 'retired') return false
  const variable = clues.find(({ kind }) => kind === 'variable')?.text ?? ''
  const ownWords = splitWords(meaning?.service ?? '')
  return splitWords(variable).some((word) => pastWords.test(word) && !ownWords.includes(word))
}

const pastWords = /^(?:old|legacy|former|retired|previous|deprecated)$/

/** Whether a file tells another machine, such as a workflow's runner, what to do. */
export function isOfWorkflow({ path }: Occurrence): boolean {
  return /(?:^|\/)\.(?:github|gitlab|circleci)\b/.test(path)
}

/** Whether a port is handed out by a cluster for a Service of its own. */
export function isNodePort({ port, kind, lineText }: Occurrence): boolean {
  return kind === 'yaml' && port >= 30_000 && port <= 32_767 && lineText.includes('nodePort')
}

/** The service that an occurrence means; a registered number that nothing names means its holder. */
export function serviceOf({ port, meaning, isRemote }: Occurrence, registry: RegistryView): string | undefined {
  if (meaning) return meaning.service
  return isRemote ? undefined : holderOf(port, registry)
}

/** Whether files of a kind set variables for good, rather than show or try how it is done. */
export function isSettings(kind: FileKind): boolean {
  return kind === 'dotenv' || kind === 'yaml' || kind === 'dockerfile' || kind === 'toml'
}
