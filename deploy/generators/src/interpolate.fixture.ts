/** A text as Compose reads it: `$$`, `${VAR:-default}` and `${VAR:+replacement}`. */
export function interpolate(text: string, env: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(/\$(?:\$|\{(\w+):([-+])([^}]*)\})/g, (whole, variable?: string, sign?: string, word = '') => {
    if (variable === undefined) return whole === '$$' ? '$' : whole
    if (sign === '-') return env[variable] || word
    return env[variable] ? word : ''
  })
}
