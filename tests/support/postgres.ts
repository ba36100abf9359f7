/** Gives a test file a migrated database of its own, on the one Postgres of the run. */
import { randomUUID } from "node:crypto";
import type Postgres from "postgres";
import { inject } from "vitest";
import { postgres } from "../../db/driver.ts";

export interface FreshDatabase {
  url: string;
  /** Drops it, cutting off whoever is still connected. */
  drop(): Promise<void>;
}

/** Clones the migrated template. Take one per test file, in `beforeAll`, and drop it in `afterAll`. */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { url, template, problem } = inject("postgres");
  if (problem !== undefined) throw new Error(problem);
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await asAdmin(url, (sql) => sql`create database ${sql(name)} template ${sql(template)}`);
  const fresh = new URL(url);
  fresh.pathname = `/${name}`;
  return {
    url: fresh.href,
    // Not `with (force)`: that also wants to end an autovacuum worker that happens to be there, which our role may not.
    drop: () =>
      asAdmin(url, async (sql) => {
        await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and usename = current_user`;
        await sql`drop database if exists ${sql(name)}`;
      }),
  };
}

async function asAdmin(url: string, act: (sql: Postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await act(sql);
  } finally {
    await sql.end();
  }
}
