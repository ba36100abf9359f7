/** Databases for tests: migrated, apart from each other, and gone when dropped. */

import { expect, test } from "vitest";
import { postgres } from "../../db/driver.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { openDb } from "../../db/open.ts";
import { freshDatabase } from "../support/postgres.ts";

test("a fresh database has every migration, and what one test writes no other sees", async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  const [first, second] = [openDb(one.url, { max: 1 }), openDb(two.url, { max: 1 })];
  try {
    expect(await pendingMigrations(first)).toEqual([]);
    await first`create table mine (id int)`;
    expect((await second`select to_regclass('mine') as there`)[0]).toEqual({ there: null });
  } finally {
    await Promise.all([first.end(), second.end()]);
    await Promise.all([one.drop(), two.drop()]);
  }
});

test("dropping a database cuts off whoever is still connected", async () => {
  const fresh = await freshDatabase();
  const sql = postgres(fresh.url, { max: 1, onnotice: () => {} });
  await sql`select 1`;
  await fresh.drop();
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end();
});
