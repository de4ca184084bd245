import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  findListeningProcesses,
  parseCommandLine,
  parseLsof,
  parseNetstat,
  parseProcNetTcp,
  parseTasklist,
} from './listening-process.js'

describe('findListeningProcesses', () => {
  it.each(['127.0.0.1', undefined])('names this process for its own port on %s', async (host) => {
    const server = createServer().listen(0, host)
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    try {
      const processes = await findListeningProcesses([port])
      expect([...processes.keys()]).toEqual([port])
      expect(processes.get(port)).toEqual({ pid: process.pid, command: expect.stringMatching(/^\w/) })
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it.skipIf(process.platform !== 'linux')('names no process where another process has the other loopback', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const source = `require('net').createServer().listen(${port}, '127.0.0.2', () => console.log('listening'))`
    const other = spawn(process.execPath, ['-e', source])
    try {
      await once(other.stdout, 'data')
      expect(await findListeningProcesses([port])).toEqual(new Map())
    } finally {
      other.kill()
      server.close()
    }
  })

  it('is empty for a port on which nobody listens', async () => {
    expect(await findListeningProcesses([1])).toEqual(new Map())
  })

  it('is empty when asked for nothing', async () => {
    expect(await findListeningProcesses([])).toEqual(new Map())
  })
})

describe('parseProcNetTcp', () => {
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     '

  it('reads the sockets that listen, by inode', () => {
    const table = [
      header,
      '   0: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0000000000000000 100 0 0 10 0',
      '   1: 00000000:1539 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 42001 1 0000000000000000 100 0 0 10 0',
      '',
    ]
    expect(parseProcNetTcp(table.join('\n'))).toEqual(
      new Map([
        ['31337', 3001],
        ['42001', 5433],
      ]),
    )
  })

  it('leaves out the clients of a port, and sockets without an inode', () => {
    const table = [
      header,
      '   0: 0100007F:0BB9 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 31338 1 0000000000000000 20 4 30 10 -1',
      '   1: 0100007F:D431 0100007F:0BB9 06 00000000:00000000 03:00000F5C 00000000     0        0 0 3 0000000000000000',
      '   2: 0100007F:0BBA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000000000000',
    ]
    expect(parseProcNetTcp(table.join('\n'))).toEqual(new Map())
  })

  it('reads the table of IPv6', () => {
    const table = [
      '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 00000000000000000000000001000000:0BBC 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77001 1 0000000000000000 100 0 0 10 0',
    ]
    expect(parseProcNetTcp(table.join('\n'))).toEqual(new Map([['77001', 3004]]))
  })

  it.each(['', header, 'nonsense\nmore nonsense\n'])('is empty for %j', (table) => {
    expect(parseProcNetTcp(table)).toEqual(new Map())
  })
})

describe('parseCommandLine', () => {
  it.each([
    ['/usr/local/bin/node\0/srv/app/main.js\0', 'node /srv/app/main.js'],
    ['node\0--inspect\0src/main.ts\0', 'node --inspect src/main.ts'],
    ['/usr/bin/python3\0-m\0http.server\x003000\0', 'python3 -m http.server 3000'],
    ['/usr/bin/docker-proxy\0', 'docker-proxy'],
    ['node\0--require\0/p/.pnpm/tsx@4/x.cjs\0--import\0file:///p/tsx@4/y.mjs\0src/main.ts\0', 'node src/main.ts'],
    ['node\0/p/node_modules/.pnpm/vite@8+a/node_modules/vite/bin/vite.js\0', 'node vite/bin/vite.js'],
    ['node\0/p/node_modules/@acme/dev/cli.js\0--port\x004000\0', 'node @acme/dev/cli.js --port 4000'],
    ['', ''],
  ])('shows the program and its plain arguments, %j as %j', (text, command) => {
    expect(parseCommandLine(text)).toBe(command)
  })

  it.each([
    ['server\0--password=hunter2\0', 'server'],
    ['server\0--port\x003000\0--password\0hunter2\0', 'server --port 3000'],
    ['redis-server\0--requirepass\0hunter2\0', 'redis-server'],
    ['server\0--API-KEY\0hunter2\0', 'server'],
    ['server\0--auth-token\0hunter2\0', 'server'],
    ['server\0--client-secret\0hunter2\0', 'server'],
    ['server\0postgresql://user:hunter2@db/d\0', 'server'],
    ['server\0https://example.com?x=hunter2\0', 'server'],
    ['server\0SESSION=hunter2\0main.js\0', 'server'],
    ['sh\0-c\0PASSWORD=hunter2 exec server\0', 'sh -c'],
    ['npm run start --token=hunter2\0\0\0', 'npm run start'],
    ['/usr/bin/node main.js --password hunter2\0', 'node main.js'],
    ['mysql\0-phunter2\0', 'mysql'],
    ['curl\0-u\0admin:hunter2\0', 'curl'],
    ['node\0-r\0/x/dotenv\0main.js\0--token\0hunter2\0', 'node main.js'],
    ['node\0https://a:hunter2@b/node_modules/x.js\0', 'node x.js'],
  ])('stops before what may be a secret, %j as %j', (text, command) => {
    expect(parseCommandLine(text)).toBe(command)
  })

  it.each([
    ['postgres: checkpointer \0', 'postgres: checkpointer'],
    ['nginx: master process /usr/sbin/nginx -g daemon off;\0', 'nginx: master process /usr/sbin/nginx -g daemon'],
    ['next-server (v16.0.0)\0\0', 'next-server'],
  ])('reads a title that the process wrote itself, %j as %j', (text, command) => {
    expect(parseCommandLine(text)).toBe(command)
  })

  it('shortens a long command to 120 characters', () => {
    const command = parseCommandLine(`node\0${'a'.repeat(500)}\0`)
    expect(command).toHaveLength(120)
    expect(command).toMatch(/^node a+…$/)
  })
})

describe('parseLsof', () => {
  it('reads the process before each of its sockets', () => {
    const text = [
      'p501',
      'cControlCenter',
      'f9',
      'n*:7000',
      'f10',
      'n*:5000',
      'p4242',
      'cnode',
      'f23',
      'n127.0.0.1:3001',
      'f24',
      'n[::1]:3004',
      '',
    ].join('\n')
    expect(parseLsof(text)).toEqual(
      new Map([
        [7000, { pid: 501, command: 'ControlCenter' }],
        [5000, { pid: 501, command: 'ControlCenter' }],
        [3001, { pid: 4242, command: 'node' }],
        [3004, { pid: 4242, command: 'node' }],
      ]),
    )
  })

  it('names the first process where several share a port', () => {
    expect(parseLsof('p10\ncnode\nf1\nn*:3000\np11\ncnode\nf1\nn*:3000\n')).toEqual(
      new Map([[3000, { pid: 10, command: 'node' }]]),
    )
  })

  it('names nobody where different processes have the addresses of a port', () => {
    expect(parseLsof('p10\ncnode\nf1\nn127.0.0.1:3000\np11\ncpython\nf1\nn[::1]:3000\n')).toEqual(new Map())
  })

  it.each(['', '\n', 'p10\ncnode\n', 'n*:3000\n', 'p10\ncnode\nn*:*\n', 'lsof: no pwd entry for UID 1000\n'])(
    'is empty for %j',
    (text) => {
      expect(parseLsof(text)).toEqual(new Map())
    },
  )
})

describe('parseNetstat', () => {
  it('reads the listeners of an English system, and not the clients', () => {
    const text = [
      '',
      'Active Connections',
      '',
      '  Proto  Local Address          Foreign Address        State           PID',
      '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1124',
      '  TCP    127.0.0.1:3001         0.0.0.0:0              LISTENING       20040',
      '  TCP    127.0.0.1:3001         127.0.0.1:51840        ESTABLISHED     20040',
      '  TCP    127.0.0.1:51840        127.0.0.1:3001         ESTABLISHED     7712',
      '  TCP    127.0.0.1:51999        127.0.0.1:3001         TIME_WAIT       0',
      '  TCP    [::1]:3004             [::]:0                 LISTENING       20044',
      '',
    ].join('\r\n')
    expect(parseNetstat(text)).toEqual(
      new Map([
        [135, 1124],
        [3001, 20_040],
        [3004, 20_044],
      ]),
    )
  })

  it('reads the listeners of a German system', () => {
    const text = [
      '',
      'Aktive Verbindungen',
      '',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    0.0.0.0:3000           0.0.0.0:0              ABHÖREN         4711',
      '  TCP    192.168.0.7:52100      140.82.121.4:443       HERGESTELLT     9000',
      '  TCP    [::]:3000              [::]:0                 ABH\uFFFDREN         4711',
    ].join('\r\n')
    expect(parseNetstat(text)).toEqual(new Map([[3000, 4711]]))
  })

  it('names nobody where different processes have the addresses of a port', () => {
    const text = '  TCP  127.0.0.1:3001  0.0.0.0:0  LISTENING  20040\r\n  TCP  [::1]:3001  [::]:0  LISTENING  4711\r\n'
    expect(parseNetstat(text)).toEqual(new Map())
  })

  it.each(['', 'Access denied\r\n', '  UDP    0.0.0.0:5353    *:*    1234\r\n'])('is empty for %j', (text) => {
    expect(parseNetstat(text)).toEqual(new Map())
  })
})

describe('parseTasklist', () => {
  it('reads the program of each pid', () => {
    const text = [
      '"System Idle Process","0","Services","0","8 K"',
      '"node.exe","20040","Console","1","61,204 K"',
      '"com.docker.backend.exe","7712","Console","1","98.304 K"',
      '',
    ].join('\r\n')
    expect(parseTasklist(text)).toEqual(
      new Map([
        [0, 'System Idle Process'],
        [20_040, 'node.exe'],
        [7712, 'com.docker.backend.exe'],
      ]),
    )
  })

  it.each(['', 'INFO: No tasks are running which match the specified criteria.\r\n'])('is empty for %j', (text) => {
    expect(parseTasklist(text)).toEqual(new Map())
  })
})
