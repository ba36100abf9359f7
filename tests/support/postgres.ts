/** Gives a test file a migrated database of its own, on the one Postgres of the run. */
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { inject } from "vitest";

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
    drop: () => asAdmin(url, (sql) => sql`drop database if exists ${sql(name)} with (force)`),
  };
}

async function asAdmin(url: string, act: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await act(sql);
  } finally {
    await sql.end();
  }
}
