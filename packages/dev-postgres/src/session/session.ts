import { quote, type Backend, type Result } from './backend.js'
import type { Effects } from './effects.js'

/** A statement that a client has prepared by Parse. */
export interface PreparedStatement {
  readonly parse: Buffer
  readonly effects: Effects
}

/** What one client has set and prepared. The engine has one session, so this moves in and out of it. */
export class Session {
  /** The settings of the startup packet, which RESET restores. */
  readonly startup: ReadonlyMap<string, string>
  /** The statements that the client has prepared by Parse; the key is the name. */
  readonly statements = new Map<string, PreparedStatement>()
  /** The channels that it listens to. */
  readonly channels = new Set<string>()
  /** Whether a statement may have changed what `leave` saves. */
  isDirty = false
  #settings: ReadonlyMap<string, string>
  /** The texts of the statements that the client has prepared by SQL. */
  #prepares: readonly string[] = []
  #identity = ''

  constructor(startup: ReadonlyMap<string, string>) {
    this.startup = startup
    this.#settings = startup
  }

  /** Whether it differs from a new session. */
  get hasState(): boolean {
    return this.#settings.size > 0 || this.#prepares.length > 0 || this.#identity !== ''
  }

  /**
   * Moves the session into the engine.
   *
   * @throws {QueryError} when PostgreSQL refuses a setting
   */
  async enter(backend: Backend): Promise<Result | undefined> {
    if (!this.hasState) return undefined
    const settings = [...this.#settings].map(([name, value]) => setting(name, value))
    const result = await backend.query([...settings, this.#identity].filter(Boolean).join(';') || 'select 1')
    // A table that one of them uses may no longer exist.
    for (const prepare of this.#prepares) await backend.query(prepare).catch(() => {})
    return result
  }

  /**
   * Saves the session and leaves a new one in the engine.
   *
   * @param customSettings - the names of settings that pg_settings does not contain
   * @returns whether it has removed all prepared statements
   */
  async leave(backend: Backend, customSettings: Iterable<string>): Promise<boolean> {
    const names = [...customSettings].map(quote).join()
    const { rows } = await backend.query(`
      select 'identity', pg_catalog.current_setting('session_authorization'), pg_catalog.current_setting('role');
      reset session authorization; reset role;
      select 'setting', name, setting from pg_catalog.pg_settings
        where source = 'session' and name not like 'transaction%';
      select 'setting', name, pg_catalog.current_setting(name, true)
        from pg_catalog.unnest(array[${names}]::text[]) as name where pg_catalog.current_setting(name, true) <> '';
      select 'statement', name, statement, from_sql::text from pg_catalog.pg_prepared_statements;
      reset all`)
    const of = (kind: string) => rows.filter((row) => row[0] === kind)
    this.#settings = new Map(of('setting').map(([, name, value]) => [name!, value!]))
    this.#identity = of('identity')
      .flatMap(([, user, role]) => [
        user && user !== 'postgres' ? `set session authorization ${quoteName(user)}` : '',
        role && role !== 'none' ? `set role ${quoteName(role)}` : '',
      ])
      .filter(Boolean)
      .join(';')
    const prepares = of('statement').filter(([, , , isFromSql]) => isFromSql === 'true')
    this.#prepares = prepares.map(([, , statement]) => statement!)
    this.isDirty = false
    if (prepares.length > 0) await backend.query('deallocate all')
    return prepares.length > 0
  }

  /** Gives the settings of the startup packet that were reset their value again. */
  async restoreStartup(backend: Backend): Promise<void> {
    const values = [...this.startup].map(([name, value]) => `(${quote(name)}, ${quote(value)})`).join()
    if (values === '') return
    await backend.query(`select pg_catalog.set_config(s.name, s.value, false) from (values ${values}) as s (name, value)
      join pg_catalog.pg_settings as g on pg_catalog.lower(g.name) = pg_catalog.lower(s.name) where g.source <> 'session'`)
  }
}

function setting(name: string, value: string): string {
  return `select pg_catalog.set_config(${quote(name)}, ${quote(value)}, false)`
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
