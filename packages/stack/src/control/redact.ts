import { services, type Env } from '@driftos/ports'

const secretName = /(KEY|KEYS|PASSWORD|SECRET|TOKEN)$/

/** Shorter values would be found in ordinary text. */
const shortestSecret = 6

/**
 * Returns a function that replaces the values of secret variables by `***`: of variables whose name ends with `KEY`, `KEYS`,
 * `PASSWORD`, `SECRET` or `TOKEN`, and the password of every URL. A value that is also the name of a service, such as
 * `postgres`, is no secret.
 */
export function createRedactor(env: Env): (text: string) => string {
  const values = Object.entries(env).flatMap(([name, value = '']) =>
    secretName.test(name) ? value.split(',') : passwordsOf(value),
  )
  const secrets = [...new Set(values.map((value) => value.trim()))]
    .filter((value) => value.length >= shortestSecret && !Object.hasOwn(services, value))
    // The longest first, so that a secret that contains another leaves nothing behind.
    .toSorted((one, other) => other.length - one.length)
  return (text) => secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text)
}

function passwordsOf(value: string): string[] {
  if (!/^[a-z][\w+.-]*:\/\/[^/]*@/i.test(value.trim()) || !URL.canParse(value)) return []
  const { password } = new URL(value)
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}
