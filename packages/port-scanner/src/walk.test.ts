import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeTree } from './tree.fixture.js'
import { walk } from './walk.js'

function filesIn(files: Readonly<Record<string, string>>, below = ''): string[] {
  return walk(join(makeTree(files), below)).files
}

describe('walk', () => {
  it('finds every file in the order of the names', () => {
    expect(filesIn({ 'b.ts': '', 'a/z.ts': '', 'a/b/c.ts': '', '.env': '', 'c.ts': '' })).toEqual([
      '.env',
      'a/b/c.ts',
      'a/z.ts',
      'b.ts',
      'c.ts',
    ])
  })

  it('finds nothing in an empty folder', () => {
    expect(filesIn({})).toEqual([])
  })

  it.each(['node_modules', '.git', '.hg', '.svn', '.jj'])('never goes into %s', (folder) => {
    expect(filesIn({ [`${folder}/a.ts`]: '', [`packages/x/${folder}/a.ts`]: '', 'b.ts': '' })).toEqual(['b.ts'])
  })

  it.each([
    ['a name at any depth', '*.log\n', ['a.ts', 'deep/a.ts'], ['a.log', 'deep/a.log']],
    ['an anchored name', '/a.ts\n', ['deep/a.ts'], ['a.ts']],
    ['a path', 'deep/a.ts\n', ['a.ts', 'x/deep/a.ts'], ['deep/a.ts']],
    ['a folder with all below it', 'out/\n', ['a.ts', 'x/out'], ['out/a.ts', 'out/deep/a.ts']],
    ['a folder and not a file of its name', 'out/\n', ['out'], []],
    ['all but what is taken back', '*.ts\n!keep.ts\n', ['keep.ts', 'deep/keep.ts'], ['a.ts', 'deep/a.ts']],
    ['nothing taken back below an ignored folder', 'out/\n!out/keep.ts\n', ['a.ts'], ['out/keep.ts']],
    ['a name with a folder in between', 'a/**/z.ts\n', ['z.ts'], ['a/z.ts', 'a/b/c/z.ts']],
    ['nothing for a comment or a blank line', '# a.ts\n\n  \n', ['a.ts'], []],
    ['an escaped sign', '\\#a.ts\n\\!b.ts\n', ['a.ts', 'b.ts'], ['#a.ts', '!b.ts']],
    ['lines that end as on Windows', '*.log\r\n/out\r\n', ['a.ts'], ['a.log', 'out/a.ts']],
  ])('passes over what git ignores: %s', (_, rules, kept, ignored) => {
    const files = Object.fromEntries([...kept, ...ignored].map((path) => [path, '']))
    expect(filesIn({ '.gitignore': rules, ...files })).toEqual(['.gitignore', ...kept].toSorted())
  })

  it('lets a nearer file of rules decide', () => {
    const files = {
      '.gitignore': '*.ts\n!a/b/c.ts\n',
      'a/.gitignore': '!*.ts\n',
      'a/b/.gitignore': 'c.ts\n',
      'a/b/c.ts': '',
      'a/b/d.ts': '',
      'e.ts': '',
    }
    expect(filesIn(files)).toEqual(['.gitignore', 'a/.gitignore', 'a/b/.gitignore', 'a/b/d.ts'])
  })

  it('goes into a folder that a nearer file of rules takes back', () => {
    const files = { '.gitignore': 'a/*\n', 'a/.gitignore': '!b\n![[]*\n' }
    const found = filesIn({ ...files, 'a/b/c/d.ts': '', 'a/[c] */d.ts': '', 'a/e/d.ts': '' })
    expect(found).toEqual(['.gitignore', 'a/[c] */d.ts', 'a/b/c/d.ts'])
  })

  it('respects the rules above the folder, up to the repository’s own', () => {
    const files = { '.gitignore': '/apps/web/out\n*.log\n', 'apps/.gitignore': '!a.log\n' }
    const tree = { 'apps/web/out/a.ts': '', 'apps/web/a.log': '', 'apps/web/b.log': '', 'apps/web/c.ts': '' }
    const root = makeTree({ ...files, ...tree })
    mkdirSync(join(root, '.git'))
    expect(walk(join(root, 'apps/web')).files).toEqual(['a.log', 'c.ts'])
  })

  it('agrees with git', () => {
    const name = fc.constantFrom('a', 'b', 'c.ts', 'd.log')
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
    const rule = fc
      .tuple(
        fc.constantFrom('', '!'),
        fc.constantFrom('', '/', '**/'),
        fc.oneof(name, path, fc.constantFrom('*.ts', 'a/*', '*')),
        fc.constantFrom('', '/', '/**'),
      )
      .map((parts) => parts.join(''))
    const rules = fc.array(rule, { maxLength: 4 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 8 }), rules, rules, (paths, top, nested) => {
        const files = paths.map((each) => `${each}.x`)
        const isClash = (file: string) => files.some((other) => other.startsWith(`${file}/`))
        const tree = Object.fromEntries(files.filter((file) => !isClash(file)).map((file) => [file, '']))
        const root = makeTree({ ...tree, '.gitignore': top, 'a/.gitignore': nested })
        const git = (...args: string[]) =>
          execFileSync('git', args, {
            cwd: root,
            encoding: 'utf8',
            env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
          })
        git('init', '-q')
        const known = git('ls-files', '-z', '--others', '--exclude-standard').split('\0').filter(Boolean)
        expect(walk(root).files.toSorted()).toEqual(known.toSorted())
      }),
      { numRuns: 40, examples: [[['a/b/a'], 'a/*', '!b']] },
    )
  })

  it('follows no link, neither to a file nor in a circle', () => {
    const root = makeTree({ 'a/b.ts': '' })
    symlinkSync(root, join(root, 'a/again'))
    symlinkSync(join(root, 'a/b.ts'), join(root, 'c.ts'))
    symlinkSync(join(root, 'nowhere'), join(root, 'd.ts'))
    expect(walk(root)).toEqual({ files: ['a/b.ts'], unreadable: [] })
  })

  it('follows a root that is a link', () => {
    const root = makeTree({ 'real/a.ts': '' })
    symlinkSync(join(root, 'real'), join(root, 'link'))
    symlinkSync(join(root, 'real/a.ts'), join(root, 'file'))
    expect(walk(join(root, 'link')).files).toEqual(['a.ts'])
    expect(walk(join(root, 'file')).files).toEqual([''])
  })

  it('finds a root that is a file, whatever ignores it', () => {
    const root = makeTree({ '.gitignore': '*', 'a.ts': '' })
    expect(walk(join(root, 'a.ts')).files).toEqual([''])
  })

  it('takes no pipe and no socket for a file', async () => {
    const root = makeTree({ 'a.ts': '' })
    execFileSync('mkfifo', [join(root, 'pipe.ts')])
    const server = createServer().listen(join(root, 'socket.ts'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    expect(walk(root)).toEqual({ files: ['a.ts'], unreadable: [] })
  })

  it('finds names of any letters', () => {
    const names = ['a b.ts', 'line\nbreak.ts', 'tab\t.ts', '“quoted”.ts', '-p.ts', 'ü/é.ts', '*.ts']
    const found = filesIn(Object.fromEntries(names.map((name) => [name, ''])))
    expect(found.toSorted()).toEqual(names.toSorted())
  })

  it('goes as deep as the folders do', () => {
    const path = `${'deep/'.repeat(300)}a.ts`
    expect(filesIn({ [path]: '' })).toEqual([path])
  })

  it.skipIf(process.getuid?.() === 0)('names a directory that it may not read, and continues', () => {
    const root = makeTree({ 'a/b.ts': '', 'c.ts': '' })
    execFileSync('chmod', ['000', join(root, 'a')])
    onTestFinished(() => void execFileSync('chmod', ['700', join(root, 'a')]))
    expect(walk(root)).toEqual({ files: ['c.ts'], unreadable: [{ file: 'a/', reason: 'EACCES: permission denied' }] })
  })
})
