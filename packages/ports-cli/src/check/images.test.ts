import { describe, expect, it } from 'vitest'
import { acmeFindings, findingsOf, registryOf, shop } from './acme.fixture.js'

/** A compose file that builds the container `mail` in the directory of `web`. */
const composeWith = (build: string, path = '.') => ({
  [`${path}/compose.yml`]: `services:\n  mail:\n    build: ${build}\n    ports: ["7102:7102"]\n`,
})

const image = (port: number) => `FROM scratch\nEXPOSE ${port}\n`

describe('an image in the directory of another service', () => {
  it.each([
    ['a directory', './web', 'web/Dockerfile'],
    ['a context', '{ context: ./web }', 'web/Dockerfile'],
    ['a file', '{ context: web, dockerfile: Dockerfile.server }', 'web/Dockerfile.server'],
    ['a file with a path', '{ context: ., dockerfile: ./web/server.Dockerfile }', 'web/server.Dockerfile'],
    ['a file with a default', '{ context: web, dockerfile: "${FILE:-Dockerfile.server}" }', 'web/Dockerfile.server'],
    ['a file outside the context', '{ context: ./web/src, dockerfile: ../Dockerfile }', 'web/Dockerfile'],
    ['a file called like the other service', '{ context: ., dockerfile: web/Dockerfile.web }', 'web/Dockerfile.web'],
  ])('belongs to the container that is built from it, by %s', async (_kind, build, dockerfile) => {
    const files = { ...composeWith(build), 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, [dockerfile]: image(7102) })).toEqual([])
    expect(await findingsOf(shop, { ...files, [dockerfile]: image(7103) })).toEqual([
      `${dockerfile}:2 error wrong-port 7103`,
    ])
  })

  it('is found from a compose file below the root', async () => {
    const files = { ...composeWith('../web', 'deploy'), 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7102) })).toEqual([])
  })

  it('belongs to both services that are built from it', async () => {
    const compose =
      'services:\n  mail:\n    build: web\n    ports: ["7102:7102"]\n  web:\n    build: web\n    ports: ["7101:7101"]\n'
    const files = { 'compose.yml': compose, 'web/package.json': '{"name":"web"}' }
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7101) })).toEqual([])
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7102) })).toEqual([])
    expect(await findingsOf(shop, { ...files, 'web/Dockerfile': image(7103) })).toEqual([
      'web/Dockerfile:2 error wrong-port 7103',
    ])
  })

  it.each([
    ['a repository elsewhere', 'https://example.org/web.git'],
    ['a variable', '${CONTEXT}'],
    ['a Dockerfile in the compose file', '{ context: web, dockerfile_inline: "FROM scratch" }'],
    ['another directory', './mail'],
    ['a variable without a default', '{ context: web, dockerfile: "${FILE}" }'],
  ])('belongs to its directory when the container is built from %s', async (_kind, build) => {
    const files = { ...composeWith(build), 'web/package.json': '{"name":"web"}', 'web/Dockerfile': image(7102) }
    expect(await findingsOf(shop, files)).toEqual(['web/Dockerfile:2 error wrong-port 7102'])
  })

  it('belongs to its directory when the container is no service', async () => {
    const compose = 'services:\n  jobs:\n    build: web\n    environment: ["LOG_PORT=7300"]\n'
    const files = { 'compose.yml': compose, 'web/package.json': '{"name":"web"}', 'web/Dockerfile': image(7102) }
    expect(await findingsOf(shop, files)).toEqual(['web/Dockerfile:2 error wrong-port 7102'])
  })

  it('of Java is that of the package, three directories above', async () => {
    const files = { 'mail/pom.xml': '<project/>', 'mail/src/main/docker/Dockerfile': image(7101) }
    expect(await findingsOf(shop, files)).toEqual(['mail/src/main/docker/Dockerfile:2 error wrong-port 7101'])
  })
})

