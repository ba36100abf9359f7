/** Drafts: one per person and page, nobody's until claimed, and forgotten in time. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { readDraft, readDraftOf } from "../../db/views/compose.ts";
import { claimLost, dropDraft, keepDraft, keepLost } from "../../src/domain/drafts/keep.ts";
import { cleanUp } from "../../src/domain/upkeep/clean-up.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

const PATH = "/c/welding/new";
let stage: TestHouse;
let ana: TestPerson;
let bo: TestPerson;

beforeAll(async () => {
  stage = await openTestHouse();
  ana = await makePerson(stage.house, "ana");
  bo = await makePerson(stage.house, "bo");
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.db`delete from drafts`;
});

it("a page has one draft of each person, the newest", async () => {
  const first = await keepDraft(stage.house, ana.id, PATH, { source: "One" });
  expect(await keepDraft(stage.house, ana.id, PATH, { source: "Two" })).toBe(first);
  await keepDraft(stage.house, bo.id, PATH, { source: "Bo's" });
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual({ source: "Two" });
  expect(await readDraft(stage.db, bo.id, first)).toBeNull();
  await dropDraft(stage.house, bo.id, PATH, first);
  expect(await readDraft(stage.db, ana.id, first)).not.toBeNull();
});

it("what was lost is theirs who come with its token, and takes no draft's place", async () => {
  const lost = await keepLost(stage.house, PATH, { source: "Lost" });
  await claimLost(stage.house, ana.id, lost);
  await claimLost(stage.house, bo.id, lost);
  expect(await readDraft(stage.db, bo.id, lost)).toBeNull();
  const second = await keepLost(stage.house, PATH, { source: "Lost again" });
  await claimLost(stage.house, ana.id, second);
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual({ source: "Lost" });
  expect((await readDraft(stage.db, ana.id, second))?.fields).toEqual({ source: "Lost again" });
  await dropDraft(stage.house, ana.id, PATH, second);
  expect((await stage.db`select from drafts`).count).toBe(0);
});

it("strangers cannot fill the database with them", async () => {
  await stage.db`insert into drafts (token, path, fields) select 'old' || n, ${PATH}, '{}' from generate_series(1, 305) n`;
  const token = await keepLost(stage.house, PATH, { source: "New" });
  expect((await stage.db`select from drafts`).count).toBe(300);
  expect((await stage.db`select from drafts where token = ${token}`).count).toBe(1);
  await expect(keepLost(stage.house, PATH, { source: "x".repeat(70_001) })).rejects.toMatchObject({ code: "too-long" });
  await expect(keepLost(stage.house, "/admin", {})).rejects.toMatchObject({ code: "input-invalid" });
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`topic-${n}`, "yes"]));
  await expect(keepDraft(stage.house, ana.id, PATH, many)).rejects.toMatchObject({ code: "too-long" });
});

it("they are forgotten: nobody's after a day, the others after three months", async () => {
  await keepDraft(stage.house, ana.id, PATH, { source: "Kept" });
  await keepDraft(stage.house, bo.id, PATH, { source: "Old" });
  await keepLost(stage.house, PATH, { source: "Lost" });
  await stage.db`update drafts set saved_at = now() - interval '2 days'`;
  await stage.db`update drafts set saved_at = now() - interval '91 days' where actor_id = ${bo.id}`;
  expect(await cleanUp(stage.house)).toMatchObject({ drafts: 2 });
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual({ source: "Kept" });
});
