import {
  DockerfileParser,
  Arg,
  Cmd,
  Env,
  From,
  Healthcheck,
  Onbuild,
  type Instruction,
  type Property,
} from 'dockerfile-ast'
import { readAssignment } from '../assignment.js'
import { readComments } from '../comments.js'
import type { Reader } from '../dialect.js'
import { extend, merge, parsePort, type Match } from '../match.js'
import { readScript } from '../shell/read-shell.js'
import { readCommand } from '../yaml/command.js'
import { amend } from '../yaml/yaml-dialect.js'

/** Reads Dockerfiles. All of it is inside the container. */
export const readDockerfile: Reader = (text) => {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)]
  const offsetAt: Offset = ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length)
  const file = DockerfileParser.parse(text)
  const instructions = file.getInstructions()
  const found = instructions.flatMap((instruction) => readInstruction(instruction, text, offsetAt))
  // An earlier stage is for development or for the build, if the last one exposes a port too.
  const stages = instructions.filter((each) => each instanceof From).map((each) => offsetAt(each.getRange().start))
  const last = stages.at(-1) ?? 0
  const isExposedLast = found.some(({ role, start }) => role === 'expose' && start > last)
  // A moved variable reaches the health check only if the image sets or reads one.
  const isMovable = found.some(
    ({ role, override, evidence }) =>
      role === 'value' &&
      override === undefined &&
      evidence.some(({ kind, text: name }) => kind === 'variable' && /(?:^|_)PORT$/.test(name)),
  )
  // Of `EXPOSE ${PORT} 9229`, the service's port is the variable.
  const isVariable = /^[ \t]*EXPOSE[ \t].*\$\{?\w+\}?(?!:-)/im.test(text)
  const inside = amend(found, (match) => {
    const isEarlier = match.role === 'expose' && isExposedLast && match.start < last
    const isFurther = isEarlier || (isVariable && match.role === 'expose' && match.override === undefined)
    // `ENV CORE_URL=http://localhost:3001` is for a browser, or for a run outside the container.
    const isSetting = match.role === 'reach' && match.evidence.some(({ kind }) => kind === 'variable')
    const isLocal = match.host === undefined || (match.host === 'local' && !isSetting)
    const isFollower = isMovable && match.role === 'probe'
    return {
      ...(isFurther && { role: 'mention' }),
      ...(isLocal && { side: 'container' }),
      ...(isFollower && { follower: 'health check' }),
    }
  })
  const comments = file.getComments().flatMap((comment) => {
    const range = comment.getRange()
    return range ? [[offsetAt(range.start), offsetAt(range.end)] as const] : []
  })
  return merge(inside, readComments(text, comments))
}

type Offset = (position: { line: number; character: number }) => number

function readInstruction(instruction: Instruction, text: string, offsetAt: Offset): Match[] {
  if (instruction instanceof From) return []
  if (instruction instanceof Onbuild) {
    const trigger = instruction.getTriggerInstruction()
    return trigger ? readInstruction(trigger, text, offsetAt) : []
  }
  if (instruction instanceof Env)
    return instruction.getProperties().flatMap((each) => readProperty(each, text, offsetAt))
  if (instruction instanceof Arg) {
    const property = instruction.getProperty()
    return property ? readProperty(property, text, offsetAt) : []
  }
  const range = instruction.getArgumentsRange()
  if (!range) return []
  const start = offsetAt(range.start)
  const body = { text: text.slice(start, offsetAt(range.end)), start }
  const keyword = instruction.getKeyword()
  if (keyword === 'EXPOSE') return readExpose(body.text, start)
  if (instruction instanceof Healthcheck) return readCommand(body, 'container', 'probe')
  if (instruction instanceof Cmd || keyword === 'ENTRYPOINT') {
    return body.text.startsWith('[') ? readCommand(body, 'container') : readScript(body, { side: 'container' })
  }
  // A server that the build reaches is not the container's.
  return keyword === 'RUN' ? extend(readScript(body, { side: 'container' }), { isElsewhere: true }) : []
}

/** `EXPOSE 3000/tcp 8000-8010 ${PORT:-3000}` */
function readExpose(body: string, offset: number): Match[] {
  const pattern = /(?<![\w.#-])(?:\$\{(\w+):?-)?(\d{2,5})(?:-(\d{2,5}))?(?:\/(?:tcp|udp))?\}?(?=$|\s)/dg
  return [...body.matchAll(pattern)].flatMap((found): Match[] => {
    const [, variable, digits, last] = found
    const port = parsePort(digits!)
    if (port === undefined) return []
    const [start, end] = found.indices![2]!
    const rangeEnd = parsePort(last ?? '')
    return [
      {
        port,
        start: offset + start,
        end: offset + end,
        role: 'expose',
        side: 'container',
        evidence: variable === undefined ? [] : [{ kind: 'variable', text: variable }],
        ...(variable !== undefined && { override: variable }),
        ...(rangeEnd !== undefined && { rangeEnd }),
        group: 'EXPOSE',
      },
    ]
  })
}

/** `ENV PORT=3000`, `ENV PORT 3000`, `ARG PORT=3000` */
function readProperty(property: Property, text: string, offsetAt: Offset): Match[] {
  const range = property.getValueRange()
  if (!range) return []
  const start = offsetAt(range.start)
  const raw = text.slice(start, offsetAt(range.end))
  const quote = /^(["']).*\1$/s.test(raw) && raw.length > 1 ? 1 : 0
  return readAssignment(property.getName(), { text: raw.slice(quote, raw.length - quote), start: start + quote })
}
