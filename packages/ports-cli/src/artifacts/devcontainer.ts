import { generatedNotice, type Artifact } from './artifact.js'

/** The container in which an editor develops DriftOS, with every port that is in use reachable from outside it. */
export const devcontainer: Artifact = {
  file: '.devcontainer/devcontainer.json',
  render: ({ services }) => {
    const inUse = Object.entries(services).filter(([, { status }]) => status === 'active')
    const configuration = {
      name: 'DriftOS',
      image: 'node:20.19.5-bookworm',
      remoteUser: 'node',
      forwardPorts: inUse.map(([, { port }]) => port),
      portsAttributes: Object.fromEntries(
        inUse.map(([name, { port, scheme, summary }]) => [
          port,
          {
            label: `${name}: ${summary}`,
            onAutoForward: 'silent',
            // Another local port would answer, but the links and variables would miss it.
            requireLocalPort: true,
            ...(scheme === 'postgresql' ? {} : { protocol: scheme }),
          },
        ]),
      ),
      otherPortsAttributes: { onAutoForward: 'ignore' },
      postCreateCommand: `npx -y "$(node -p 'require("./package.json").packageManager')" install --frozen-lockfile`,
    }
    return `// ${generatedNotice}\n${JSON.stringify(configuration, null, 2)}\n`
  },
}
