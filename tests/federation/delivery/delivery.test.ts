/** Delivery end to end on loopback: order, retries, breakers, the second knock, and who gets nothing. */
import { describe, expect, test } from "vitest";
import { type Id, idAt } from "../../../db/ids.ts";
import { queueForInboxes, retryHost, revivePeer } from "../../../db/queries/deliveries.ts";
import { setWorld } from "./setting.ts";
import { DAY_MS, GROUP, openReceiver, type Receiver, type Reply } from "./world.ts";

const { world, receiver } = setWorld();

const minutes = (n: number) => n * 60_000;

async function revive(host: string): Promise<boolean> {
  const [peer] = await world.db<{ id: Id }[]>`select id from peers where host = ${host}`;
  return revivePeer(world.db, peer?.id ?? GROUP, new Date(world.clock.ms));
}

describe("a letter", () => {
  test("reaches every inbox once, signed, and nothing of it is left", async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => receiver()));
    for (const { host } of all) await world.follow(host);
    await using delivery = world.open();
    const id = await world.announce();
    delivery.wake();
    await delivery.settled();
    for (const one of all) {
      expect(one.taken).toEqual([id]);
      const headers = one.posts[0]?.headers;
      expect(headers?.["content-type"]).toBe("application/activity+json");
      expect(headers?.host).toBe(one.host);
      expect(headers?.signature).toContain('headers="(request-target) host date digest"');
    }
    expect(await world.waiting()).toBe(0);
    expect(await world.db`select from inboxes where leased_by is not null`).toHaveLength(0);
    expect(await world.db`select from peers where last_sent_at is null`).toHaveLength(0);
  });

  test("that was queued by somebody else is found without being told", async () => {
    const one = await receiver();
    await world.follow(one.host);
    await using delivery = world.open();
    await delivery.settled();
    const id = await world.announce();
    await expect.poll(() => one.taken).toEqual([id]);
    expect(delivery).toBeDefined();
  });

  test("that is queued while another one to the same inbox is under way goes out before all counts as settled", async () => {
    const answers = Array.from({ length: 2 }, () => Promise.withResolvers<number>());
    const one = await receiver(() => answers[one.posts.length - 1]?.promise ?? 202);
    await world.follow(one.host);
    await using delivery = world.open();
    const first = await world.announce();
    delivery.wake();
    await expect.poll(() => one.posts).toHaveLength(1);
    const second = await world.announce();
    const settled = delivery.settled();
    // Time to look, and to find the lane taken.
    await new Promise((resolve) => setImmediate(resolve));
    answers[0]?.resolve(202);
    answers[1]?.resolve(202);
    await settled;
    expect(one.taken).toEqual([first, second]);
  });

  test("is refused for good by a 403, with the host's words, and the rest goes on", async () => {
    const one = await receiver(({ id }) =>
      id === bad ? { status: 403, text: "<h1>You are\n not  welcome</h1>" } : 202,
    );
    const inboxId = await world.follow(one.host);
    const thread = world.makeId();
    const bad = await world.announce(thread);
    const good = await world.announce(thread);
    await using delivery = world.open();
    await delivery.settled();
    expect(one.taken).toEqual([good]);
    const dead = await world.db`select inbox_id, activity_id, attempts, reason from dead_letters`;
    expect([...dead]).toEqual([
      { inbox_id: inboxId, activity_id: bad, attempts: 1, reason: "HTTP 403: You are not welcome" },
    ]);
    expect((await world.peer(one.host)).failures).toBe(0);
  });

  test("that a host answers with 500 every time stops neither its host nor other threads, only its own", async () => {
    const [poison, fine] = [world.makeId(), world.makeId()];
    const one = await receiver(({ id }) => (id === bad ? 500 : 202));
    const inboxId = await world.follow(one.host);
    // Two days older than what waits behind it.
    const bad = idAt(new Date(world.clock.ms - 2 * DAY_MS));
    const activity = { id: bad, actorId: GROUP, body: JSON.stringify({ id: bad }) };
    await queueForInboxes(world.db, { aboutId: poison, activity, inboxIds: [inboxId] });
    const behind = await world.announce(poison);
    const others: Id[] = [];
    for (let i = 0; i < 150; i++) others.push(await world.announce(fine));
    await using delivery = world.open();
    await delivery.settled();
    expect(one.taken).toEqual(others);
    for (let i = 0; i < 3; i++) {
      world.clock.ms += minutes(400);
      others.push(await world.announce(fine));
      await delivery.settled();
    }
    expect(one.taken).toEqual(others);
    expect(one.posts.filter(({ id }) => id === bad)).toHaveLength(4);
    world.clock.ms += 5 * DAY_MS;
    await delivery.settled();
    expect(one.taken).toEqual([...others, behind]);
    const [dead] = await world.db`select activity_id, attempts, reason from dead_letters`;
    expect(dead).toEqual({ activity_id: bad, attempts: 5, reason: "Not delivered within 7 days: HTTP 500" });
  });

  test("whose key is missing waits, and the host is not blamed", async () => {
    const one = await receiver();
    await world.follow(one.host);
    await world.announce();
    await using delivery = world.open({ signerOf: () => Promise.reject(new Error("no key")) });
    await delivery.settled();
    expect(one.posts).toHaveLength(0);
    const [row] = await world.db`select attempts from deliveries`;
    expect(row?.attempts).toBe(1);
    expect((await world.peer(one.host)).failures).toBe(0);
  });
});

