import type { Backend } from './backend.js'
import type { Effects } from './effects.js'
import type { Session } from './session.js'
import type { Turns } from './turns.js'

/** The effects that the statements of a unit may have left in the engine. */
export interface Aftermath {
  readonly effects: readonly Effects[]
  readonly hasFailed: boolean
  /** Whether the client already keeps the engine for what only one client can have. */
  readonly isPinned: boolean
}

/** Returns whether effects may outlast their transaction. */
export function lasts({ resets, pins, channels }: Effects): boolean {
  return resets || pins || channels.length > 0
}

/** Returns whether there is something to do before the client continues. */
export function needsCare({ effects, hasFailed, isPinned }: Aftermath, session: Session): boolean {
  const resets = session.startup.size > 0 && effects.some((each) => each.resets)
  return resets || isPinned || effects.some((each) => each.pins || (each.channels.length > 0 && !hasFailed))
}

/**
 * Records the client's channels, and sets settings that were reset to the values at its start.
 *
 * @returns whether the client keeps the engine
 */
export async function takeCare(
  { effects, hasFailed, isPinned }: Aftermath,
  session: Session,
  turns: Turns,
  backend: Backend,
): Promise<boolean> {
  const channels = effects.flatMap((each) => each.channels)
  if (!hasFailed) await turns.listen(session, channels, backend)
  if (effects.some((each) => each.resets)) await session.restoreStartup(backend)
  return (isPinned || effects.some((each) => each.pins)) && (await holdsMore(backend))
}

/** Returns whether the session holds what only one client can have. */
async function holdsMore(backend: Backend): Promise<boolean> {
  const { rows } = await backend.query(`
    select (select pg_catalog.count(*) from pg_catalog.pg_locks where locktype = 'advisory')
      + (select pg_catalog.count(*) from pg_catalog.pg_cursors where is_holdable)
      + (select pg_catalog.count(*) from pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema())`)
  return rows[0]?.[0] !== '0'
}
