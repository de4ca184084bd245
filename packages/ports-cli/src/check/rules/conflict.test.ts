import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeFinding, findingsBelow, findingsIn } from '../check.fixture.js'
import { makeRepository } from '../../repository.fixture.js'

const two = (one: string, other: string) => `services:\n  a:\n    ports: [${one}]\n  b:\n    ports: [${other}]\n`
const pod = (name: string, port: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: ${name}\n      ports: [{ containerPort: 80, ${port} }]\n`

describe('conflict', () => {
  it('finds two containers of one file on one port', async () => {
    const file = 'services:\n  core:\n    ports: ["3001:3001"]\n  driftos-core:\n    ports: ["3001:80"]\n'
    expect(await findingsIn({ 'compose.yml': file })).toEqual(['compose.yml:5:14 error conflict 3001'])
  })

  it('finds a port inside a published range', async () => {
    const file = 'services:\n  a:\n    ports: ["4000-4005:4000-4005"]\n  b:\n    ports: ["4003:80"]\n'
    const findings = await findingsIn({ 'compose.yml': file })
    expect(findings).toContain('compose.yml:5:14 error conflict 4003')
  })

  it('finds the same service published by two repositories of one machine', async () => {
    const files = { 'docker-compose.yml': 'services:\n  postgres:\n    ports: ["5433:5432"]\n' }
    const [one, other] = [await makeRepository(files), await makeRepository(files)]
    const findings = await findingsBelow([one, other])
    expect(findings.map(describeFinding)).toEqual([`${basename(other)}/docker-compose.yml:3:14 error conflict 5433`])
    expect(findings[0]!.message).toContain(`${basename(one)}/docker-compose.yml:3`)
  })

  it.each([
    ['any address', '"0.0.0.0:3004:80"', '"127.0.0.1:3004:80"'],
    ['no address', '"3004:80/tcp"', '"127.0.0.1:3004:80"'],
    ['one address', '"127.0.0.1:3004:80"', '{ target: 80, published: 3004, host_ip: 127.0.0.1, protocol: tcp }'],
    ['an address that nobody knows', '"${BIND}:3004:80"', '"127.0.0.1:3004:80"'],
    ['such an address in the long form', '"127.0.0.1:3004:80"', '{ target: 80, published: 3004, host_ip: "${BIND}" }'],
    ['a profile that both are of', '"3004:80"]\n    profiles: [dev', '"3004:80"]\n    profiles: [dev, prod'],
    ['no profile', '"3004:80"', '"3004:80"]\n    profiles: [dev'],
  ])('finds two on one port of %s', async (_, one, other) => {
    const findings = await findingsIn({ 'compose.yml': two(one, other) })
    expect(findings).toEqual([expect.stringMatching(/^compose\.yml:\d:\d+ error conflict 3004$/)])
  })

  it.each([
    ['profiles: *dev', 'warning'],
    ['<<: *base', 'warning'],
    ['extends: base', 'warning'],
    ['restart: always', 'error'],
  ])('is sure where %j leaves no doubt of profiles: %s', async (line, severity) => {
    const base = 'x-base: &base\n  profiles: &dev [dev]\n'
    const file = `${base}${two('"3004:80"]\n    profiles: [prod', `"3004:80"]\n    ${line}\n    labels: [`)}`
    expect(await findingsIn({ 'compose.yml': file })).toEqual([`compose.yml:8:14 ${severity} conflict 3004`])
  })

  it('is sure of what is merged in a file without profiles', async () => {
    const file = `x-base: &base\n  restart: always\n${two('"3004:80"', '"3004:80"]\n    <<: *base\n    labels: [')}`
    expect(await findingsIn({ 'compose.yml': file })).toEqual(['compose.yml:7:14 error conflict 3004'])
  })

  it('finds a third that is a rival of the second alone', async () => {
    const file = `${two('"127.0.0.1:3004:80"', '"3004:80/udp"')}  c:\n    ports: ["10.0.0.1:3004:80/udp"]\n`
    expect(await findingsIn({ 'compose.yml': file })).toEqual(['compose.yml:7:23 error conflict 3004'])
  })

  it('takes paths that overlap for one tree', async () => {
    const file = 'services:\n  core:\n    ports: ["3001:3001"]\n'
    const root = await makeRepository({
      'docker-compose.yml': file,
      'docker-compose.override.yml': file,
      'sub/compose.yml': file,
    })
    const overlapping = [
      [join(root, 'sub'), root],
      [join(root, 'docker-compose.yml'), root],
      [join(root, 'docker-compose.yml'), join(root, 'docker-compose.override.yml')],
    ]
    for (const roots of overlapping) expect((await findingsBelow(roots)).map(describeFinding)).toEqual([])
  })

  it.each([
    [
      'an override of the same service',
      {
        'docker-compose.yml': 'services:\n  core:\n    ports: ["3001:3001"]\n',
        'docker-compose.override.yml': 'services:\n  core:\n    ports: ["3001:3001"]\n',
      },
    ],
    [
      'what containers share inside',
      { 'compose.yml': 'services:\n  core:\n    ports: ["3001:80"]\n  embed:\n    ports: ["3002:80"]\n' },
    ],
    ['commands of a document', { 'README.md': 'docker run -p 3001:80 a\n\ndocker run -p 3001:80 b\n' }],
    ['one number of two protocols', { 'compose.yml': two('"3004:3004/tcp"', '"3004:3004/udp"') }],
    [
      'one number of two protocols in the long form',
      { 'compose.yml': two('"3004:3004"', '{ target: 3004, published: "3004", protocol: udp }') },
    ],
    [
      'one number of two protocols of two pods',
      { 'a.yml': pod('a', 'hostPort: 5353, protocol: UDP'), 'b.yml': pod('b', 'hostPort: 5353, protocol: TCP') },
    ],
    ['other addresses of this machine', { 'compose.yml': two('"127.0.0.1:3004:80"', '"192.168.1.5:3004:80"') }],
    ['an address of IPv6', { 'compose.yml': two('"127.0.0.1:3004:80"', '"[::1]:3004:80"') }],
    [
      'another address in the long form',
      { 'compose.yml': two('"127.0.0.1:3004:80"', '{ target: 80, published: 3004, host_ip: 10.0.0.1 }') },
    ],
    [
      'the address that stands in for a variable',
      { 'compose.yml': two('"127.0.0.1:3004:80"', '"${BIND:-10.0.0.1}:3004:80"') },
    ],
    [
      'alternatives by their profiles',
      { 'compose.yml': two('"3004:80"]\n    profiles: [dev', '"3004:80"]\n    profiles: [prod') },
    ],
    [
      'what runs on a machine of a workflow',
      {
        'compose.yml': 'services:\n  postgres:\n    ports: ["5433:5432"]\n',
        '.github/compose.yml': 'services:\n  db:\n    ports: ["5433:5432"]\n',
      },
    ],
  ])('passes over %s', async (_, files: Readonly<Record<string, string>>) => {
    expect((await findingsIn(files)).filter((finding) => finding.includes('conflict'))).toEqual([])
  })
})
