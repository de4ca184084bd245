import { driftMigrations, type Migration } from '@driftos/drift'

/** The migrations of embed: those of the drift API, and those of its vectors. */
export const embedMigrations: readonly Migration[] = [
  ...driftMigrations,
  {
    name: '1001-vectors',
    up: (schema) => `
      create extension if not exists vector;
      create table ${schema}.centroids (
        branch_id text not null references ${schema}.branches on delete cascade,
        embedder text not null,
        centroid vector not null,
        count integer not null,
        primary key (branch_id, embedder)
      );
      create table ${schema}.vectors (
        id text primary key,
        embedder text not null,
        text text not null,
        metadata jsonb not null,
        embedding vector not null,
        created_at timestamptz not null default now()
      );
      create index on ${schema}.vectors (embedder);
    `,
  },
]
