import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** A process that listens on a port. */
export interface ListeningProcess {
  readonly pid: number
  /** Its program and first plain arguments; never one that may hold a secret. */
  readonly command: string
}

const run = promisify(execFile)

/**
 * Returns the process that listens on each of these ports. A port is absent when its process is hidden, as one of another
 * user or in a container may be, and when different processes listen on its addresses.
 *
 * The source is /proc on Linux, lsof on macOS, netstat and tasklist on Windows.
 */
export async function findListeningProcesses(ports: readonly number[]): Promise<ReadonlyMap<number, ListeningProcess>> {
  const wanted = new Set(ports)
  if (wanted.size === 0) return new Map()
  try {
    if (process.platform === 'linux') return await findOnLinux(wanted)
    if (process.platform === 'darwin') return pick(wanted, parseLsof(await output('lsof', lsofArguments)))
    if (process.platform === 'win32') return await findOnWindows(wanted)
  } catch {
    // Without its process, the state of a port is still right.
  }
  return new Map()
}

async function findOnLinux(wanted: ReadonlySet<number>): Promise<Map<number, ListeningProcess>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  )
  const portOfInode = new Map<string, number>()
  for (const table of tables) {
    for (const [inode, port] of parseProcNetTcp(table)) if (wanted.has(port)) portOfInode.set(inode, port)
  }

  const processes = new Map<number, ListeningProcess>()
  /** The ports whose sockets, one for each address, are not all of one process. */
  const shared = new Set<number>()
  const sockets = new Map([...portOfInode].map(([inode, port]) => [`socket:[${inode}]`, port]))
  for (const pid of await readdir('/proc')) {
    if (sockets.size === 0) break
    if (!/^\d+$/.test(pid)) continue
    // A process may end while it is read, and another user's does not open.
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
    for (const link of links) {
      const port = sockets.get(link)
      if (port === undefined) continue
      // Another process with the same socket is a worker of the first.
      sockets.delete(link)
      const first = processes.get(port)
      if (first && first.pid !== Number(pid)) shared.add(port)
      if (first) continue
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      processes.set(port, { pid: Number(pid), command: parseCommandLine(commandLine) })
    }
  }
  for (const port of [...shared, ...sockets.values()]) processes.delete(port)
  return processes
}

/** Returns the ports of listening sockets by inode, from the text of /proc/net/tcp or tcp6 (proc(5)). */
export function parseProcNetTcp(table: string): Map<string, number> {
  const listening = '0A'
  const ports = new Map<string, number>()
  for (const line of table.split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    const port = Number.parseInt(local?.split(':')[1] ?? '', 16)
    if (state === listening && inode && inode !== '0' && port > 0) ports.set(inode, port)
  }
  return ports
}

/**
 * Returns a command to show, from the NUL-separated text of /proc/PID/cmdline: without the modules that Node.js loads first, and
 * up to the first argument that may be a secret.
 */
export function parseCommandLine(text: string): string {
  const words = text.split('\0').filter(Boolean)
  // A process that writes its own title leaves one text without any NUL.
  const [program = '', ...rest] = words.length === 1 ? words[0]!.trim().split(/\s+/) : words
  const name = basename(program)
  const plain = (name === 'node' ? withoutPreloads(rest) : rest).map(withoutStore)
  const end = plain.findIndex(
    (argument) => !/^@?[\w./:\\-]+$/.test(argument) || /^-[pu]|pass|secret|token|key|auth/i.test(argument),
  )
  const command = [name, ...plain.slice(0, end < 0 ? plain.length : end)].join(' ')
  return command.length > 120 ? `${command.slice(0, 119)}…` : command
}

/** Returns the arguments of Node.js without the modules that a runner such as tsx loads before the program. */
function withoutPreloads(words: readonly string[]): string[] {
  return words.filter((word, index) => !isPreload(word) && !isPreload(words[index - 1]))
}

function isPreload(word = ''): boolean {
  return /^(-r|--require|--import|--loader|--experimental-loader)$/.test(word)
}

/** Returns the path of an installed program from its package on: its directory in a store is long. */
function withoutStore(argument: string): string {
  return /^[./\w]/.test(argument) ? argument.replace(/^.*[\\/]node_modules[\\/](?=[@\w])/, '') : argument
}

const lsofArguments = ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpcn']

/** Returns the listeners in the output of `lsof -F pcn`: a line `p<pid>`, one `c<command>`, then `n<address>:<port>` for each socket. */
export function parseLsof(text: string): Map<number, ListeningProcess> {
  const processes = new Map<number, ListeningProcess>()
  const addresses = new Map<number, string>()
  const shared = new Set<number>()
  let pid = 0
  let command = ''
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(1)
    if (line[0] === 'p') pid = Number(value)
    if (line[0] === 'c') command = value
    const port = line[0] === 'n' ? Number(/:(\d+)$/.exec(value)?.[1]) : 0
    if (!port || !pid) continue
    const first = processes.get(port)
    // On one address the second is a worker of the first; on another it is a different program.
    if (first && first.pid !== pid && addresses.get(port) !== value) shared.add(port)
    if (first) continue
    processes.set(port, { pid, command })
    addresses.set(port, value)
  }
  for (const port of shared) processes.delete(port)
  return processes
}

async function findOnWindows(wanted: ReadonlySet<number>): Promise<Map<number, ListeningProcess>> {
  const listeners = parseNetstat(
    (await output('netstat', ['-ano', '-p', 'TCP'])) + (await output('netstat', ['-ano', '-p', 'TCPv6'])),
  )
  const commands = parseTasklist(await output('tasklist', ['/FO', 'CSV', '/NH']))
  const processes = [...listeners].map(([port, pid]) => [port, { pid, command: commands.get(pid) ?? '' }] as const)
  return pick(wanted, new Map(processes))
}

/** Returns the pid of each port's listener in the output of Windows' `netstat -ano`. The name of the state is translated, so port 0 in the foreign address marks a listener. */
export function parseNetstat(text: string): Map<number, number> {
  const listeners = new Map<number, number>()
  const shared = new Set<number>()
  for (const line of text.split(/\r?\n/)) {
    const [protocol, local, foreign, ...rest] = line.trim().split(/\s+/)
    const port = Number(/:(\d+)$/.exec(local ?? '')?.[1])
    const pid = Number(rest.at(-1))
    if (protocol !== 'TCP' || !foreign?.endsWith(':0') || !port || !pid) continue
    if ((listeners.get(port) ?? pid) !== pid) shared.add(port)
    listeners.set(port, pid)
  }
  for (const port of shared) listeners.delete(port)
  return listeners
}

/** Returns the programs by pid in the output of Windows' `tasklist /FO CSV /NH`. */
export function parseTasklist(text: string): Map<number, string> {
  const commands = new Map<number, string>()
  for (const line of text.split(/\r?\n/)) {
    const match = /^"([^"]*)","(\d+)"/.exec(line)
    if (match) commands.set(Number(match[2]), match[1]!)
  }
  return commands
}

async function output(program: string, args: string[]): Promise<string> {
  // lsof exits 1 when it could not read every process; the rest of its output is valid.
  const { stdout } = await run(program, args, { timeout: 5000, maxBuffer: 16 << 20, windowsHide: true }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  )
  return stdout
}

function pick(wanted: ReadonlySet<number>, processes: Map<number, ListeningProcess>): Map<number, ListeningProcess> {
  return new Map([...processes].filter(([port]) => wanted.has(port)))
}