describe("order", () => {
  test("is kept per thread and inbox, also across retries, while threads go side by side", async () => {
    const threads = Array.from({ length: 6 }, () => world.makeId());
    const refusedOnce = new Set<string>();
    let together = 0;
    let most = 0;
    const one = await receiver(async ({ id }) => {
      most = Math.max(most, ++together);
      await new Promise((resolve) => setTimeout(resolve, Number(BigInt(id) % 7n)));
      together -= 1;
      if (Number(BigInt(id) % 11n) < 2 && !refusedOnce.has(id)) {
        refusedOnce.add(id);
        return 500;
      }
      return 202;
    });
    await world.follow(one.host);
    const sent = new Map<Id, Id[]>(threads.map((thread) => [thread, []]));
    for (let i = 0; i < 30; i++) {
      for (const thread of threads) sent.get(thread)?.push(await world.announce(thread));
    }
    await using delivery = world.open();
    for (let round = 0; round < 40 && (await world.waiting()) > 0; round++) {
      await delivery.settled();
      world.clock.ms += minutes(10);
    }
    for (const ids of sent.values()) expect(one.taken.filter((id) => ids.includes(id as Id))).toEqual(ids);
    expect(one.taken).toHaveLength(180);
    expect(refusedOnce.size).toBeGreaterThan(10);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe("the breaker", () => {
  test("leaves a host alone after no answer, knocks with one letter when it is time, and lets the rest follow", async () => {
    const one = await receiver(() => 503);
    for (const path of ["/a", "/b", "/c"]) await world.follow(one.host, path);
    for (let i = 0; i < 5; i++) await world.announce(world.makeId());
    await using delivery = world.open();
    await delivery.settled();
    const first = one.posts.length;
    expect(first).toBeLessThanOrEqual(8);
    const opened = await world.peer(one.host);
    expect(opened).toMatchObject({ failures: 1, lastError: "HTTP 503" });
    expect(opened.retryAt.getTime() - world.clock.ms).toBe(45_000);

    world.clock.ms += 44_000;
    await delivery.settled();
    expect(one.posts).toHaveLength(first);

    world.clock.ms += 1_000;
    await delivery.settled();
    expect(one.posts).toHaveLength(first + 1);
    const again = await world.peer(one.host);
    expect(again.failures).toBe(2);
    expect(again.retryAt.getTime() - world.clock.ms).toBe(minutes(5));

    let together = 0;
    let beforeFirstAnswer = 0;
    one.reply = async () => {
      if (one.taken.length === 0) beforeFirstAnswer = Math.max(beforeFirstAnswer, ++together);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return 202;
    };
    world.clock.ms += minutes(5);
    await delivery.settled();
    expect(beforeFirstAnswer).toBe(1);
    expect(one.taken).toHaveLength(15);
    expect(await world.waiting()).toBe(0);
    expect(await world.peer(one.host)).toMatchObject({ failures: 0, lastError: null });
  });

  test("opens after five 500s in a row; an hour of them loses nothing", async () => {
    const start = world.clock.ms;
    const one = await receiver(() => (world.clock.ms < start + minutes(60) ? 500 : 202));
    await world.follow(one.host);
    const ids: Id[] = [];
    for (let i = 0; i < 20; i++) ids.push(await world.announce(world.makeId()));
    await using delivery = world.open();
    await delivery.settled();
    expect(one.posts.length).toBeLessThanOrEqual(8);
    expect((await world.peer(one.host)).failures).toBeGreaterThanOrEqual(5);
    while (world.clock.ms < start + minutes(180) && (await world.waiting()) > 0) {
      world.clock.ms += 30_000;
      await delivery.settled();
    }
    expect(one.taken.toSorted()).toEqual(ids);
    expect(one.posts.length).toBeLessThan(45);
    expect(await world.peer(one.host)).toMatchObject({ failures: 0, lastError: null });
  });

  test("is closed by a sign of life from the host, and what waited is due at once", async () => {
    const one = await receiver(() => 503);
    await world.follow(one.host);
    await world.announce();
    await using delivery = world.open();
    await delivery.settled();
    one.reply = () => 202;
    expect(await revive(one.host)).toBe(true);
    expect(await revive(one.host)).toBe(false);
    await delivery.settled();
    expect(one.taken).toHaveLength(1);
  });

  test("gives up what is seven days old", async () => {
    const one = await receiver(() => 503);
    await world.follow(one.host);
    for (let i = 0; i < 3; i++) await world.announce(world.makeId());
    await using delivery = world.open();
    await delivery.settled();
    // The letters are as old as they are by the real clock, which had gone on when they were made.
    world.clock.ms += 7 * DAY_MS + minutes(10);
    await delivery.settled();
    expect(await world.waiting()).toBe(0);
    const dead = await world.db<{ reason: string }[]>`select reason from dead_letters`;
    expect(dead.map((row) => row.reason)).toEqual(Array(3).fill("Not delivered within 7 days: HTTP 503"));
  });

  test.each([
    ["seconds", () => "600"],
    ["a date", () => new Date(Math.ceil(world.clock.ms / 1000) * 1000 + 600_000).toUTCString()],
  ])("waits as long as Retry-After asks, in %s", async (_, value) => {
    const one = await receiver(() => ({ status: 429, headers: { "retry-after": value() } }));
    await world.follow(one.host);
    await world.announce();
    await using delivery = world.open();
    await delivery.settled();
    one.reply = () => 202;
    world.clock.ms += 599_000;
    await delivery.settled();
    expect(one.posts).toHaveLength(1);
    world.clock.ms += 2_000;
    await delivery.settled();
    expect(one.taken).toHaveLength(1);
  });

  test("stays open as long as Retry-After asks, whatever else says that the host lives; the operator may close it", async () => {
    const answers = Array.from({ length: 4 }, () => Promise.withResolvers<Reply>());
    const one = await receiver(() => answers[one.posts.length - 1]?.promise ?? 202);
    await world.follow(one.host);
    for (let i = 0; i < 10; i++) await world.announce(world.makeId());
    await using delivery = world.open();
    await expect.poll(() => one.posts).toHaveLength(4);
    answers[0]?.resolve({ status: 429, headers: { "retry-after": "3600" } });
    await expect.poll(async () => (await world.peer(one.host)).failures).toBe(1);
    for (const { resolve } of answers) resolve(202);
    await delivery.settled();
    expect(one.taken).toHaveLength(3);
    expect(await revive(one.host)).toBe(false);
    world.clock.ms += minutes(59);
    await delivery.settled();
    expect(one.posts).toHaveLength(4);
    await retryHost(world.db, one.host, new Date(world.clock.ms));
    await delivery.settled();
    expect(one.taken).toHaveLength(10);
    expect(await world.peer(one.host)).toMatchObject({ failures: 0, lastError: null });
  });

  test("opens for a host where nobody listens, in words an operator can use", async () => {
    const one = await openReceiver();
    await one[Symbol.asyncDispose]();
    await world.follow(one.host);
    await world.announce();
    await using delivery = world.open();
    await delivery.settled();
    const peer = await world.peer(one.host);
    expect(peer.failures).toBe(1);
    expect(peer.lastError).toContain("127.0.0.1");
    expect(await world.waiting()).toBe(1);
  });
});

describe("an inbox that is gone", () => {
  test("loses its followers on the third different day, and what waits for it", async () => {
    const one = await receiver(() => 410);
    await world.follow(one.host);
    await using delivery = world.open();
    for (let day = 1; day <= 3; day++) {
      for (let i = 0; i < 3; i++) await world.announce(world.makeId());
      await delivery.settled();
      expect(await world.db`select from memberships`).toHaveLength(day < 3 ? 1 : 0);
      expect(await world.db`select from audience`).toHaveLength(day < 3 ? 1 : 0);
      world.clock.ms += DAY_MS;
    }
    expect(await world.waiting()).toBe(0);
    expect(await world.db`select from dead_letters`).toHaveLength(9);
    const dead = await world.db<{ reason: string }[]>`select distinct reason from dead_letters order by 1`;
    expect(dead[0]?.reason).toBe("HTTP 410");
  });

  test("is forgiven when it takes a letter in between", async () => {
    const one = await receiver(() => 404);
    await world.follow(one.host);
    await using delivery = world.open();
    for (const status of [404, 404, 202, 404, 404]) {
      one.reply = () => status;
      await world.announce();
      await delivery.settled();
      world.clock.ms += DAY_MS;
    }
    expect(await world.db`select from memberships`).toHaveLength(1);
    expect([...(await world.db`select gone_days from inboxes`)]).toEqual([{ gone_days: 2 }]);
  });
});

describe("the second knock", () => {
  const understands =
    (style: "cavage" | "rfc9421", refusal: { status: number; text?: string }): Receiver["reply"] =>
    ({ headers }) =>
      ("signature-input" in headers ? "rfc9421" : "cavage") === style ? 202 : refusal;

  test.each([
    { status: 401 },
    { status: 403, text: "Signature verification failed" },
    { status: 400, text: "bad digest" },
  ])("is in the other style after %j, and what worked is remembered", async (refusal) => {
    const one = await receiver(understands("rfc9421", refusal));
    await world.follow(one.host);
    await using delivery = world.open();
    await world.announce();
    await delivery.settled();
    expect(one.posts).toHaveLength(2);
    expect((await world.peer(one.host)).style).toBe("rfc9421");
    await world.announce();
    await delivery.settled();
    expect(one.posts).toHaveLength(3);
    one.reply = understands("cavage", refusal);
    await world.announce();
    await delivery.settled();
    expect(one.posts).toHaveLength(5);
    expect((await world.peer(one.host)).style).toBe("cavage");
    expect(one.taken).toHaveLength(3);
  });

  test("changes nothing when neither style is taken, and the letter waits: our key may not have been to be had", async () => {
    const one = await receiver(() => 401);
    await world.follow(one.host);
    await using delivery = world.open();
    await world.announce();
    await delivery.settled();
    expect(one.posts).toHaveLength(2);
    expect((await world.peer(one.host)).style).toBe("cavage");
    expect(await world.waiting()).toBe(1);
    expect((await world.peer(one.host)).lastError).toBe("HTTP 401");
  });
});
