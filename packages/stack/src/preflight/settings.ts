import { readLinks } from '@driftos/website/settings'
import { parseModelSettings } from '@driftos/core/settings'
import { parseDemoSettings } from '@driftos/demo/settings'
import { parseDatabaseSettings } from '@driftos/drift/settings'
import { parseEmbedSettings } from '@driftos/embed/settings'
import { parseGatewaySettings } from '@driftos/gateway/settings'
import { PortConfigError, type Env } from '@driftos/ports'
import { parseSettings, SettingError } from '@driftos/service/settings'

/** The parsers of the apps' own settings, by the directory in apps. Each throws `SettingError` with one line for each problem. */
export const settingsParsers: Readonly<Record<string, (env: Env) => unknown>> = {
  gateway: parseGatewaySettings,
  core: parseModelSettings,
  embed: parseEmbedSettings,
  demo: parseDemoSettings,
  website: readLinks,
}

/** Returns a message for every invalid setting of every app; none contains a secret. */
export function findInvalidSettings(env: Env): string[] {
  const messages = [parseSettings, parseDatabaseSettings, ...Object.values(settingsParsers)].flatMap((parse) =>
    problemsOf(() => parse(env)),
  )
  return [...new Set(messages)]
}

function problemsOf(parse: () => unknown): string[] {
  try {
    parse()
    return []
  } catch (error) {
    if (error instanceof SettingError) return error.message.split('\n')
    // Variables of ports are checked before.
    if (error instanceof PortConfigError) return []
    throw error
  }
}
