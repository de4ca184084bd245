import type { Backend } from './backend.js'
import type { Session } from './session.js'
import type { Lasting } from './transaction.js'
import type { Turns } from './turns.js'

/** The possible effects of a unit, or of a transaction that has ended, on the engine. */
export interface Aftermath extends Lasting {
  readonly hasFailed: boolean
  /** Whether the client already keeps the engine for what only one client can have. */
  readonly isPinned: boolean
}

/** Returns whether there is something to do before the client continues. */
export function needsCare({ resets, pins, channels, hasFailed, isPinned }: Aftermath, session: Session): boolean {
  return (resets && session.startup.size > 0) || pins || isPinned || (channels.length > 0 && !hasFailed)
}

/**
 * Records the client's channels, and sets settings that were reset to the values at its start.
 *
 * @returns whether the client keeps the engine
 */
export async function takeCare(
  { resets, pins, channels, hasFailed, isPinned }: Aftermath,
  session: Session,
  turns: Turns,
  backend: Backend,
): Promise<boolean> {
  if (!hasFailed) await turns.listen(session, channels, backend)
  if (resets) await session.restoreStartup(backend)
  return (isPinned || pins) && (await holdsMore(backend))
}

/** Returns whether the session holds what only one client can have. */
async function holdsMore(backend: Backend): Promise<boolean> {
  const { rows } = await backend.query(`
    select (select pg_catalog.count(*) from pg_catalog.pg_locks where locktype = 'advisory')
      + (select pg_catalog.count(*) from pg_catalog.pg_cursors where is_holdable)
      + (select pg_catalog.count(*) from pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema())`)
  return rows[0]?.[0] !== '0'
}
