import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { describeCheckout, findCheckout, instanceOf } from './checkout.js'

vi.mock('node:os', { spy: true })

/** A directory with these files; a name that ends with / is a directory. */
function makeTree(files: Readonly<Record<string, string>>): string {
  const tree = realpathSync.native(mkdtempSync(join(tmpdir(), 'driftos-checkout-')))
  onTestFinished(() => rmSync(tree, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    const file = join(tree, name)
    mkdirSync(name.endsWith('/') ? file : dirname(file), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(file, text)
  }
  return tree
}

const commit = '0123456789abcdef0123456789abcdef01234567'

describe('findCheckout', () => {
  it('returns the root and branch of a clone, from any directory in it', () => {
    const tree = makeTree({ '.git/HEAD': 'ref: refs/heads/feature/x\n', 'apps/core/src/': '' })
    const checkout = findCheckout(join(tree, 'apps/core/src'))
    expect(checkout).toMatchObject({ root: tree, branch: 'feature/x' })
    expect(findCheckout(tree)).toEqual(checkout)
  })

  it.each([
    ['an absolute', (tree: string) => join(tree, 'main/.git/worktrees/side')],
    ['a relative', () => '../main/.git/worktrees/side'],
  ])('returns the branch of a worktree with %s gitdir', (_, gitdir) => {
    const tree = makeTree({
      'main/.git/HEAD': 'ref: refs/heads/main\n',
      'main/.git/worktrees/side/HEAD': 'ref: refs/heads/side\n',
      'side/.git': '',
      'side/src/': '',
    })
    writeFileSync(join(tree, 'side/.git'), `gitdir: ${gitdir(tree)}\n`)
    expect(findCheckout(join(tree, 'side/src'))).toMatchObject({ root: join(tree, 'side'), branch: 'side' })
  })

  it('returns a separate checkout for a worktree inside another checkout', () => {
    const tree = makeTree({
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/worktrees/side/HEAD': 'ref: refs/heads/side\n',
      '.worktrees/side/.git': 'gitdir: ../../.git/worktrees/side',
    })
    const side = findCheckout(join(tree, '.worktrees/side'))
    expect(side).toMatchObject({ root: join(tree, '.worktrees/side'), branch: 'side' })
    expect(side?.instance).not.toBe(findCheckout(tree)?.instance)
  })

  it.each([
    ['a detached HEAD', `${commit}\n`, { commit: '0123456' }],
    ['an empty HEAD', '', {}],
    ['the HEAD of a reftable repository', 'ref: refs/heads/.invalid\n', {}],
  ])('returns no branch for %s', (_, head, expected) => {
    const { branch, commit: found } = findCheckout(makeTree({ '.git/HEAD': head }))!
    expect({ branch, commit: found }).toEqual({ branch: undefined, commit: undefined, ...expected })
  })

  it('ignores a directory .git that is not a repository', () => {
    const tree = makeTree({ '.git/HEAD': 'ref: refs/heads/main\n', 'inner/.git/': '', 'text/.git': 'not a gitdir' })
    expect(findCheckout(join(tree, 'inner'))?.root).toBe(tree)
    expect(findCheckout(join(tree, 'text'))?.root).toBe(tree)
  })

  it.each([
    ['a configuration', { 'a/driftos-ports.config.mjs': '', 'a/b/package.json': '{"workspaces":[]}', 'a/b/c/': '' }],
    ['a key in package.json', { 'a/package.json': '{"driftos-ports":{}}', 'a/b/c/': '' }],
    [
      'a package.json with workspaces',
      { 'a/package.json': '{"workspaces":["*"]}', 'a/b/package.json': '{}', 'a/b/c/': '' },
    ],
    [
      'a pnpm workspace',
      { 'a/package.json': '{}', 'a/pnpm-workspace.yaml': '', 'a/b/package.json': '{}', 'a/b/c/': '' },
    ],
  ])('returns the directory of %s where there is no git', (_, files) => {
    const tree = makeTree(files)
    expect(findCheckout(join(tree, 'a/b/c'))?.root).toBe(join(tree, 'a'))
  })

  it('returns undefined outside any checkout, and for a directory that does not exist', () => {
    const tree = makeTree({ 'package.json': 'not JSON', 'a/': '' })
    expect(findCheckout(join(tree, 'a'))).toBeUndefined()
    expect(findCheckout(join(tree, 'missing'))).toBeUndefined()
  })

  it('prefers a project to a home directory that is in git', () => {
    const home = makeTree({
      '.git/HEAD': 'ref: refs/heads/dotfiles\n',
      'shop/driftos-ports.config.ts': '',
      'notes/': '',
    })
    vi.mocked(homedir).mockReturnValue(home)
    onTestFinished(() => vi.mocked(homedir).mockRestore())
    expect(findCheckout(join(home, 'shop'))?.root).toBe(join(home, 'shop'))
    expect(findCheckout(join(home, 'notes'))?.root).toBe(home)
  })

  it.skipIf(process.platform === 'win32')('returns one instance for a directory and a link to it', () => {
    const tree = makeTree({ 'real/.git/HEAD': 'ref: refs/heads/main\n', 'real/src/': '' })
    symlinkSync(join(tree, 'real'), join(tree, 'link'))
    expect(findCheckout(join(tree, 'link/src'))).toEqual(findCheckout(join(tree, 'real/src')))
  })

  it('names the project by the package, by the directory without one, or as the caller does', () => {
    const tree = makeTree({
      'a/.git/HEAD': '',
      'a/package.json': '\uFEFF{"name":"@acme/shop"}',
      'b/.git/HEAD': '',
      'b/package.json': '{"name":1}',
    })
    expect(findCheckout(join(tree, 'a'))?.project).toBe('@acme/shop')
    expect(findCheckout(join(tree, 'b'))?.project).toBe('b')
    expect(findCheckout(join(tree, 'a'), { project: 'acme' })?.project).toBe('acme')
  })

  it('returns another instance after a rename', () => {
    const tree = makeTree({ 'a/.git/HEAD': '' })
    const before = findCheckout(join(tree, 'a'))
    renameSync(join(tree, 'a'), join(tree, 'b'))
    expect(findCheckout(join(tree, 'b'))?.instance).not.toBe(before?.instance)
  })
})

describe('describeCheckout', () => {
  it('accepts any directory that exists', () => {
    const tree = makeTree({ 'plain/': '' })
    expect(describeCheckout(join(tree, 'plain'))).toMatchObject({ root: join(tree, 'plain'), project: 'plain' })
    expect(() => describeCheckout(join(tree, 'missing'))).toThrow('ENOENT')
  })
})

describe('instanceOf', () => {
  it.each([
    ['C:\\Work\\Shop', 'c:\\work\\shop', 'win32'],
    ['C:\\Work\\Shop', '\\\\?\\C:\\Work\\Shop', 'win32'],
    ['C:\\Work\\Shop', 'C:/Work/Shop/', 'win32'],
    ['/Users/me/Shop', '/users/me/shop', 'darwin'],
    ['/Users/me/caf\u00E9', '/Users/me/cafe\u0301', 'darwin'],
    ['/home/me/shop', '/home/me/shop/', 'linux'],
  ] as const)('is the same for %s and %s on %s', (one, other, platform) => {
    expect(instanceOf(one, platform)).toBe(instanceOf(other, platform))
  })

  it.each([
    ['/home/me/Shop', '/home/me/shop', 'linux'],
    ['/home/me/shop', '/home/me/shop2', 'linux'],
    ['C:\\shop', 'D:\\shop', 'win32'],
  ] as const)('differs for %s and %s on %s', (one, other, platform) => {
    expect(instanceOf(one, platform)).not.toBe(instanceOf(other, platform))
  })

  it('is short, and made of hexadecimal digits', () => {
    expect(instanceOf('/home/me/shop', 'linux')).toMatch(/^[\da-f]{12}$/)
  })
})
