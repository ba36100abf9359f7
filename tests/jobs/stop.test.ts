/** How the jobs stop: with what is in hand, taking nothing new, while what comes in can still be put down for another process. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "../../db/open.ts";
import type { Receipt } from "../../federation/index.ts";
import { logger } from "../../src/base/log.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { testHouse } from "../support/house.ts";
import { type FreshDatabase, freshDatabase } from "../support/postgres.ts";

let database: FreshDatabase;
let db: Db;
beforeAll(async () => {
  database = await freshDatabase();
  db = openDb(database.url, { max: 2 });
});
afterAll(async () => {
  await db.end();
  await database.drop();
});

const letter = (uri: string) => ({ actorId: "1", uri }) as unknown as Receipt;
const states = async () => {
  const rows = await db`select data ->> 'uri' as uri, state from pgboss.job where name = 'complete-reply' order by 1`;
  return Object.fromEntries(rows.map(({ uri, state }) => [uri, state]));
};

test("a job in hand is finished, none is begun, and more can be put down", async () => {
  await using jobs = await openJobs(database.url, logger("test"), null);
  const [begun, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const receiveAgain = async () => {
    begun.resolve();
    await finish.promise;
    return "completed" as const;
  };
  const working = await jobs.work(testHouse(db), { receiveAgain } as never, {} as never, {} as never);
  await jobs.readLater(letter("first"), "one.example");
  await begun.promise;
  const stopped = working[Symbol.asyncDispose]();
  await jobs.readLater(letter("second"), "one.example");
  expect(await states()).toEqual({ first: "active", second: "created" });
  finish.resolve();
  await stopped;
  expect(await states()).toEqual({ first: "completed", second: "created" });
});
