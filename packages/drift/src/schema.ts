import { explainDatabaseError, isDatabaseDown, isPermissionMissing } from './database-errors.js'
import { DriftError } from './errors.js'
import { migrate, type MigrateOptions } from './migrate.js'

/** How long a request waits for a migration, in milliseconds. */
const longestWaitMs = 4000

/** How long to wait before a failed migration runs again: the first and the longest wait. */
const restMs = { first: 500, longest: 10_000 }

/** The schema of an app. */
export interface Schema {
  /**
   * Resolves once the schema is up to date; migrates it when necessary.
   *
   * @throws {DriftError} `DATABASE_MIGRATING` while that takes long, `DATABASE_UNUSABLE` when it fails
   */
  ready(): Promise<void>
  /** Has the next call of `ready` look at the database again. */
  reset(): void
  /** Ends a migration in progress. */
  close(): void
}

/** Creates the schema of an app, which is migrated at the first use. After a failure it rests, each time for longer. */
export function createSchema({ schema, ...options }: Omit<MigrateOptions, 'signal'>): Schema {
  const closed = new AbortController()
  let migrated: Promise<void> | undefined
  let failures = 0
  let failure: { readonly error: unknown; readonly until: number } | undefined

  async function run(): Promise<void> {
    try {
      await migrate({ ...options, schema, signal: closed.signal })
      failures = 0
    } catch (error) {
      migrated = undefined
      if (isDatabaseDown(error)) throw error
      const explained = explain(schema, error)
      const wait = Math.min(restMs.first * 2 ** failures++, restMs.longest)
      failure = { error: explained, until: performance.now() + wait }
      throw explained
    }
  }

  return {
    async ready() {
      if (failure && performance.now() < failure.until) throw failure.error
      failure = undefined
      migrated ??= run()
      await withLimit(migrated, schema)
    },
    reset() {
      migrated = undefined
    },
    close: () => closed.abort(),
  }
}

/** Waits for a migration, but not as long as it takes. */
async function withLimit(migrated: Promise<void>, schema: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const message = `The schema ${schema} of the database is being migrated: try again later`
    timer = setTimeout(() => reject(new DriftError(503, 'DATABASE_MIGRATING', message)), longestWaitMs)
  })
  try {
    await Promise.race([migrated, late])
  } finally {
    clearTimeout(timer)
  }
}

function explain(schema: string, error: unknown): DriftError {
  const isForbidden = isPermissionMissing(error)
  const known = isForbidden ? undefined : explainDatabaseError(error)
  if (known) return known
  const reason = isForbidden
    ? 'its user may not create it. Start once with a user that may, or grant CREATE on the database'
    : reasonOf(error)
  const message = `The database is up, but its schema ${schema} cannot be migrated: ${reason}`
  return new DriftError(503, 'DATABASE_UNUSABLE', message, { cause: error })
}

/** Returns the driver's message, without the statement and its values. */
export function reasonOf(error: unknown): string {
  let root = error as Error
  while (root.cause instanceof Error) root = root.cause
  return root.message || String((root as { code?: string }).code ?? root)
}
