import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { controlVariable, type StackMode } from '@driftos/control'
import type { Env } from '@driftos/ports'
import { parseSettings } from '@driftos/service/settings'
import colors from 'picocolors'
import { findAncestors, packageManagersAmong, watchAncestors } from './ancestors.js'
import { createLogBuffer } from './control/log-buffer.js'
import { createRedactor } from './control/redact.js'
import { createControlServer } from './control/server.js'
import { listenOnSocket } from './control/socket.js'
import { describeService } from './control/status.js'
import { startGuard } from './guard-process.js'
import type { Member } from './members.js'
import { printer } from './output.js'
import { ownerOf, type Place } from './place.js'
import { untilReady } from './readiness.js'
import { reportStart } from './report.js'
import { onStopSignals } from './signals.js'
import { policyOf } from './supervisor/lifecycle.js'
import { startProcess } from './supervisor/process.js'
import { createSupervisor, type Supervised } from './supervisor/supervisor.js'

/** a member with its supervision settings. */
type StackMember = Member & Supervised

/**
 * Runs every member until a signal stops them all, restarts those that end, and prints a table once all have started.
 *
 * @returns the exit code: 0 after a signal or on request, 1 when no process is left and none is restarted any more
 */
export async function runStack(members: readonly Member[], mode: StackMode, place: Place): Promise<number> {
  const supervised = members.map((member) => supervise(member, mode))
  const redact = createRedactor(place.env)
  const logs = createLogBuffer(redact)
  const names = members.map(({ service }) => service)
  const print = printer(names, place.env['LOG_FORMAT']?.trim())
  const changes = new Set<() => void>()
  const guard = startGuard()
  const policy = policyOf(parseSettings(place.env))
  const running = new Map<StackMember, number>()
  // The services print JSON, which is formatted here.
  let env: Env = { ...place.env, LOG_FORMAT: 'json' }
  let finish!: (code: number) => void
  const finished = new Promise<number>((resolve) => {
    finish = resolve
  })

  const supervisor = createSupervisor<StackMember>({
    members: supervised,
    policy,
    start(member) {
      const printLine = print(member.service)
      const child = startProcess(member, mode, env, (source, line) => {
        logs.add(member.service, source, line)
        printLine(redact(line))
      })
      if (child.pid !== undefined) running.set(member, child.pid)
      updateGuard()
      void child.ended.then(() => {
        running.delete(member)
        updateGuard()
      })
      return child
    },
    untilReady: (member, signal, note) => untilReady(member.service, place, signal, note),
    print(member, message, isProblem) {
      logs.add(member.service, 'stack', message)
      console.log(isProblem ? colors.red(message) : colors.dim(message))
    },
    onChange() {
      for (const run of changes) run()
      report.update()
      const hasAllFailed = supervised.every((member) => supervisor.status(member).lifecycle.phase === 'failed')
      // In development, the next edit starts them again.
      if (hasAllFailed && mode === 'start') finish(1)
    },
  })
  const report = reportStart(supervised, supervisor.status, place.env)

  function updateGuard() {
    guard.update({
      services: pidsOf(running, false),
      databases: pidsOf(running, true),
      deadlineMs: policy.stopDeadlineMs,
    })
  }

  function stop() {
    if (supervisor.isStopping()) return
    report.end()
    console.log(colors.dim('stopping…'))
    void supervisor.stop().then(() => finish(0))
  }

  function kill() {
    supervisor.kill()
    finish(0)
  }

  onStopSignals(stop, kill)
  const startedAt = new Date().toISOString()
  const server = createControlServer({
    logs,
    status: () => ({
      pid: process.pid,
      mode,
      checkout: place.checkout.root,
      offset: ownerOf(place).offset,
      startedAt,
      services: supervised.map((member) => describeService(member.service, supervisor.status(member), place.env)),
    }),
    onChange(run) {
      changes.add(run)
      return () => void changes.delete(run)
    },
    isStopping: supervisor.isStopping,
    restart: (service) => supervisor.restart(supervised.find((member) => member.service === service)!),
    stop,
  })
  const socket = await listenOnSocket(server, ownerOf(place), place.env)
  if (socket) env = { ...env, [controlVariable]: socket.path }

  if (!supervisor.isStopping()) supervisor.start()
  const managers = packageManagersAmong(await findAncestors())
  const endWatch = watchAncestors(managers, ({ command }) => {
    console.log(colors.dim(`The process that started DriftOS has ended: ${command}`))
    stop()
  })
  // Loaded only where files are watched.
  const { watchSources } = mode === 'dev' ? await import('./watch-sources.js') : { watchSources: undefined }
  const endEdits = watchSources?.(supervised, (edited, file) => {
    for (const member of edited) supervisor.edited(member, file)
  })

  const code = await finished
  report.end()
  endWatch()
  socket?.close()
  guard.close()
  await endEdits?.()
  return code
}

function pidsOf(running: ReadonlyMap<StackMember, number>, areDatabases: boolean): number[] {
  return [...running].flatMap(([{ isDatabase }, pid]) => (isDatabase === areDatabases ? pid : []))
}

function supervise(member: Member, mode: StackMode): StackMember {
  const onRequest = `\`pnpm stack restart ${member.service}\``
  return {
    ...member,
    name: member.service,
    stopsLast: member.isDatabase,
    // Vite reloads by itself, and the database runs its build.
    restartsOnEdit: mode === 'dev' && !member.isDatabase && !existsSync(join(member.folder, 'vite.config.ts')),
    howToRevive: `It starts again ${mode === 'dev' ? 'after the next edit, or ' : ''}by ${onRequest}.`,
  }
}
