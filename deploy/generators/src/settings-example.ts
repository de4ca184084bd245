import type { RegistryDefinition } from '@driftos/ports/define'

/** The settings of one service, or of all: comment lines, then the variables each with its default or an example. */
interface Settings {
  /** The service that reads them; every process unless given. */
  readonly service?: string
  readonly about: string
  readonly variables: Readonly<Record<string, string>>
}

const settings: readonly Settings[] = [
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
    service: 'gateway',
    about: 'The requests that one client may send to the gateway in a minute; 0 for no limit.',
    variables: { GATEWAY_RATE_LIMIT: '6000' },
  },
  {
    service: 'core',
    about: 'The model of core, behind an OpenAI-compatible address; the time limit is in milliseconds.',
    variables: {
      LLM_BASE_URL: 'https://api.openai.com/v1',
      LLM_API_KEY: 'a-key',
      LLM_MODEL: 'a-model',
      LLM_TIMEOUT: '8000',
    },
  },
  {
    service: 'embed',
    about: 'The embedder of embed, its model, and the similarities at which a message stays in its branch or changes it.',
    variables: {
      EMBEDDER: 'hashing',
      EMBEDDER_MODEL: 'Xenova/paraphrase-MiniLM-L6-v2',
      EMBED_STAY_THRESHOLD: '0.38',
      EMBED_ROUTE_THRESHOLD: '0.42',
    },
  },
]

/** Returns the lines of `.env.example` for the settings that are no ports. */
export function settingsExample({ services }: RegistryDefinition): string[] {
  return settings
    .filter(({ service }) => service === undefined || services[service])
    .map(({ about, variables }) => {
      const lines = Object.entries(variables).map(([name, value]) => `# ${name}=${value}\n`)
      return `# ${about}\n${lines.join('')}`
    })
}
