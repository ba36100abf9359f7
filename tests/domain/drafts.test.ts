/** Drafts: one per person and page, nobody's until claimed, and forgotten in time. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { readDraft, readDraftOf } from "../../db/views/compose.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { claimLost, dropDraft, keepDraft, keepLost, keepUnsent } from "../../src/domain/drafts/keep.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { cleanUp } from "../../src/domain/upkeep/clean-up.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

const PATH = "/c/welding/new";
const STRANGER = { network: "192.0.2.1" };
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

it("what a script keeps of a form that became a post is not kept, whatever was kept of that page before", async () => {
  const fields = { source: "Sent", key: "a-key-that-was-sent" };
  expect(await keepUnsent(stage.house, ana.id, PATH, fields)).toBe(true);
  const { id: groupId } = await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" });
  const rest = { topicIds: [], linkUrl: null, warning: "", language: null, pictures: [] };
  const thread = { groupId, title: "Sent", source: "Sent", kind: "discussion", ...rest } as const;
  await composeThread(stage.house, ana.id, { ...thread, submissionKey: fields.key });
  await dropDraft(stage.house, ana.id, PATH, null);
  expect(await keepUnsent(stage.house, ana.id, PATH, fields)).toBe(false);
  expect((await stage.db`select from drafts`).count).toBe(0);
  expect(await keepUnsent(stage.house, bo.id, PATH, fields)).toBe(true);
  await keepDraft(stage.house, ana.id, PATH, fields);
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual(fields);
});

it("what was lost is theirs who come with its token, and takes no draft's place", async () => {
  const lost = await keepLost(stage.house, STRANGER, PATH, { source: "Lost" });
  await claimLost(stage.house, ana.id, lost);
  await claimLost(stage.house, bo.id, lost);
  expect(await readDraft(stage.db, bo.id, lost)).toBeNull();
  const second = await keepLost(stage.house, { actorId: ana.id }, PATH, { source: "Lost again" });
  await claimLost(stage.house, ana.id, second);
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual({ source: "Lost" });
  expect((await readDraft(stage.db, ana.id, second))?.fields).toEqual({ source: "Lost again" });
  await dropDraft(stage.house, ana.id, PATH, second);
  expect((await stage.db`select from drafts`).count).toBe(0);
});

it("what somebody's ended session sent is nobody else's, also with its token: another may sign in in the same browser", async () => {
  const lost = await keepLost(stage.house, { actorId: ana.id }, PATH, { source: "Ana's" });
  expect(await readDraft(stage.db, bo.id, lost)).toBeNull();
  await claimLost(stage.house, bo.id, lost);
  await dropDraft(stage.house, bo.id, PATH, lost);
  expect((await readDraft(stage.db, ana.id, lost))?.fields).toEqual({ source: "Ana's" });
});

it("two that are claimed in the same moment harm nobody: one becomes theirs, the other waits", async () => {
  for (let round = 0; round < 20; round++) {
    const tokens = await Promise.all([0, 1, 2].map(() => keepLost(stage.house, { actorId: ana.id }, PATH, {})));
    await Promise.all([
      ...tokens.map((token) => claimLost(stage.house, ana.id, token)),
      keepDraft(stage.house, ana.id, PATH, { source: "Typed meanwhile" }),
    ]);
    expect((await stage.db`select from drafts where actor_id = ${ana.id}`).count).toBe(1);
    await stage.db`delete from drafts`;
  }
});

it("strangers cannot fill the database with them", async () => {
  await stage.db`
    insert into drafts (token, path, fields, sender_network) select 'old' || n, ${PATH}, '{}', n::text from generate_series(1, 305) n`;
  const token = await keepLost(stage.house, STRANGER, PATH, { source: "New" });
  expect((await stage.db`select from drafts`).count).toBe(300);
  expect((await stage.db`select from drafts where token = ${token}`).count).toBe(1);
  await expect(keepLost(stage.house, STRANGER, PATH, { source: "x".repeat(70_001) })).rejects.toMatchObject({
    code: "too-long",
  });
  await expect(keepLost(stage.house, STRANGER, "/admin", {})).rejects.toMatchObject({ code: "input-invalid" });
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`topic-${n}`, "yes"]));
  await expect(keepDraft(stage.house, ana.id, PATH, many)).rejects.toMatchObject({ code: "too-long" });
});

it("a network of strangers sends only so many in an hour, and nobody else is kept from it", async () => {
  for (let i = 0; i < 10; i++) await keepLost(stage.house, STRANGER, PATH, { source: `${i}` });
  await expect(keepLost(stage.house, STRANGER, PATH, {})).rejects.toMatchObject({ code: "too-many-tries" });
  await keepLost(stage.house, { network: "198.51.100.7" }, PATH, {});
  await keepLost(stage.house, { actorId: ana.id }, PATH, {});
  await stage.db`update drafts set saved_at = now() - interval '61 minutes' where sender_network = ${STRANGER.network}`;
  await keepLost(stage.house, STRANGER, PATH, {});
});

it("what people lost gives way to nobody, and of one person's to their own newest only", async () => {
  const mine = await keepLost(stage.house, { actorId: ana.id }, PATH, { source: "Mine" });
  for (let i = 0; i < 25; i++) await keepLost(stage.house, { actorId: bo.id }, PATH, { source: `${i}` });
  for (let i = 0; i < 320; i++) await keepLost(stage.house, { network: `net ${i}` }, PATH, {});
  expect((await stage.db`select from drafts where sender_id = ${bo.id}`).count).toBe(20);
  expect((await stage.db`select from drafts where sender_network is not null`).count).toBe(300);
  expect((await readDraft(stage.db, ana.id, mine))?.fields).toEqual({ source: "Mine" });
});

it("they are forgotten: nobody's after a day, the others after three months", async () => {
  await keepDraft(stage.house, ana.id, PATH, { source: "Kept" });
  await keepDraft(stage.house, bo.id, PATH, { source: "Old" });
  await keepLost(stage.house, STRANGER, PATH, { source: "Lost" });
  await stage.db`update drafts set saved_at = now() - interval '2 days'`;
  await stage.db`update drafts set saved_at = now() - interval '91 days' where actor_id = ${bo.id}`;
  expect(await cleanUp(stage.house)).toMatchObject({ drafts: 2 });
  expect((await readDraftOf(stage.db, ana.id, PATH))?.fields).toEqual({ source: "Kept" });
});
