/** What the queries of deliveries write and tell: who is owed which shape, how small a row is, and what the operator sees. */
import { expect, test } from "vitest";
import { type Id, idAt } from "../../../db/ids.ts";
import {
  cleanUpActivities,
  deliveryLag,
  deliverySummary,
  peerList,
  queueForAudience,
  queueForInboxes,
} from "../../../db/queries/deliveries.ts";
import { setWorld } from "./setting.ts";
import { DAY_MS, GROUP } from "./world.ts";

const { world } = setWorld();

const activity = (id: Id = world.makeId()) => ({ id, actorId: GROUP, body: "{}" });
/** So many seconds ago, and as long as the test has taken since. */
const expectSince = (lag: number | null | undefined, seconds: number) => {
  expect(lag).toBeGreaterThanOrEqual(seconds - 1);
  expect(lag).toBeLessThan(seconds + 60);
};
const owed = async () => [
  ...(await world.db`select inbox_id as inbox, activity_id as activity, thread_id as thread from deliveries order by 1, 2`),
];
const activities = async () => (await world.db<{ id: Id }[]>`select id from activities order by 1`).map(({ id }) => id);

async function forumAndMicroblog(): Promise<[number, number]> {
  const inboxes: [number, number] = [await world.follow("lemmy.test"), await world.follow("mastodon.test")];
  await world.db`update peers set dialect = 'forum' where host = 'lemmy.test'`;
  return inboxes;
}

