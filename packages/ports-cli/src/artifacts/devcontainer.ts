import { generatedNotice, type Artifact, type Registry } from './artifact.js'

/** The container in which an editor develops DriftOS, with every port that is in use reachable from outside it. */
export const devcontainer: Artifact = {
  file: '.devcontainer/devcontainer.json',
  render: (registry) => {
    const ports = portsInUse(registry)
    const attributes = ports.map(([port, attributesOfPort]) => `    "${port}": ${inline(attributesOfPort)}`)
    // Written out, since an object would put its ports in an order of its own.
    return `// ${generatedNotice}
{
  "name": "DriftOS",
  "image": "node:20.19.5-bookworm",
  "remoteUser": "node",
  "forwardPorts": ${inline(ports.map(([port]) => port))},
  "portsAttributes": {
${attributes.join(',\n')}
  },
  "otherPortsAttributes": { "onAutoForward": "ignore" },
  "postCreateCommand": ${JSON.stringify(installCommand)}
}
`
  },
}

/** By the pnpm that package.json names. */
const installCommand = `npx -y "$(node -p 'require("./package.json").packageManager')" install --frozen-lockfile`

function portsInUse({ services }: Registry): [port: number, attributes: object][] {
  const inUse = Object.entries(services).filter(([, { status }]) => status === 'active')
  return inUse.map(([name, { port, scheme, summary }]) => {
    const protocol = scheme === 'postgresql' ? {} : { protocol: scheme }
    // On another local port than its own, no link and no variable would find the service.
    return [port, { label: `${name}: ${summary}`, onAutoForward: 'silent', requireLocalPort: true, ...protocol }]
  })
}

/** JSON on one line, with the spaces that a person would put. */
function inline(value: object): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/\n */g, ' ')
    .replaceAll(/\[ | \]/g, (bracket) => bracket.trim())
}