describe('a number that the service of the image does not have', () => {
  const compose = (expose: number) =>
    `services:\n  queue:\n    image: x\n    container_name: broker\n    ports: ["7103:7203"]\n    expose: ["${expose}"]\n`
  it.each([
    ['its own inside', 7203, []],
    ['its own outside', 7103, ['compose.yml:6 error wrong-port 7103']],
    ['a further one', 7303, []],
  ])('is exposed: %s', async (_kind, expose, expected) => {
    expect(await findingsOf(shop, { 'compose.yml': compose(expose) })).toEqual(expected)
  })

  it.each([
    [[7203, 7204], []],
    [[7303], ['broker/Dockerfile:2 error wrong-port 7303']],
    [[7203, 7303], []],
  ])('is exposed by the image of two services: %j', async (ports, expected) => {
    const dockerfile = `FROM scratch\nEXPOSE ${ports.join(' ')}\n`
    expect(await findingsOf(shop, { 'broker/Dockerfile': dockerfile })).toEqual(expected)
  })

  it('is reported where both services have a common word in their names and in the name of the file', async () => {
    const named = registryOf({ acmeMailApi: 7101, acmeWebApi: 7102 })
    const service = (port: number) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: acme-web-api }\nspec: { ports: [{ port: 80, targetPort: ${port} }] }\n`
    expect(await findingsOf(named, { 'k8s/acme-web-api.yml': service(7102) })).toEqual([])
    expect(await findingsOf(named, { 'k8s/acme-web-api.yml': service(7101) })).toEqual([
      'k8s/acme-web-api.yml:4 error wrong-port 7101',
    ])
  })

  it.each(['src/main/fabric8', 'src/main/jkube', 'src/main/kubernetes'])(
    'is reported in a manifest of a package in %s, whose name is a variable',
    async (directory) => {
      const manifest = (port: number) =>
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: "\${project.artifactId}" }\nspec:\n  template:\n    spec:\n      containers:\n        - name: "\${project.artifactId}"\n          ports: [{ containerPort: ${port} }]\n`
      const files = (port: number) => ({ 'mail/pom.xml': '<project/>', [`mail/${directory}/app.yml`]: manifest(port) })
      expect(await findingsOf(shop, files(7102))).toEqual([])
      expect(await findingsOf(shop, files(7101))).toEqual([`mail/${directory}/app.yml:9 error wrong-port 7101`])
    },
  )

  it('is no fault where a program has its number inside the container as its default', async () => {
    const files = (port: number) => ({
      'web/package.json': '{"name":"web"}',
      'queue/package.json': '{"name":"queue"}',
      'queue/server.js': `app.listen(process.env.NODE_DOCKER_PORT || ${port})\n`,
    })
    expect(await findingsOf(shop, files(7203))).toEqual([])
    expect(await findingsOf(shop, files(7303))).toEqual(['queue/server.js:1 error unregistered-port 7303'])
  })
})

describe('a manifest below the workflows of continuous integration', () => {
  it('is one of a cluster', async () => {
    const manifest = (port: number) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: mail }\nspec: { ports: [{ port: 80, targetPort: ${port} }] }\n`
    expect(await findingsOf(shop, { '.github/workflows/kubernetes/mail.yml': manifest(7101) })).toEqual([
      '.github/workflows/kubernetes/mail.yml:4 error wrong-port 7101',
    ])
  })
})

describe('a fix of a publication', () => {
  it.each([
    ['7101:7102', 'compose.yml:4 error wrong-port 7101 -> 7102'],
    ['7101:7101', 'compose.yml:4 error wrong-port 7101'],
    ['7101', 'compose.yml:4 error wrong-port 7101'],
  ])('keeps the mapping to the program: %s', async (mapping, expected) => {
    const compose = `services:\n  mail:\n    image: x\n    ports: ["${mapping}"]\n`
    expect(await findingsOf(shop, { 'compose.yml': compose })).toEqual([expected])
  })

  it.each([
    ['3900:3900', ['compose.yml:5 error retired-port 3900 -> 3001', 'core/a.ts:1 error retired-port 3900']],
    ['3900:3001', ['compose.yml:5 error retired-port 3900 -> 3001', 'core/a.ts:1 error retired-port 3900 -> 3001']],
  ])('changes no program whose container has its old number inside: %s', async (mapping, expected) => {
    const files = {
      'compose.yml': `services:\n  core:\n    build: core\n    ports:\n      - "${mapping}"\n`,
      'core/package.json': '{"name":"core"}',
      'core/a.ts': 'app.listen(process.env.CORE_PORT ?? 3900)\n',
    }
    expect(await acmeFindings(files)).toEqual(expected)
  })
})

describe('a container on the network of its machine', () => {
  it('has the numbers of the machine', async () => {
    const run = (port: number) => `docker run --network=host acme/queue --http-port=${port}\n`
    expect(await findingsOf(shop, { 'a.sh': run(7103) })).toEqual([])
  })

  it('is not reached by its health check of FastCGI', async () => {
    const dockerfile = 'FROM scratch\nHEALTHCHECK CMD cgi-fcgi -bind -connect 127.0.0.1:7101\n'
    expect(await findingsOf(shop, { 'mail/Dockerfile': dockerfile })).toEqual([])
  })
})

describe('a container with two registered ports', () => {
  it.each([
    ['is right', '7103:7203', '7104:7204', []],
    ['has a wrong number inside', '7103:7203', '7104:7304', ['compose.yml:6 error wrong-port 7304']],
    [
      'has two wrong numbers inside',
      '7103:7303',
      '7104:7304',
      ['compose.yml:5 error wrong-port 7303', 'compose.yml:6 error wrong-port 7304'],
    ],
    ['has a further port', '7103:7203', '7110:7304', ['compose.yml:6 error unregistered-port 7110']],
  ])('%s', async (_kind, queue, admin, expected) => {
    const compose = `services:\n  broker:\n    image: x\n    ports:\n      - ${queue}\n      - ${admin}\n`
    expect(await findingsOf(shop, { 'compose.yml': compose })).toEqual(expected)
  })
})
