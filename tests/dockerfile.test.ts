import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = new URL('..', import.meta.url)
const dockerfile = await read('deploy/docker/Dockerfile')

describe('the Dockerfile', () => {
  it('passes the linter', () => {
    expect(validate(dockerfile)).toEqual([])
  })

  it('contains no port: the port is an argument, used for listening and for the health check', () => {
    expect(dockerfile).not.toMatch(/\b\d{4,5}\b/)
    const run = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    for (const part of ['ARG PORT\n', 'PORT=${PORT}\n', 'EXPOSE ${PORT}\n', '127.0.0.1:${process.env.PORT}/health'])
      expect(run).toContain(part)
  })

  it('runs as a user other than root', () => {
    expect(dockerfile.match(/^USER .*/gm)?.at(-1)).toBe('USER node')
  })

  it('has the same versions of the package manager and turbo as the repository', async () => {
    const { packageManager } = JSON.parse(await read('package.json')) as { packageManager: string }
    const { catalog } = parse(await read('pnpm-workspace.yaml')) as { catalog: Record<string, string> }
    expect(dockerfile).toContain(`npm install --global ${packageManager} turbo@${catalog['turbo']}\n`)
  })

  it('copies only files of its context', async () => {
    const ignored = (await read('.dockerignore')).split('\n')
    expect(ignored).toContain('**/node_modules')
    for (const needed of ['apps', 'packages', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'turbo.json'])
      expect(ignored).not.toContain(needed)
    expect(dockerfile).toContain('/repo/tsconfig.base.json')
    await expect(read('tsconfig.base.json')).resolves.toBeTruthy()
  })
})

function read(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(file, root)), 'utf8')
}
