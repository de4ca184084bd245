import type { RegistryDefinition } from '@driftos/ports/define'

/** Returns the lines of `.env.example` for the gateway's keys; none without a gateway. */
export function gatewayKeys({ services }: RegistryDefinition): string[] {
  if (!services['gateway']) return []
  return [
    "# The gateway's API keys, separated by commas, and the key that the demo uses.",
    '# GATEWAY_API_KEYS=a-long-random-text',
    '# GATEWAY_API_KEY=a-long-random-text',
    '',
  ]
}
