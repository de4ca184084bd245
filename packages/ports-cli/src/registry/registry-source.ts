import type { Move, RetiredService, ServiceDefinition } from '@driftos/ports'
import type { RegistryDefinition } from '@driftos/ports/define'
import { registrySchema } from '@driftos/ports/schema'
import {
  Node,
  Project,
  SyntaxKind,
  type ObjectLiteralExpression,
  type PropertyAssignment,
  type SourceFile,
} from 'ts-morph'
import type { z } from 'zod'
import { UsageError } from '../command.js'
import { entry, layOut, quote, type Columns, type Field } from './layout.js'
import { nameOf, readLiteral, withoutType } from './literal.js'

type TableName = 'services' | 'ranges' | 'history' | 'retired'

/** The text of a registry, which edits change line by line: a line that an edit is not about stays byte by byte. */
export class RegistrySource {
  readonly #file: SourceFile
  readonly #lineEnd: string

  constructor(text: string) {
    const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true })
    this.#lineEnd = text.includes('\r\n') ? '\r\n' : '\n'
    this.#file = project.createSourceFile('registry.ts', text.replaceAll('\r\n', '\n'))
  }

  get text(): string {
    return this.#file.getFullText().replaceAll('\n', this.#lineEnd)
  }

  /** What the text says, whether or not it contradicts itself. */
  read(): unknown {
    const tables = (['services', 'ranges', 'history', 'retired'] as const).flatMap((name) => {
      const declaration = this.#file.getVariableDeclaration(name)
      return declaration ? [[name, readLiteral(declaration.getInitializerOrThrow())]] : []
    })
    return Object.fromEntries(tables) as unknown
  }

  /** Puts a service on another port, to the line where that belongs, and notes why it may take a retired one. */
  move(name: string, port: number, reuses: string | undefined): void {
    const service = this.#service(name)
    if (service.getStartLineNumber() !== service.getEndLineNumber()) {
      const object = objectOf(service)
      object.getPropertyOrThrow('port').asKindOrThrow(SyntaxKind.PropertyAssignment).setInitializer(String(port))
      object.getProperty('reuses')?.remove()
      if (reuses !== undefined) object.addPropertyAssignment({ name: 'reuses', initializer: quote(reuses) })
      return
    }
    const columns = columnsOf(service)
    const fields = fieldsOf(service)
      .filter(([field]) => field !== 'reuses')
      .map((field): Field => (field[0] === 'port' ? ['port', String(port)] : field))
    if (reuses !== undefined) fields.push(['reuses', quote(reuses)])
    const { before, behind } = this.#remove(service)
    this.#insertService(port, `${before}${layOut(name, fields, columns)}${behind}`)
  }

  /** Adds a service on a line of its own, in the columns of the others. */
  add(name: string, service: ServiceDefinition): void {
    const others = properties(this.#table('services'))
    // What most lines have in a column is where the eye looks for it.
    const columns = new Map(
      ['{', ...Object.keys(service)].flatMap((field) => {
        const found = others.flatMap((other) => columnsOf(other).get(field) ?? [])
        const most = mostFrequent(found)
        return most === undefined ? [] : [[field, most] as const]
      }),
    )
    const fields = Object.entries(service).map(([field, value]): Field => [
      field,
      typeof value === 'number' ? String(value) : quote(value as string),
    ])
    this.#insertService(service.port, layOut(name, fields, columns))
  }

  /** Takes a service out, and leaves its name and number to the retired ones. */
  retire(name: string, { port, reason }: RetiredService): void {
    this.#remove(this.#service(name))
    this.#append(
      'retired',
      entry(`${name}: `, [
        ['port', String(port)],
        ['reason', quote(reason)],
      ]),
    )
  }

  /** Adds a move to the end of the history. */
  appendMove({ service, from, to, reason }: Move): void {
    const fields: Field[] = [
      ['service', quote(service)],
      ['from', String(from)],
      ['to', String(to)],
      ['reason', quote(reason)],
    ]
    this.#append('history', entry('', fields))
  }

  #table(name: TableName): ObjectLiteralExpression {
    const value = this.#value(name)
    if (Node.isObjectLiteralExpression(value)) return value
    throw new UsageError(`The registry's ${name} have to be an object that is written out`)
  }

  #value(name: TableName): Node {
    const declaration = this.#file.getVariableDeclaration(name)
    if (!declaration) throw new UsageError(`The registry has no table ${name}: export one, such as \`{} as const\``)
    return withoutType(declaration.getInitializerOrThrow())
  }

  #service(name: string): PropertyAssignment {
    return properties(this.#table('services')).find((property) => nameOf(property) === name)!
  }

  #insertService(port: number, line: string): void {
    const next = properties(this.#table('services')).find((property) => portOf(property) > port)
    if (next) this.#file.insertText(next.getStartLinePos(), `${line}\n`)
    else this.#append('services', line)
  }

  #append(table: TableName, lines: string): void {
    const value = this.#value(table)
    const elements = Node.isArrayLiteralExpression(value) ? value.getElements() : properties(this.#table(table))
    const last = elements.at(-1)
    const end = value.getEnd() - 1
    if (!last) this.#file.replaceText([value.getStart() + 1, end], `\n${lines}\n`)
    else {
      const rest = this.#file.getFullText().slice(last.getEnd(), end)
      const comma = rest.trimStart().startsWith(',') ? '' : ','
      this.#file.replaceText([last.getEnd(), end], `${comma}${rest.trimEnd()}\n${lines}\n`)
    }
  }

  /** Takes a service out with its lines; gives the comments that stand above it and behind it. */
  #remove(service: PropertyAssignment): { readonly before: string; readonly behind: string } {
    const text = this.#file.getFullText()
    const start = service.getStartLinePos()
    const end = text.indexOf('\n', service.getEnd())
    const above = service.getLeadingCommentRanges()[0]
    const first = above ? text.lastIndexOf('\n', above.getPos()) + 1 : start
    const behind = text.slice(service.getEnd(), end).replace(/^,/, '')
    this.#file.removeText(first, end + 1)
    return { before: text.slice(first, start), behind }
  }
}

/**
 * A registry as its source has it.
 *
 * @throws {UsageError} when it contradicts itself, naming every contradiction
 */
export function parseRegistry(source: RegistrySource): Required<RegistryDefinition> {
  const { data, error } = registrySchema.safeParse(source.read())
  if (data) return data as Required<RegistryDefinition>
  throw new UsageError(error.issues.map(describe).join('\n'))
}

/** What is wrong: an invariant says it whole, a malformed field has to be named. */
function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  return `${issue.path.join('.')}: ${message}`
}

function properties(table: ObjectLiteralExpression): PropertyAssignment[] {
  return table.getProperties().filter(Node.isPropertyAssignment)
}

function fieldsOf(service: PropertyAssignment): Field[] {
  return properties(objectOf(service)).map((field) => [field.getName(), field.getInitializerOrThrow().getText()])
}

/** Where the fields of a service begin on its line, its opening brace among them. */
function columnsOf(service: PropertyAssignment): Columns {
  const start = service.getStartLinePos()
  const object = objectOf(service)
  const begins = properties(object).map((field) => [field.getName(), field.getStart() - start] as const)
  return new Map([['{', object.getStart() - start], ...begins])
}

function objectOf(service: PropertyAssignment): ObjectLiteralExpression {
  return service.getInitializerIfKindOrThrow(SyntaxKind.ObjectLiteralExpression)
}

function portOf(service: PropertyAssignment): number {
  return (readLiteral(service.getInitializerOrThrow()) as { port: number }).port
}

function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0]
}
