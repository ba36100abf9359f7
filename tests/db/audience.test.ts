/** The audience of a group is kept by the database itself: one row per inbox, with the right count, whatever happens to members. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { deleteMembership } from "../../db/queries/members.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { joinCommunity } from "../../src/domain/members/join.ts";
import { leaveCommunity } from "../../src/domain/members/leave.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
let groupId: Id;
beforeAll(async () => {
  stage = await openTestHouse();
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function audience(): Promise<Record<string, number>> {
  const rows = await stage.db<{ uri: string; members: number }[]>`
    select i.uri, a.members from audience a join inboxes i on i.id = a.inbox_id where a.group_id = ${groupId}`;
  return Object.fromEntries(rows.map((row) => [row.uri, row.members]));
}
const join = async (name: string, host: string, state: "accepted" | "pending" = "accepted") => {
  const actorId = await stage.person(name, host);
  await joinCommunity(stage.house, { groupId, actorId, state, followUri: `https://${host}/f/${name}` });
  return actorId;
};

test("members behind one shared inbox are one row, those who wait are none", async () => {
  const ana = await join("ana", "one.example");
  await join("ana", "one.example");
  await join("ben", "one.example");
  await join("carl", "two.example");
  await join("dora", "three.example", "pending");
  expect(await audience()).toEqual({ "https://one.example/inbox": 2, "https://two.example/inbox": 1 });
  await join("dora", "three.example");
  await leaveCommunity(stage.house, { groupId, actorId: ana });
  expect(await audience()).toEqual({
    "https://one.example/inbox": 1,
    "https://two.example/inbox": 1,
    "https://three.example/inbox": 1,
  });
});

test("a member whose inbox moves takes the row along", async () => {
  await stage.db`insert into inboxes (uri, peer_id) select 'https://two.example/new', id from peers where host = 'two.example'`;
  await stage.db`update actors set inbox_id = (select id from inboxes where uri = 'https://two.example/new') where username = 'carl'`;
  expect(await audience()).toEqual({
    "https://one.example/inbox": 1,
    "https://two.example/new": 1,
    "https://three.example/inbox": 1,
  });
});

test("a hundred who join and leave at once leave the count as it was", async () => {
  const before = await audience();
  const ids = await Promise.all(Array.from({ length: 30 }, (_, i) => stage.person(`p${i}`, "one.example")));
  await Promise.all(
    ids.map((actorId) => joinCommunity(stage.house, { groupId, actorId, state: "accepted", followUri: `f${actorId}` })),
  );
  expect((await audience())["https://one.example/inbox"]).toBe(31);
  await Promise.all(ids.map((actorId) => leaveCommunity(stage.house, { groupId, actorId })));
  expect(await audience()).toEqual(before);
});

test("the last two behind an inbox leave in the same moment", async () => {
  const [first, second] = [await join("fay", "four.example"), await join("gus", "four.example")];
  let waiting: Promise<unknown> | undefined;
  await stage.db.begin(async (tx) => {
    await deleteMembership(tx, groupId, first);
    waiting = deleteMembership(stage.db, groupId, second);
    waiting.catch(() => {});
    const locked = () => stage.db`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await locked()).count).toBe(1);
  });
  expect(await waiting).not.toBeNull();
  expect(await audience()).not.toHaveProperty("https://four.example/inbox");
});