test("forums and microblogs get the shape they understand, one row per distinct inbox", async () => {
  const [lemmy, mastodon] = await forumAndMicroblog();
  await world.db`insert into actors (id, peer_id, kind, username, uri, url, inbox_id)
    select 7, peer_id, 'person', 'ben', 'x', 'x', id from inboxes where id = ${mastodon}`;
  await world.db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at) values (${GROUP}, 7, 'accepted', 'x', now())`;
  const [forum, microblog] = [activity(), activity()];
  const aboutId = world.makeId();
  expect(await queueForAudience(world.db, { groupId: GROUP, aboutId, forum, microblog })).toBe(2);
  expect(await owed()).toEqual([
    { inbox: lemmy, activity: forum.id, thread: aboutId },
    { inbox: mastodon, activity: microblog.id, thread: aboutId },
  ]);
  expect(await activities()).toEqual([forum.id, microblog.id]);
});

test("where a shape is missing those peers get nothing, and an activity for nobody is not written", async () => {
  const [lemmy] = await forumAndMicroblog();
  const forum = activity();
  expect(await queueForAudience(world.db, { groupId: GROUP, aboutId: GROUP, forum })).toBe(1);
  expect(await queueForAudience(world.db, { groupId: GROUP, aboutId: GROUP })).toBe(0);
  await world.db`update peers set blocked_at = now() where host = 'mastodon.test'`;
  expect(await queueForAudience(world.db, { groupId: GROUP, aboutId: GROUP, microblog: activity() })).toBe(0);
  expect(await owed()).toEqual([{ inbox: lemmy, activity: forum.id, thread: GROUP }]);
  expect(await activities()).toEqual([forum.id]);
});

test("queueing belongs to the caller's transaction", async () => {
  await forumAndMicroblog();
  const undone = world.db.begin(async (tx) => {
    await queueForAudience(tx, { groupId: GROUP, aboutId: GROUP, forum: activity() });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await owed()).toEqual([]);
  expect(await activities()).toEqual([]);
});

test("named inboxes get an activity once each, further ones later, blocked ones never", async () => {
  const [lemmy, mastodon] = await forumAndMicroblog();
  const one = activity();
  const queue = (inboxIds: number[]) => queueForInboxes(world.db, { aboutId: GROUP, activity: one, inboxIds });
  expect(await queue([])).toBe(0);
  expect(await queue([lemmy, lemmy, 999])).toBe(1);
  expect(await queue([lemmy, mastodon])).toBe(1);
  expect((await owed()).map(({ inbox }) => inbox)).toEqual([lemmy, mastodon]);
  await world.db`update peers set blocked_at = now()`;
  expect(await queueForInboxes(world.db, { aboutId: GROUP, activity: activity(), inboxIds: [lemmy] })).toBe(0);
  expect(await activities()).toEqual([one.id]);
});

test("a waiting row has at most 64 bytes of payload", async () => {
  await forumAndMicroblog();
  await world.announce(world.makeId());
  await world.db`update deliveries set due_at = now(), attempts = 3`;
  const [row] = await world.db<{ bytes: number }[]>`select max(pg_column_size(d.*)) - 24 as bytes from deliveries d`;
  expect(row?.bytes).toBeGreaterThan(0);
  expect(row?.bytes).toBeLessThanOrEqual(64);
});

test("the operator sees what waits, fails and died, per host and in all, and how long it has waited", async () => {
  const [lemmy, mastodon] = await forumAndMicroblog();
  expect(await deliveryLag(world.db)).toBe(0);
  expect(await deliverySummary(world.db)).toEqual({ waiting: 0, failing: 0, dead: 0, oldestAt: null, hosts: [] });
  const madeAt = new Date(Date.now() - 100_000);
  const old = activity(idAt(madeAt));
  const young = activity();
  await queueForInboxes(world.db, { aboutId: GROUP, activity: old, inboxIds: [lemmy, mastodon] });
  await queueForInboxes(world.db, { aboutId: GROUP, activity: young, inboxIds: [mastodon] });
  expectSince(await deliveryLag(world.db), 100);

  await world.db`update deliveries set attempts = 1, due_at = now() + interval '1 hour' where activity_id = ${old.id}`;
  // The younger letter is about the same, so it waits behind the older one.
  expect(await deliveryLag(world.db)).toBe(0);
  await world.db`update deliveries set due_at = now() - interval '20 seconds' where inbox_id = ${lemmy}`;
  expectSince(await deliveryLag(world.db), 20);
  await world.db`update peers set failures = 2, retry_at = now() + interval '1 hour', last_error = 'HTTP 503' where host = 'lemmy.test'`;
  expect(await deliveryLag(world.db)).toBe(0);

  await world.db`with d as (delete from deliveries where activity_id = ${young.id} returning *)
    insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason) select inbox_id, activity_id, thread_id, 1, 'HTTP 403' from d`;
  const summary = await deliverySummary(world.db);
  expect(summary).toMatchObject({ waiting: 2, failing: 2, dead: 1, oldestAt: madeAt });
  expect(summary.hosts).toMatchObject([
    { host: "mastodon.test", waiting: 1, failing: 1, dead: 1, retryAt: null, lastError: "HTTP 403" },
    { host: "lemmy.test", waiting: 1, failing: 1, dead: 0, lastError: "HTTP 503" },
  ]);
  const [first, second] = await peerList(world.db);
  expect(first).toMatchObject({
    host: "lemmy.test",
    dialect: "forum",
    signatureStyle: "cavage",
    waiting: 1,
    failures: 2,
  });
  expectSince(first?.lag, 100);
  expect(second).toMatchObject({ host: "mastodon.test", dead: 1, failures: 0, retryAt: null, lastSentAt: null });
});

test("activities that nobody is owed are cleaned away in time, others are kept", async () => {
  const [lemmy, mastodon] = await forumAndMicroblog();
  const long = (days: number) => activity(idAt(new Date(Date.now() - days * DAY_MS)));
  const [sent, waiting, dead, recent] = [long(9), long(10), long(11), long(1)];
  await queueForInboxes(world.db, { aboutId: GROUP, activity: waiting, inboxIds: [lemmy] });
  for (const one of [sent, dead, recent]) {
    await queueForInboxes(world.db, { aboutId: GROUP, activity: one, inboxIds: [mastodon] });
  }
  await world.db`insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason) values (${mastodon}, ${dead.id}, 0, 1, 'x')`;
  await world.db`delete from deliveries where inbox_id = ${mastodon}`;
  expect(await cleanUpActivities(world.db, new Date(Date.now() - 8 * DAY_MS))).toBe(1);
  expect(await activities()).toEqual([dead.id, waiting.id, recent.id]);
});
