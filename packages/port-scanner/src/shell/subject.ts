import { merge } from '../sight.js'
import { type Clue, type Sighting, withClues } from '../sighting.js'
import { commentClues, isAlone } from '../text/comment.js'
import type { Script } from './parse-shell.js'
import { type Word, nameOf, ownWords, wordsOf } from './word.js'

/** The sightings in commands with what the command and the comment above it say. */
export function withSubjects(text: string, { commands, comments }: Script, sightings: readonly Sighting[]): Sighting[] {
  const outer = commands.filter((command) => command.depth === 0).toSorted((a, b) => a.start - b.start)
  let next = 0
  let comment = 0
  let subject: Subject | undefined
  return sightings.map((sighting) => {
    let hasMoved = false
    while (next < outer.length && outer[next]!.start <= sighting.start) {
      next += 1
      hasMoved = true
    }
    const command = outer[next - 1]
    if (!command) return sighting
    if (hasMoved || !subject) {
      while (comment < comments.length && comments[comment]!.start < command.start) comment += 1
      const above = comments[comment - 1]
      const isAbove =
        above && /^\r?\n[ \t]*(?:\S+[ \t]+){0,3}$/.test(text.slice(above.end, command.start).slice(0, 200))
      const clues = isAbove && isAlone(text, above.start) ? commentClues(text.slice(above.start, above.end)) : []
      subject = describeCommand(wordsOf(text, command), clues)
    }
    return subject.apply(sighting)
  })
}

interface Subject {
  apply(sighting: Sighting): Sighting
}

/** Options of `docker run` that stand alone. */
const switches =
  /^(?:-[ditPq]+|--(?:rm|init|privileged|detach|interactive|tty|read-only|publish-all|no-healthcheck|quiet|oom-kill-disable))$|^-.*=/

const runs = /^(?:run|create|exec)$/
const clusterRuns = /^(?:run|exec)$/

/** Commands that run others in containers, by the word for it. */
const engines: Readonly<Record<string, RegExp | undefined>> = {
  __proto__: null as never,
  docker: runs,
  podman: runs,
  nerdctl: runs,
  'docker-compose': runs,
  kubectl: clusterRuns,
  oc: clusterRuns,
}

/** What a command says of the ports in it: a container's name and image, and on which side they are. */
function describeCommand(words: readonly Word[], above: readonly Clue[]): Subject {
  const own = ownWords(words)
  const verbs = engines[nameOf(own[0])]
  const verb = verbs ? own.findIndex(({ text }) => verbs.test(text)) : -1
  if (verb === -1) return { apply: (sighting) => withClues([sighting], above)[0]! }
  let target = verb + 1
  while (target < own.length && own[target]!.text.startsWith('-')) target += switches.test(own[target]!.text) ? 1 : 2
  const inside = own[target]
  const isExec = own[verb]!.text === 'exec'
  const named = own.findIndex(({ text }) => /^--name(?:$|=)/.test(text))
  const name = isExec ? inside?.text : own[named]?.text.includes('=') ? own[named].text.slice(7) : own[named + 1]?.text
  const clues: Clue[] = [
    ...((isExec || named !== -1) && name ? [{ kind: 'name', text: name } as const] : []),
    ...(!isExec && inside ? [{ kind: 'image', text: inside.text } as const] : []),
    ...above,
  ]
  return {
    apply(sighting) {
      const isInside =
        (inside !== undefined && sighting.start > inside.start) || (sighting.role.startsWith('env') && !isExec)
      const known = sighting.clues.filter((clue) => !(clue.kind === 'label' && /docker|podman/.test(clue.text)))
      return merge(
        [{ ...sighting, clues: known, ...(isInside && { side: 'container' }) }],
        [{ ...sighting, clues }],
      )[0]!
    },
  }
}
