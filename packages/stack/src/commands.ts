import {
  connectControl,
  ControlError,
  findRunningStacks,
  type LogLine,
  type StackControl,
  type StackStatus,
} from '@driftos/control'
import colors from 'picocolors'
import { printer } from './output.js'
import { ownerOf, type Place } from './place.js'
import type { ServiceName } from '@driftos/ports'

/** A command for the running stack of this checkout. */
export type ControlCommand =
  | { readonly name: 'list'; readonly json: boolean }
  | {
      readonly name: 'logs'
      readonly service: string | undefined
      readonly lines: number
      readonly follow: boolean
      readonly json: boolean
    }
  | { readonly name: 'restart'; readonly service: string }
  | { readonly name: 'stop' }

/** Runs a command; returns the exit code: 0 when it is done, 1 without a running stack, 2 for an unknown service. */
export async function runCommand(command: ControlCommand, place: Place): Promise<number> {
  try {
    const control = await connect(place)
    if (command.name === 'list') list(await control.status(), command.json)
    else if (command.name === 'logs') await showLogs(control, command)
    else if (command.name === 'restart') await control.restart(command.service)
    else await stop(control)
    return 0
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    console.error(error.message)
    return error.code === 'UNKNOWN_SERVICE' ? 2 : 1
  }
}

async function connect(place: Place): Promise<StackControl> {
  const owner = ownerOf(place)
  const paths = await findRunningStacks(owner, place.env)
  const own = paths.find((path) => path.includes(`${owner.instance}-${owner.offset}`)) ?? paths[0]
  if (own === undefined) {
    throw new ControlError(
      'UNREACHABLE',
      'DriftOS does not run in this checkout: start it by `pnpm dev` or `pnpm start`',
    )
  }
  return connectControl(own)
}

function list(status: StackStatus, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(status, null, 2))
    return
  }
  const header = ['service', 'state', 'pid', 'port', 'since', 'restarts', 'last exit', '']
  const rows = status.services.map(({ service, state, pid, port, since, restarts, lastExit, note }) => [
    service,
    state,
    String(pid ?? '-'),
    String(port),
    new Date(since).toLocaleTimeString('en-GB'),
    String(restarts),
    lastExit ? `${lastExit.reason} at ${new Date(lastExit.at).toLocaleTimeString('en-GB')}` : '-',
    note ?? '',
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const format = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  console.log([colors.bold(format(header)), ...rows.map(format)].join('\n'))
}

async function showLogs(control: StackControl, options: Extract<ControlCommand, { name: 'logs' }>): Promise<void> {
  const { service, lines, follow, json } = options
  const names = (await control.status()).services.map((one) => one.service as ServiceName)
  const print = printer(names)
  const show = (line: LogLine) => {
    if (json) console.log(JSON.stringify(line))
    else print(line.service as ServiceName)(line.text)
  }
  for await (const line of control.logs({ lines, follow, ...(service !== undefined && { service }) })) show(line)
}

/** Stops the stack and waits until it has ended. */
async function stop(control: StackControl): Promise<void> {
  await control.stop()
  // The stream ends with the stack.
  for await (const status of control.watch()) void status
}
