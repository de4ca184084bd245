import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { listSourceFiles, root as checkout } from './source-files.js'

const run = promisify(execFile)

const cli = ['--import', 'tsx', '--conditions=@driftos/source', 'packages/ports-cli/src/bin.ts']

/** How a program ended, and its standard output followed by its standard error. */
interface Result {
  readonly code: number
  readonly output: string
}

/** A copy of the working tree that is a separate git repository. */
export interface WorkspaceCopy {
  readonly root: string
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
  /** Runs a script of package.json or a command of pnpm. */
  pnpm(...args: string[]): Promise<Result>
  /** Runs `driftos-ports` from the sources of the copy. */
  ports(...args: string[]): Promise<Result>
  git(...args: string[]): Promise<Result>
}

/**
 * Copies every file that is not git-ignored, runs `git init`, and installs the dependencies.
 *
 * @param env - variables for every program, in addition to this process's own
 */
export async function copyWorkspace(root: string, env: Readonly<Record<string, string>>): Promise<WorkspaceCopy> {
  for (const file of listSourceFiles()) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await cp(join(checkout, file), join(root, file))
  }
  const { packageManager } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  const identity = { GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.com' }
  const committer = { GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.com' }
  const environment = { ...process.env, ...identity, ...committer, TURBO_TELEMETRY_DISABLED: '1', CI: 'true', ...env }

  async function execute(program: string, args: string[]): Promise<Result> {
    try {
      const options = { cwd: root, env: environment, maxBuffer: 2 ** 26, shell: process.platform === 'win32' }
      const result = await run(program, args, options)
      return { code: 0, output: result.stdout + result.stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
      if (typeof code !== 'number') throw error
      return { code, output: `${stdout}${stderr}` }
    }
  }

  const copy: WorkspaceCopy = {
    root,
    read: (file) => readFile(join(root, file), 'utf8'),
    write: (file, text) => writeFile(join(root, file), text),
    // npx passes --prefer-offline on to pnpm, whose question whether a version is published must not use a cache.
    pnpm: (...args) => execute('npx', ['--yes', packageManager, ...args]),
    ports: (...args) => execute(process.execPath, [...cli, ...args]),
    git: (...args) => execute('git', args),
  }
  await copy.git('init', '--quiet', '--initial-branch', 'main')
  const installed = await copy.pnpm('install', '--frozen-lockfile', '--prefer-offline')
  if (installed.code !== 0) throw new Error(installed.output)
  return copy
}
