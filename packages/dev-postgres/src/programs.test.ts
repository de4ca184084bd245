import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, execaSync } from 'execa'
import { Client } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
// @boundaries-ignore packages/testing depends on this package
import { isPostgresInstalled, startPostgres } from '../../testing/src/database/postgres.js'
import { delay, serveForTests } from './testing.js'

/** Where Debian's package has the driver. */
const jdbc = '/usr/share/java/postgresql.jar'
const python = '/usr/bin/python3'

function works(file: string, ...options: string[]): boolean {
  return execaSync(file, options, { reject: false }).exitCode === 0
}

// GitHub's runners other than Linux do not have these programs.
const isRequired = Boolean(process.env['CI']) && process.platform === 'linux'
const has = {
  JDBC: isRequired || (existsSync(jdbc) && works('javac', '--version')),
  'psycopg2, psycopg 3 and asyncpg': isRequired || works(python, '-c', 'import asyncpg, psycopg, psycopg2'),
  'psql, pgbench and pg_restore': isRequired || (isPostgresInstalled() && works('pgbench', '--version')),
}
for (const [name, isInstalled] of Object.entries(has)) if (!isInstalled) console.log(`skipped: ${name}: not installed`)

const database = serveForTests({ idleMs: 20_000, queueMs: 60_000, startupMs: 10_000 })
const fixture = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url))

it.skipIf(!has.JDBC)('JDBC gets right answers, in all its modes', async () => {
  const url = `jdbc:postgresql://127.0.0.1:${database.port}/postgres`
  const { all } = await execa('java', ['-cp', jdbc, fixture('Jdbc.java'), url], { all: true, reject: false })
  expect(all).toBe('ok')
})

it.skipIf(!has['psycopg2, psycopg 3 and asyncpg'])('psycopg2, psycopg 3 and asyncpg get right answers', async () => {
  const { stdout, stderr } = await execa(python, [fixture('python.py'), database.url], { reject: false })
  expect(stdout, stderr).toBe('ok')
})

describe.skipIf(!has['psql, pgbench and pg_restore'])('of PostgreSQL', () => {
  const psql = (...statements: string[]) =>
    execa('psql', [database.url, '-XAtq', ...statements.flatMap((statement) => ['-c', statement])], { reject: false })

  it.each(['simple', 'extended', 'prepared'])('pgbench runs transactions of several clients, mode %s', async (mode) => {
    await execa('pgbench', ['-i', '-q', '--foreign-keys', database.url])
    const { all } = await execa('pgbench', ['-n', '-c', '4', '-t', '20', '-M', mode, database.url], { all: true })
    expect(all).toContain('number of transactions actually processed: 80/80')
    const { stdout } = await psql(
      'select sum(abalance) = (select sum(delta) from pgbench_history) from pgbench_accounts',
    )
    expect(stdout).toBe('t')
  })

  it('psql copies a file in both directions', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'driftos-copy-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const [file, copy] = [join(directory, 'in'), join(directory, 'out')]
    const lines = Array.from({ length: 50_000 }, (_, n) => `${n}\tline ${n}\n`).join('')
    await writeFile(file, lines)
    const { stderr } = await psql(
      'create table lines (n int, line text)',
      `\\copy lines from '${file}'`,
      `\\copy lines to '${copy}'`,
    )
    expect(stderr).toBe('')
    expect(await readFile(copy, 'utf8')).toBe(lines)
  })

  it('psql cancels its statement at Ctrl-C', async () => {
    const child = psql('select pg_sleep(60)')
    await delay(1000)
    child.kill('SIGINT')
    expect((await child).stderr).toContain('canceling statement due to user request')
  })

  it('pg_restore restores what pg_dump has read from a server', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const source = new Client({ connectionString: server.url })
    await source.connect()
    await source.query(`
      create schema moved;
      create table moved.parent (id int primary key, word text default 'x');
      create table moved.child (id serial primary key, parent int references moved.parent);
      create view moved.words as select word from moved.parent;
      create function moved.twice(n int) returns int language sql as 'select 2 * n';
      insert into moved.parent select n, 'word ' || n from generate_series(1, 5000) as n;
      insert into moved.child (parent) select id from moved.parent`)
    await source.end()
    const dump = await execa('pg_dump', ['-Fc', '-n', 'moved', server.url], { encoding: 'buffer' })
    const restore = ['--exit-on-error', '--no-owner', '--single-transaction', '-d', database.url]
    await execa('pg_restore', restore, { input: dump.stdout })
    const { stdout } = await psql(
      'select count(word), moved.twice(max(id)) from moved.words, moved.child where id = 5000',
    )
    expect(stdout).toBe('5000|10000')
  })
})
