/** One step of a schema's history. Once released it is not edited: a change is a further step. */
export interface Migration {
  /** Its place in the order, and its name: `0001-conversations`. */
  readonly name: string
  /** The statements, for a schema whose name is quoted already. */
  readonly up: (schema: string) => string
}

/** The history of the tables that every app of the drift API has. */
export const driftMigrations: readonly Migration[] = [
  {
    name: '0001-conversations',
    up: (schema) => `
      create table ${schema}.conversations (
        id text primary key,
        version integer not null default 1,
        created_at timestamptz not null default now()
      );
      create table ${schema}.branches (
        id text primary key,
        conversation_id text not null references ${schema}.conversations on delete cascade,
        parent_id text references ${schema}.branches on delete cascade,
        topic text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );
      create index on ${schema}.branches (conversation_id);
      create index on ${schema}.branches (parent_id);
      create table ${schema}.messages (
        id text primary key,
        branch_id text not null references ${schema}.branches on delete cascade,
        sequence bigint not null generated always as identity,
        role text not null check (role in ('user', 'assistant')),
        content text not null,
        created_at timestamptz not null default now()
      );
      create index on ${schema}.messages (branch_id, sequence);
      create table ${schema}.facts (
        id text primary key,
        branch_id text not null references ${schema}.branches on delete cascade,
        key text not null,
        value text not null,
        confidence real not null,
        message_ids text[] not null default '{}',
        created_at timestamptz not null default now()
      );
      create unique index on ${schema}.facts (branch_id, key);
    `,
  },
  {
    name: '0002-idempotency-keys',
    up: (schema) => `
      create table ${schema}.idempotency_keys (
        key text primary key,
        fingerprint text not null,
        owner text not null,
        conversation_id text not null,
        claimed_at timestamptz not null default now(),
        answer jsonb
      );
      create index on ${schema}.idempotency_keys (claimed_at);
      create index on ${schema}.idempotency_keys (conversation_id);
    `,
  },
  {
    name: '0003-turns',
    up: (schema) => `
      alter table ${schema}.conversations add column turn_owner text, add column turn_until timestamptz;
    `,
  },
]
