import type { Env } from '@driftos/ports'

/** Whether development needs the embedded database: not when `DATABASE_URL` names one. */
export function isEmbeddedDatabaseWanted(env: Env): boolean {
  return !env['DATABASE_URL']?.trim()
}
