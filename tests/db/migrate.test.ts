/** Migrations: in order, once, refused when the schema is newer or was tampered with. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Migration, migrate, pendingMigrations, readMigrations, SchemaError } from "../../db/migrate.ts";
import { type Db, openDb } from "../../db/open.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";

let database: FreshDatabase;
let db: Db;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDb(database.url, { max: 6 });
});
afterAll(async () => {
  await db?.end();
  await database?.drop();
});

const step = (name: string, sql: string): Migration => ({ name, sql, checksum: name });

test("what the program brings is applied already, and applying again does nothing", async () => {
  expect(await pendingMigrations(db)).toEqual([]);
  expect(await migrate(db)).toEqual([]);
});

test("five processes at once apply each new one exactly once", async () => {
  const known = [...(await readMigrations()), step("9001_a", "create table race (n int); insert into race values (1)")];
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(openedOnce(), known)));
  expect(applied.flat()).toEqual(["9001_a"]);
  expect(await db`select n from race`).toEqual([{ n: 1 }]);
  await Promise.all(opened.map((other) => other.end()));
});

test("one that fails leaves nothing behind, and those before it stay", async () => {
  const known = [
    ...(await readMigrations()),
    step("9001_a", ""),
    step("9002_b", "create table good (n int)"),
    step("9003_c", "create table bad (n int); select 1/0"),
  ];
  await expect(migrate(db, known)).rejects.toThrow("division by zero");
  expect(await db`select to_regclass('good') is not null as good, to_regclass('bad') is not null as bad`).toEqual([
    { good: true, bad: false },
  ]);
  expect(await pendingMigrations(db, known)).toEqual(["9003_c"]);
});

test("a table that stays in use for longer than a migration may wait is asked for again", async () => {
  const known = [
    ...(await readMigrations()),
    step("9001_a", ""),
    step("9002_b", ""),
    step("9003_c", "lock table good"),
  ];
  const [held, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const busy = db.begin(async (tx) => {
    await tx`lock table good in access share mode`;
    held.resolve();
    await free.promise;
  });
  await held.promise;
  const migrated = migrate(db, known);
  const tries = () => db`select from pg_stat_activity where query = 'lock table good' and wait_event_type = 'Lock'`;
  await expect.poll(tries).toHaveLength(1);
  await expect.poll(tries).toHaveLength(1);
  // Given up for the first time.
  await expect.poll(tries).toHaveLength(0);
  free.resolve();
  expect(await migrated).toEqual(["9003_c"]);
  await busy;
  await db`delete from migrations where name = '9003_c'`;
});

test("a schema that is newer than the program is refused", async () => {
  await expect(migrate(db)).rejects.toThrow(SchemaError);
  await expect(pendingMigrations(db)).rejects.toThrow("9001_a");
});

test("a migration that was changed after it was applied is refused", async () => {
  const known = [...(await readMigrations()), { ...step("9001_a", ""), checksum: "other" }, step("9002_b", "")];
  await expect(migrate(db, known)).rejects.toThrow("changed after it was applied");
});

test("the connection that migrated has its time limits back", async () => {
  const [row] = await db<{ limit: string }[]>`select current_setting('statement_timeout') as limit`;
  expect(row?.limit).toBe("5s");
});

const opened: Db[] = [];
function openedOnce(): Db {
  const other = openDb(database.url, { max: 2 });
  opened.push(other);
  return other;
}
