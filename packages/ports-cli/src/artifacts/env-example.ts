import { generatedNotice, type Artifact } from './artifact.js'

/** Every variable with its default, commented out: a copy of the file changes nothing until a line is used. */
export const envExample: Artifact = {
  file: '.env.example',
  render: ({ services }) => {
    const ports = Object.values(services).map(({ port, variable, summary }) => `# ${summary}\n# ${variable}=${port}\n`)
    return [
      `# ${generatedNotice}`,
      '# Copy it to .env and take the # from what you change.',
      '',
      '# Shifts every default: 100 starts a second DriftOS beside the first.',
      '# DRIFTOS_PORT_OFFSET=0',
      '',
      ...ports,
      '# Where a service is, when it is not on this machine; so for every service.',
      '# CORE_HOST=localhost',
      '# CORE_URL=https://core.example.com',
      '',
      '# The database: a whole connection string, or its parts.',
      '# DATABASE_URL=postgresql://user:password@localhost/database',
      '# POSTGRES_USER=postgres',
      '# POSTGRES_PASSWORD=postgres',
      '# POSTGRES_DB=postgres',
      '',
      '# The keys that open the gateway, with commas between, and the one that the demo uses.',
      '# GATEWAY_API_KEYS=a-long-random-text',
      '# GATEWAY_API_KEY=a-long-random-text',
      '',
    ].join('\n')
  },
}
