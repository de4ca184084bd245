import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { defaultPoolSize, parseDatabaseSettings } from './settings.js'

describe('parseDatabaseSettings', () => {
  it('has a pool that fits the replicas by default', () => {
    expect(parseDatabaseSettings({})).toMatchObject({ poolSize: defaultPoolSize })
    expect(parseDatabaseSettings({ POSTGRES_POOL_SIZE: ' 12 ' })).toMatchObject({ poolSize: 12 })
  })

  it.each(['0', '-1', '1.5', '1001', '4x', '1e2'])('refuses a pool of %s', (POSTGRES_POOL_SIZE) => {
    expect(() => parseDatabaseSettings({ POSTGRES_POOL_SIZE })).toThrow(
      `POSTGRES_POOL_SIZE="${POSTGRES_POOL_SIZE}" is not a number of connections: set a number from 1 to 1000, or unset it`,
    )
  })

  it.each([
    ['#', 'postgresql://app:hunter2#x@db.example.com/app', /contains an unencoded # .*# as %23/],
    ['# after @', 'postgresql://app:hunter2@a#x@db.example.com/app', /contains an unencoded #/],
    ['/', 'postgresql://app:hunter2/x@db.example.com/app', /contains an unencoded \//],
    ['/ after @', 'postgresql://app:hunter2@a/x@db.example.com/app', /contains an unencoded \//],
    ['?', 'postgresql://app:hunter2?x@db.example.com/app', /contains an unencoded \?/],
    ['% before letters', 'postgresql://app:hunter2%x@db.example.com/app', /contains an unencoded %/],
    ['% at the end', 'postgresql://app:hunter2%@db.example.com/app', /contains an unencoded %/],
    ['% before no character', 'postgresql://app:hunter2%ff@db.example.com/app', /encodes no character/],
    ['a port of words', 'postgresql://app:hunter2@db.example.com:port/app', /is not a connection URL/],
    [
      'a certificate that is missing',
      'postgresql://app:hunter2@db/app?sslrootcert=/nowhere.pem',
      /names the file \/nowhere\.pem, which cannot be read \(ENOENT\)/,
    ],
  ])('recognizes %s in DATABASE_URL, without printing it', (_what, DATABASE_URL, message) => {
    expect(() => parseDatabaseSettings({ DATABASE_URL })).toThrow(message)
    expect(() => parseDatabaseSettings({ DATABASE_URL })).not.toThrow('hunter2')
  })

  it.each([
    'postgresql://localhost/app',
    'postgresql://app@localhost',
    'postgresql://app:secret@localhost:5432/app?sslmode=no-verify&application_name=me@home',
    'postgresql://app:with@sign@localhost/app',
    'postgresql://app:with:colon@[::1]:5432/app',
    'postgresql://%2Fvar%2Frun%2Fpostgresql/app',
    'postgres://app:a%23b@localhost/app',
  ])('accepts %s', (DATABASE_URL) => {
    expect(parseDatabaseSettings({ DATABASE_URL }).connectionString).toBe(DATABASE_URL)
  })

  it('accepts every password that is percent-encoded, and never takes another for it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
        const encoded = parseDatabaseSettings({
          DATABASE_URL: `postgresql://app:${encodeURIComponent(password)}@localhost/app`,
        })
        expect(new pg.Client({ connectionString: encoded.connectionString })).toMatchObject({ password })
        // Unencoded, it is refused, or the driver reads the same; %41 is a valid encoding of another password.
        if (/%[\da-f]{2}|[\s\\]/i.test(password)) return
        const DATABASE_URL = `postgresql://app:${password}@localhost/app`
        let accepted: string | undefined
        try {
          accepted = parseDatabaseSettings({ DATABASE_URL }).connectionString
        } catch (error) {
          expect((error as Error).message).not.toContain(`:${password}@`)
        }
        if (accepted !== undefined)
          expect(new pg.Client({ connectionString: accepted })).toMatchObject({ password, host: 'localhost' })
      }),
    )
  })
})
