import type { RegistryDefinition } from '@driftos/ports/define'
import { generatedNotice, type Artifact } from './artifact.js'
import { getSiblingVariable } from './container.js'

/** Every variable with its default, commented out: a copy of the file changes nothing until a line is used. */
export const envExample: Artifact = {
  file: '.env.example',
  render: (registry) => {
    const services = Object.values(registry.services)
    const ports = services.map(({ port, variable, summary }) => `# ${summary}\n# ${variable}=${port}\n`)
    return [
      `# ${generatedNotice}`,
      '# Copy it to .env and take the # from what you change.',
      '',
      '# Shifts every default: 100 starts all of it a second time, beside the first.',
      '# DRIFTOS_PORT_OFFSET=0',
      '',
      ...ports,
      ...elsewhere(registry),
      ...(services.some(({ scheme }) => scheme === 'postgresql') ? database : []),
      ...(registry.services['gateway'] ? keys : []),
    ].join('\n')
  },
}

function elsewhere({ services }: RegistryDefinition): string[] {
  const [first] = Object.entries(services)
  if (!first) return []
  const [name, service] = first
  const scheme = service.scheme === 'postgresql' ? service.scheme : 'https'
  return [
    '# Where a service is, when it is not on this machine; so for every service.',
    `# ${getSiblingVariable(service, 'HOST')}=localhost`,
    `# ${getSiblingVariable(service, 'URL')}=${scheme}://${name.toLowerCase()}.example.com`,
    '',
  ]
}

const database = [
  '# The database: a whole connection string, or its parts.',
  '# DATABASE_URL=postgresql://user:password@localhost/database',
  '# POSTGRES_USER=postgres',
  '# POSTGRES_PASSWORD=postgres',
  '# POSTGRES_DB=postgres',
  '',
]

const keys = [
  '# The keys that open the gateway, with commas between, and the one that the demo uses.',
  '# GATEWAY_API_KEYS=a-long-random-text',
  '# GATEWAY_API_KEY=a-long-random-text',
  '',
]
