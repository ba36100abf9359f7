/** Delivery beyond the single letter: blocked peers, dead letters, what the operator asks. */
import { expect, test } from "vitest";
import { queueForInboxes, retryHost } from "../../../db/queries/deliveries.ts";
import { setWorld } from "./setting.ts";
import { DAY_MS, GROUP } from "./world.ts";

const { world, receivers, receiver } = setWorld();

test("a blocked peer gets nothing, not even what was queued before", async () => {
  const [blocked, open] = [await receiver(), await receiver()];
  await world.follow(blocked.host);
  await world.follow(open.host);
  await world.announce();
  await world.db`update peers set blocked_at = now() where host = ${blocked.host}`;
  await world.announce();
  await using delivery = world.open();
  await delivery.settled();
  expect(blocked.posts).toHaveLength(0);
  expect(open.taken).toHaveLength(2);
  expect(await world.waiting()).toBe(0);
});

test("dead letters of a host go out again when the operator asks", async () => {
  const one = await receiver(() => 403);
  await world.follow(one.host);
  const ids = [await world.announce(), await world.announce()];
  await using delivery = world.open();
  await delivery.settled();
  expect(one.taken).toEqual([]);
  one.reply = () => 202;
  expect(await retryHost(world.db, one.host, new Date(world.clock.ms))).toBe(2);
  expect(await retryHost(world.db, "nowhere.test")).toBeNull();
  await delivery.settled();
  expect(one.taken).toEqual(ids);
  expect(await world.db`select from dead_letters`).toHaveLength(0);
});

test("what a restored backup owed more than seven days ago is given up unsent, and goes out only when the operator asks", async () => {
  const [one, other] = [await receiver(() => 500), await receiver()];
  await world.follow(one.host);
  const tried = await world.announce(world.makeId());
  const delivery = world.open();
  await delivery.settled();
  await delivery[Symbol.asyncDispose]();
  expect(one.posts.splice(0)).toHaveLength(1);
  await world.follow(other.host);
  const never = await world.announce(world.makeId());

  world.clock.ms += 8 * DAY_MS;
  one.reply = () => 202;
  await using after = world.open();
  await after.settled();
  expect([...one.posts, ...other.posts]).toEqual([]);
  const dead = await world.db`select activity_id, reason from dead_letters order by activity_id, inbox_id`;
  const failed = "Not delivered within 7 days: HTTP 500";
  expect([...dead]).toEqual([
    { activity_id: tried, reason: failed },
    { activity_id: never, reason: failed },
    { activity_id: never, reason: "Not delivered within 7 days" },
  ]);
  await retryHost(world.db, one.host, new Date(world.clock.ms));
  await after.settled();
  expect(one.taken.toSorted()).toEqual([tried, never]);
});

test.each([
  { hanging: "unknown to hang", failures: 0, concurrency: 400, atOnce: 20 },
  { hanging: "known to hang, with few slots", failures: 1, concurrency: 32, atOnce: 8 },
])("20 hosts that hang ($hanging) do not delay 50 healthy ones", async ({ failures, concurrency, atOnce }) => {
  const hanging = await Promise.all(Array.from({ length: 20 }, () => receiver(() => "hang")));
  const healthy = await Promise.all(Array.from({ length: 50 }, () => receiver()));
  for (const { host } of [...hanging, ...healthy]) await world.follow(host);
  const hosts = hanging.map(({ host }) => host);
  const knockAgain = (at: Date) =>
    world.db`update peers set failures = ${failures}, retry_at = ${at} where host = any(${hosts})`;
  await knockAgain(new Date(world.clock.ms + DAY_MS));
  const delivery = world.open({ concurrency });
  const time = async (): Promise<number> => {
    const before = healthy.map(({ taken }) => taken.length);
    const start = performance.now();
    await world.announce();
    delivery.wake();
    const allTaken = () => healthy.every(({ taken }, i) => taken.length === (before[i] ?? 0) + 1);
    await expect.poll(allTaken, { interval: 2 }).toBe(true);
    return performance.now() - start;
  };
  await time();
  await knockAgain(new Date(world.clock.ms));
  const hung = () => hanging.filter(({ posts }) => posts.length > 0).length;
  await expect.poll(hung).toBe(atOnce);
  const beside = await time();
  expect(hung()).toBe(atOnce);
  // Who waits behind a host that hangs waits 10 s.
  expect(beside).toBeLessThan(8_000);
  // What hangs is cut short, so that the end need not be waited for.
  for (const one of hanging) await one[Symbol.asyncDispose]();
  receivers.splice(0, receivers.length, ...healthy);
  await delivery[Symbol.asyncDispose]();
  expect(await world.db`select from inboxes where leased_by is not null`).toHaveLength(0);
});

test("a host that is owed thousands of letters delays nobody: 20 others have theirs while it still waits", async () => {
  const LETTERS = 3_000;
  const huge = await receiver();
  const inboxId = await world.follow(huge.host);
  const first = world.makeId();
  await world.db`insert into activities (id, actor_id, body)
    select ${first}::bigint + n, ${GROUP}, json_build_object('id', (${first}::bigint + n)::text)::text from generate_series(1, ${LETTERS}) n`;
  // Each is about a thread of its own, so that as many go at once as a lane may have.
  await world.db`insert into deliveries (inbox_id, activity_id, thread_id)
    select ${inboxId}, ${first}::bigint + n, ${first}::bigint + n from generate_series(1, ${LETTERS}) n`;
  await using delivery = world.open();
  await expect.poll(() => huge.taken.length, { interval: 2 }).toBeGreaterThan(100);

  const others = await Promise.all(Array.from({ length: 20 }, () => receiver()));
  const inboxIds = await Promise.all(others.map(({ host }) => world.follow(host)));
  const id = world.makeId();
  await queueForInboxes(world.db, {
    aboutId: GROUP,
    activity: { id, actorId: GROUP, body: JSON.stringify({ id }) },
    inboxIds,
  });
  delivery.wake();
  await expect.poll(() => others.every(({ taken }) => taken.length === 1), { interval: 2 }).toBe(true);
  expect(huge.taken.length).toBeLessThan(LETTERS);
  await delivery.settled();
  expect(new Set(huge.taken).size).toBe(LETTERS);
});
