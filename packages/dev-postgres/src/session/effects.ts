/** The effects of a statement on its session. */
export interface Effects {
  /** May change settings or statements prepared by SQL, which are saved at the switch to another client. */
  readonly isDirty: boolean
  /** May give settings their default value, which for a client is the one it started with. */
  readonly resets: boolean
  /** Names prepared statements in SQL: PREPARE, EXECUTE, DEALLOCATE, DISCARD. */
  readonly namesStatements: boolean
  /** May remove prepared statements of every client. */
  readonly deallocates: boolean
  /** May keep what only one session can have: advisory locks of the session, cursors WITH HOLD, temporary tables. */
  readonly pins: boolean
  /** May define a function, which may change settings. */
  readonly definesFunctions: boolean
  /** The channels that it listens to (true) and no longer listens to (false), in order; `*` is all of them. */
  readonly channels: readonly (readonly [channel: string, isListening: boolean])[]
}

/** Statements that change a session start the text, or follow a semicolon or a comment. */
const start = String.raw`(?:^|;|\*/|^\s*--[^]*?\n)\s*`
const dirty = new RegExp(
  String.raw`set_config|${start}(?:set|reset|discard|load|do|call|prepare|execute|deallocate)\b`,
  'i',
)
const statementNames = new RegExp(
  String.raw`pg_prepared_statements|${start}(?:prepare|execute|deallocate|discard|explain)\b`,
  'i',
)

/** Returns the possible effects of a text of SQL. One too many costs only time. */
export function findEffects(sql: string): Effects {
  const namesStatements = statementNames.test(sql)
  const channels = [...sql.matchAll(/(?:^|;|\*\/)\s*(un)?listen\s+("(?:[^"]|"")+"|[\w$]+|\*)/gi)].map(
    ([, un, name]) => [unquote(name!), un === undefined] as const,
  )
  const discards = /\bdiscard\b/i.test(sql)
  return {
    isDirty: dirty.test(sql),
    resets: /\b(?:reset|discard|default)\b/i.test(sql),
    namesStatements,
    deallocates: /\b(?:deallocate|discard)\b/i.test(sql),
    pins: /pg_(?:try_)?advisory_(?:un)?lock|with\s+hold|\btemp(?:orary)?\b|pg_temp/i.test(sql),
    definesFunctions: /\b(?:function|procedure|extension|schema|do|drop)\b/i.test(sql),
    channels: discards ? [...channels, ['*', false]] : channels,
  }
}

/** Returns the name in an SQL identifier. */
function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()
}

/** Returns the names of custom settings that a text or a parameter may contain. */
export function findCustomSettings(text: string): string[] {
  return text.match(/\b[a-z_][\w$]*\.[a-z_][\w$]*\b/gi) ?? []
}
