import type { RegistryDefinition } from '@driftos/ports/define'

/** Variables with one purpose: comment lines, then the variables, each with its default or an example. */
interface VariableGroup {
  /** The services that read them; every service unless given. */
  readonly services?: readonly string[]
  readonly about: string
  readonly variables: Readonly<Record<string, string>>
}

/**
 * The variables of the apps, apart from those of the ports. Compose, the example file and the documentation follow this
 * list, and a test compares it with the variables that each app reads.
 */
export const variableGroups: readonly VariableGroup[] = [
  {
    services: ['gateway', 'demo'],
    about: "The gateway's API keys, separated by commas, and the key that the demo uses.",
    variables: { GATEWAY_API_KEYS: 'a-long-random-text', GATEWAY_API_KEY: 'a-long-random-text' },
  },
  {
    about:
      'Every service: the level and the format of the log (json or pretty), the address to listen on, the time limit of an upstream in milliseconds, and the proxies whose X-Forwarded-* headers are trusted.',
    variables: {
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      HOST: 'localhost',
      UPSTREAM_TIMEOUT_MS: '30000',
      TRUST_PROXY: 'loopback',
      NODE_ENV: 'production',
    },
  },
  {
    services: ['core', 'embed'],
    about: 'The most database connections of each process of core and embed.',
    variables: { POSTGRES_POOL_SIZE: '4' },
  },
  {
    services: ['gateway'],
    about: 'The requests that one client may send to the gateway in a minute; 0 for no limit.',
    variables: { GATEWAY_RATE_LIMIT: '6000' },
  },
  {
    services: ['core'],
    about: 'The model of core, behind an OpenAI-compatible address; the time limits are in milliseconds.',
    variables: {
      LLM_BASE_URL: 'https://api.openai.com/v1',
      LLM_API_KEY: 'a-key',
      LLM_MODEL: 'a-model',
      LLM_TIMEOUT: '8000',
      LLM_IDLE_TIMEOUT: '30000',
    },
  },
  {
    services: ['embed'],
    about: 'The embedder of embed, its model, and the similarities at which a message stays in its branch or changes it.',
    variables: {
      EMBEDDER: 'sentences',
      EMBEDDER_MODEL: 'Xenova/paraphrase-MiniLM-L6-v2',
      EMBED_STAY_THRESHOLD: '0.38',
      EMBED_ROUTE_THRESHOLD: '0.42',
    },
  },
]

/** Variables that the image or the compose file sets. */
const fixed: ReadonlySet<string> = new Set(['HOST', 'NODE_ENV', 'GATEWAY_API_KEYS', 'GATEWAY_API_KEY'])

/** Returns the variables that a container gets from where Compose runs. */
export function passedVariables(service: string): string[] {
  return variableGroups
    .filter(({ services }) => services === undefined || services.includes(service))
    .flatMap(({ variables }) => Object.keys(variables))
    .filter((name) => !fixed.has(name))
}

/** Returns the lines of `.env.example` for the variables of the apps. */
export function variablesExample(registry: RegistryDefinition): string[] {
  const groups = variableGroups
    .filter(({ services }) => services === undefined || services.some((name) => registry.services[name]))
    .map(({ about, variables }) => {
      const lines = Object.entries(variables).map(([name, value]) => `# ${name}=${value}\n`)
      return `# ${about}\n${lines.join('')}`
    })
  return [
    ...groups,
    '# Read from the shell. XDG_CACHE_HOME: where the embedded database keeps the template of its data. DRIFTOS_CONTROL: the',
    '# control socket of the stack that started a process.\n',
  ]
}
