/** What orchestrators are told in each state: whether the process lives, whether it is ready, and why not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "../../db/open.ts";
import { health } from "../../src/web/health.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
let db: Db;
beforeAll(async () => {
  stage = await openTestHouse();
  db = stage.db;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function ask({ of = db, isStopping = false } = {}): Promise<{ status: number; body: unknown }> {
  const answer = await health(of, () => isStopping).request("/readyz");
  return { status: answer.status, body: await answer.json() };
}

const READY = { ready: true, database: "answers", migrationsPending: 0, deliveryLagSeconds: 0 };

test("all is well", async () => {
  expect(await ask()).toEqual({ status: 200, body: READY });
  expect(await (await health(db, () => true).request("/livez")).text()).toBe("alive\n");
});

test("the server is stopping", async () => {
  expect(await ask({ isStopping: true })).toEqual({
    status: 503,
    body: { ready: false, why: "The server is stopping." },
  });
});

test("the database is away", async () => {
  const nowhere = openDb("postgres://nobody@127.0.0.1:1/nothing", { max: 1 });
  expect(await ask({ of: nowhere })).toEqual({
    status: 503,
    body: { ready: false, why: "The database does not answer." },
  });
  await nowhere.end();
});

test("migrations are pending", async () => {
  const [last] =
    await db`delete from migrations where name = (select max(name) from migrations) returning name, checksum`;
  expect(await ask()).toEqual({ status: 503, body: { ...READY, ready: false, migrationsPending: 1 } });
  await db`insert into migrations ${db(last as { name: string; checksum: string })}`;
});

test("a newer server has migrated the database: this one goes on, and says so", async () => {
  await db`insert into migrations (name, checksum) values ('9001_next', 'x')`;
  expect(await ask()).toEqual({
    status: 200,
    body: { ...READY, note: "A newer version has brought the database up to date: this one should be replaced soon." },
  });
  await db`delete from migrations where name = '9001_next'`;
});

test("a migration was changed", async () => {
  const [first] = await db`select name, checksum from migrations order by name limit 1`;
  await db`update migrations set checksum = 'other' where name = ${first?.name}`;
  expect(await ask()).toEqual({
    status: 503,
    body: { ready: false, why: `Migration ${first?.name} was changed after it was applied to this database.` },
  });
  await db`update migrations set checksum = ${first?.checksum} where name = ${first?.name}`;
});

test("letters wait", async () => {
  await stage.person("ana");
  await db`insert into deliveries (inbox_id, activity_id, due_at) select id, 1, now() - interval '400 seconds' from inboxes`;
  const { status, body } = await ask();
  expect(status).toBe(200);
  expect(body).toMatchObject({ ready: true, note: "Letters wait for delivery: is a worker running?" });
  expect((body as { deliveryLagSeconds: number }).deliveryLagSeconds).toBeGreaterThanOrEqual(400);
});
