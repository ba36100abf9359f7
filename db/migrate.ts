/** Brings the schema up to date: plain SQL files, in order, each in a transaction, checksummed, one process at a time. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Db, pgCode } from "./open.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
const MIGRATION_LOCK = 0x636d6e30;
/** Postgres' code for a lock that was not to be had in time; so often it is tried, with a pause in which others get theirs. */
const LOCKED = "55P03";
const ATTEMPTS = 6;
const PAUSE_MS = 500;

type Reserved = Awaited<ReturnType<Db["reserve"]>>;
type Connection = Db | Reserved;

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** The schema is newer than this program, or a migration that was applied has been changed since. */
export class SchemaError extends Error {}

/** The migrations this program brings, in order. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), "utf8");
      return { name: name.replace(/\.sql$/, ""), sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

export interface SchemaState {
  /** Names of the migrations that are still to be applied. */
  pending: string[];
  /** Names of those that were applied by a newer version. */
  unknown: string[];
}

/** Holds the schema against what this program brings. Throws a SchemaError when a migration was changed after it was applied. */
export async function schemaState(db: Connection, migrations?: Migration[]): Promise<SchemaState> {
  const known = migrations ?? (await readMigrations());
  const [table] = await db<{ there: boolean }[]>`select to_regclass('public.migrations') is not null as there`;
  const applied = table?.there
    ? await db<{ name: string; checksum: string }[]>`select name, checksum from migrations order by name`
    : [];
  const checksums = new Map(known.map(({ name, checksum }) => [name, checksum]));
  for (const { name, checksum } of applied) {
    if ((checksums.get(name) ?? checksum) !== checksum)
      throw new SchemaError(`Migration ${name} was changed after it was applied to this database.`);
  }
  const done = new Set(applied.map(({ name }) => name));
  return {
    pending: known.map(({ name }) => name).filter((name) => !done.has(name)),
    unknown: [...done].filter((name) => !checksums.has(name)),
  };
}

/** Names of the migrations that are still to be applied. Throws a SchemaError when the schema is newer than the program (R87). */
export async function pendingMigrations(db: Connection, migrations?: Migration[]): Promise<string[]> {
  const { pending, unknown } = await schemaState(db, migrations);
  if (unknown.length > 0)
    throw new SchemaError(
      `The database has migration ${unknown[0]}, which this program does not know: it was made by a newer version.`,
    );
  return pending;
}

/**
 * Applies what is pending and returns the names. Safe to call from any number of processes at once: they wait for each other under an
 * advisory lock. Each file runs in a transaction of its own with a lock_timeout of 1 s, so a busy table is never blocked for longer; where that
 * was too short beside a busy server, it is tried again a few times.
 */
export async function migrate(db: Db, migrations?: Migration[]): Promise<string[]> {
  const known = migrations ?? (await readMigrations());
  const connection = await db.reserve();
  try {
    await connection`select set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false)`;
    await connection`select pg_advisory_lock(${MIGRATION_LOCK})`;
    try {
      await connection`create table if not exists migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default now())`;
      const pending = new Set(await pendingMigrations(connection, known));
      const names: string[] = [];
      for (const migration of known) {
        if (!pending.has(migration.name)) continue;
        await applyPatiently(connection, migration);
        names.push(migration.name);
      }
      return names;
    } finally {
      await connection`select pg_advisory_unlock(${MIGRATION_LOCK})`.catch(() => {});
    }
  } finally {
    // This session's settings are put back before anyone else gets the connection.
    await connection`reset all`.catch(() => {});
    connection.release();
  }
}

async function applyPatiently(connection: Reserved, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyOne(connection, migration);
    } catch (error) {
      if (pgCode(error) !== LOCKED || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function applyOne(connection: Reserved, migration: Migration): Promise<void> {
  await connection`begin`;
  try {
    await connection`set local lock_timeout = '1s'`;
    await connection.unsafe(migration.sql);
    await connection`insert into migrations (name, checksum) values (${migration.name}, ${migration.checksum})`;
    await connection`commit`;
  } catch (error) {
    await connection`rollback`.catch(() => {});
    throw error;
  }
}
