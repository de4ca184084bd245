import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GitError, listFiles } from './files.js'
import { makeTree } from './tree.fixture.js'

function git(root: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd: root })
}

function makeRepository(files: Readonly<Record<string, string>>, forced: readonly string[] = []): string {
  const root = makeTree(files)
  git(root, 'init', '--quiet')
  git(root, 'add', '--force', ...forced, '.gitignore')
  git(root, 'commit', '--quiet', '--message', 'first')
  return root
}

describe('listFiles', () => {
  it('lists files that git tracks, ignored or not, and untracked ones that are not ignored', () => {
    const files = { '.gitignore': '.env*\n', '.env.example': '', '.env': '', 'a b/ü.ts': '' }
    const root = makeRepository(files, ['.env.example'])
    expect(listFiles(root).files).toEqual(['.env.example', '.gitignore', 'a b/ü.ts'])
  })

  it('lists paths from a directory inside the repository', () => {
    const root = makeRepository({ '.gitignore': '', 'a/b.ts': '', 'c.ts': '' })
    expect(listFiles(join(root, 'a')).files).toEqual(['b.ts'])
  })

  it('lists files with staged changes', () => {
    const root = makeRepository({ '.gitignore': '', 'a.ts': '', 'b.ts': '' }, ['b.ts'])
    git(root, 'add', 'a.ts')
    writeFileSync(join(root, 'b.ts'), 'changed')
    expect(listFiles(root, { staged: true }).files).toEqual(['a.ts'])
  })

  it('lists files that differ from a commit, and untracked ones', () => {
    const root = makeRepository({ '.gitignore': '', 'a.ts': '', 'b.ts': '', 'c.ts': '' }, ['b.ts', 'c.ts'])
    writeFileSync(join(root, 'b.ts'), 'changed')
    expect(listFiles(root, { since: 'HEAD' }).files).toEqual(['a.ts', 'b.ts'])
  })

  it.each(['unknown', '--output=x'])('rejects the commit %j', (since) => {
    const root = makeRepository({ '.gitignore': '' })
    expect(() => listFiles(root, { since })).toThrow(GitError)
  })

  it('honours .gitignore outside git', () => {
    expect(listFiles(makeTree({ '.gitignore': 'a.ts\n', 'a.ts': '', 'b.ts': '' })).files).toEqual([
      '.gitignore',
      'b.ts',
    ])
  })

  it('lists an ignored directory that is given by its path', () => {
    const root = makeRepository({ '.gitignore': 'out\n', 'out/a.ts': '' })
    expect(listFiles(join(root, 'out')).files).toEqual(['a.ts'])
  })
})
