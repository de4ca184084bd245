import { isSeq, type Node } from 'yaml'
import { merge, sight } from '../sight.js'
import { shift, withClues, type Clue, type Sighting } from '../sighting.js'
import { readCommand } from './command.js'
import { readImage } from './compose.js'
import { readContainerCommand } from './container.js'
import { readPortMapping } from './mapping.js'
import {
  clueAt,
  item,
  keysOf,
  nearestKey,
  scalarsIn,
  spell,
  textAt,
  valueOf,
  type Place,
  type Spelling,
} from './place.js'
import { readValue } from './value.js'
import { readVariable, splitAssignment } from './variable.js'

const commandKeys =
  /^(?:run|script|before_script|after_script|command|bash|pwsh|powershell|inlineScript|cmd|cmds|start|wait-on|options|args|build|test|install|preinstall|after_success|before_install)$/

/** What holds no port: names of images, actions and files, conditions, times. */
const silentKeys =
  /^(?:image|uses|if|cron|schedule|needs|key|path|paths|restore-keys|runs-on|tags|branches|version|node-version|name|description|timeout-minutes|timeout|only|except|hashFiles|ref|cache|stage|id|docker_layer_caching|resource_class|vmImage|pool)$/

/** Reads a node of a pipeline: GitHub, GitLab, CircleCI, Azure. */
export function readWorkflow(place: Place): Sighting[] | undefined {
  const found = readField(place)
  const spelling = spell(place.node, place.text)
  return found && spelling ? merge(readMappedPorts(spelling), found) : found
}

/** `job.services.postgres.ports[5432]`: the port inside, wherever it is published. */
function readMappedPorts({ raw, start }: Spelling): Sighting[] {
  const found = [...raw.matchAll(/\bservices\.([\w-]{1,60})\.ports\[["']?(\d{1,5})["']?\]/dg)].flatMap((match) => {
    const [from, to] = match.indices![2]!
    return sight(raw, from, to, 'container', 'container', [{ kind: 'name', text: match[1]! }])
  })
  return shift(found, start)
}

function readField(place: Place): Sighting[] | undefined {
  const { node, text, key } = place
  if (isSeq(node) && commandKeys.test(key)) {
    return key === 'command' || key === 'args'
      ? withClues(readCommand(scalarsIn(node, text)), stepOf(place))
      : undefined
  }
  const spelling = spell(node, text)
  if (!spelling || !/\d/.test(spelling.raw)) return undefined
  const keys = keysOf(place)
  const named = nearestKey(place)
  if (named === 'image') return readImage(spelling.raw, spelling.start)
  const container = containerOf(place)
  if (container && named === 'ports') return readPortMapping(spelling, container)
  const section = keys.at(-2) ?? ''
  if (/^(?:env|environment|variables|vars)$/.test(section)) {
    const map = place.parent?.node
    if (key !== item) {
      return readVariable(key, spelling, {
        owner: container ?? [],
        isContained: container !== undefined,
        siblingOf: (name) => textAt(map, name),
      })
    }
    const assignment = splitAssignment(spelling)
    return assignment ? readVariable(assignment.name, assignment.value, { owner: [], isContained: false }) : []
  }
  if (key === 'value' && textAt(place.parent?.node, 'name') !== undefined && keys.includes('variables')) {
    return readVariable(textAt(place.parent?.node, 'name')!, spelling, { owner: [], isContained: false })
  }
  if (container && named === 'options') return readContainerCommand([spelling], text, container)
  if (commandKeys.test(named)) return withClues(readCommand([spelling]), stepOf(place))
  if (silentKeys.test(named) || named === 'services' || (container && key === 'alias')) return []
  const found = readValue(spelling, { name: named, clues: [{ kind: 'variable', text: named }], side: 'host' })
  return withClues(found, stepOf(place))
}

/** The service container that a place belongs to: what it is called, and its image. */
function containerOf(place: Place): Clue[] | undefined {
  for (let at: Place | undefined = place; at?.parent; at = at.parent) {
    if (at.parent.key === 'services' && at !== place) {
      return [
        ...(at.key === item
          ? [...clueAt('name', at.node, 'alias'), ...clueAt('image', at.node, 'name')]
          : [{ kind: 'name', text: at.key } as const]),
        ...clueAt('image', at.node, 'image'),
      ]
    }
    if (at.key === 'container' && at !== place) return clueAt('image', at.node, 'image')
  }
  return undefined
}

/** What the step, and where it has no name the job, is called. */
function stepOf(place: Place): Clue[] {
  for (let at: Place | undefined = place.parent; at; at = at.parent) {
    const clue = [...clueAt('context', at.node, 'name'), ...clueAt('context', at.node, 'displayName')][0]
    if (clue) return [clue]
  }
  return []
}

/** Whether a document is a pipeline. */
export function isWorkflow(node: Node, path: string): boolean {
  if (
    /(?:^|\/)\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|(?:^|\/)(?:\.gitlab-ci|[^/]*\.gitlab-ci|azure-pipelines|bitbucket-pipelines|\.travis|\.drone|\.woodpecker|appveyor|cloudbuild|action)(?:[.-][^/]*)?\.ya?ml$|(?:^|\/)\.circleci\//i.test(
      path,
    )
  ) {
    return true
  }
  const hasSteps =
    valueOf(node, 'jobs') !== undefined &&
    (valueOf(node, 'on') !== undefined || valueOf(node, 'workflows') !== undefined)
  return hasSteps || valueOf(valueOf(node, 'runs'), 'steps') !== undefined
}
