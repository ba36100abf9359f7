/** Servers that hang, fail, ask for patience or are gone for good: the others must not notice, and who comes back finds everything in order. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { type Delivery, openDelivery, prove } from "../../federation/index.ts";
import { openApp } from "../../src/app.ts";
import { startWorker } from "../../src/worker.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import {
  type Doc,
  openRemote,
  type Remote,
  type RemotePerson,
  type RemotePost,
  type SoftwareName,
} from "../support/remote/index.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Follower {
  remote: Remote;
  reader: RemotePerson;
}

async function follow(welding: CommunityRow, software: SoftwareName = "mastodon"): Promise<Follower> {
  const remote = await openRemote({ software });
  const reader = await remote.addPerson("reader", { sharedKey: true });
  const { status } = await reader.follow(welding.uri);
  expect(status).toBe(202);
  return { remote, reader };
}

const boosts = ({ remote }: Follower) =>
  remote.received
    .filter(({ json, status }) => json.type === "Announce" && status === 202)
    .map(({ json }) => json.object);

describe("with workers at work", () => {
  let ours: TestServer;
  let welding: CommunityRow;
  let ana: RemotePerson;
  let all: Follower[];

  beforeAll(async () => {
    ours = await openTestServer();
    welding = await ours.found("welding", "Welding");
    all = await Promise.all(Array.from({ length: 12 }, () => follow(welding)));
    for (const { remote } of all) await remote.waitFor({ type: "Accept" });
    ana = await (all[0] as Follower).remote.addPerson("ana");
  });
  afterAll(async () => {
    for (const { remote } of all ?? []) await remote.close();
    await ours?.[Symbol.asyncDispose]();
  });

  test("two workers on one database send each letter once", async () => {
    await using second = await openApp(ours.app.config);
    await using _worker = await startWorker(second);
    for (const { remote } of all) remote.fail.delayMs = 3;
    const posts: RemotePost[] = [];
    for (let i = 0; i < 25; i++) posts.push(await ana.post({ text: `Story ${i}`, mention: welding.uri }));
    await expect.poll(() => ours.app.db`select from deliveries`).toHaveLength(0);
    const ids = posts.map(({ id }) => id).sort();
    for (const follower of all) expect(boosts(follower).sort()).toEqual(ids);
    for (const { remote } of all) remote.fail.delayMs = 0;
  });

  test("six servers that hang do not delay six that answer: those have theirs long before the others are given up", async () => {
    const [healthy, hanging] = [all.slice(0, 6), all.slice(6)];
    for (const { remote } of hanging) remote.fail.hang = true;
    for (const follower of all) follower.remote.received.length = 0;
    const waits: number[] = [];
    for (let i = 0; i < 5; i++) {
      const post = await ana.post({ text: `Urgent ${i}`, mention: welding.uri });
      const begin = performance.now();
      const each = healthy.map(async ({ remote }) => {
        await remote.waitFor({ type: "Announce", object: post.id });
        waits.push(performance.now() - begin);
      });
      await Promise.all(each);
    }
    expect(waits).toHaveLength(30);
    // Who waits behind a host that hangs waits 10 s.
    expect(Math.max(...waits)).toBeLessThan(8_000);
    for (const { remote } of hanging) expect(remote.received.filter(({ status }) => status === 202)).toEqual([]);
  });
});

describe("with a clock that is moved by hand", () => {
  const clock = { ms: Date.now() };
  let ours: TestServer;
  let delivery: Delivery;
  let welding: CommunityRow;
  let home: Remote;
  let ana: RemotePerson;
  let ben: RemotePerson;
  let lemmy: Follower;

  beforeAll(async () => {
    ours = await openTestServer();
    // The server's own worker goes by the real clock.
    await ours.worker[Symbol.asyncDispose]();
    const { db, node, outbound, federation } = ours.app;
    const { ownKeys } = federation;
    delivery = openDelivery({
      db,
      node,
      outbound,
      signerOf: ownKeys.signerOf,
      prove: (activity) => prove(ownKeys, activity),
      now: () => new Date(clock.ms),
      random: () => 0.5,
    });
    welding = await ours.found("welding", "Welding");
    home = await openRemote({ software: "mastodon" });
    [ana, ben] = [await home.addPerson("ana"), await home.addPerson("ben")];
    lemmy = await follow(welding, "lemmy");
    await lemmy.remote.waitFor({ type: "Accept" });
  });
  afterAll(async () => {
    await delivery?.[Symbol.asyncDispose]();
    await ours?.[Symbol.asyncDispose]();
    for (const remote of [home, lemmy?.remote]) await remote?.close();
  });

  /** Lets so much time pass, and does what is due by then. */
  async function pass(ms: number): Promise<void> {
    clock.ms += ms;
    await delivery.settled();
  }

  /** How many letters wait for a server. */
  const waiting = async ({ remote }: Follower) =>
    (
      await ours.app
        .db`select from deliveries d join inboxes i on i.id = d.inbox_id where i.uri like ${`${remote.origin}/%`}`
    ).length;
  const knocks = ({ remote }: Follower) => remote.requests.filter(({ method }) => method === "POST").length;

  test("a server that fails for an hour gets everything afterwards, each conversation in order", async () => {
    lemmy.remote.fail.inboxStatus = 500;
    lemmy.remote.requests.length = 0;
    lemmy.remote.received.length = 0;
    const threads: RemotePost[][] = [];
    for (let i = 0; i < 3; i++) threads.push([await ana.post({ text: `Thread ${i}`, mention: welding.uri })]);
    for (let minute = 0; minute < 60; minute++) {
      if (minute % 10 === 5) {
        for (const thread of threads)
          thread.push(await (minute % 20 ? ben : ana).reply(thread.at(-1) as RemotePost, { text: `At ${minute}` }));
      }
      await pass(MINUTE_MS);
    }
    expect(await waiting(lemmy)).toBe(3 * 7);
    // It was asked now and then whether it is well, and not with every letter.
    expect(knocks(lemmy)).toBeGreaterThan(3);
    expect(knocks(lemmy)).toBeLessThan(30);
    lemmy.remote.fail.inboxStatus = undefined;
    for (let hour = 0; hour < 6 && (await waiting(lemmy)) > 0; hour++) await pass(60 * MINUTE_MS);
    expect(await waiting(lemmy)).toBe(0);
    const came = lemmy.remote.received
      .filter(({ status }) => status === 200)
      .map(({ json }) => (json.object as Doc).id);
    for (const thread of threads) {
      const ids = thread.map(({ activity }) => activity.id);
      expect(came.filter((id) => ids.includes(id as string))).toEqual(ids);
    }
    expect(came).toHaveLength(3 * 7);
    expect(lemmy.remote.complaints).toEqual([]);
    expect(await ours.app.db`select from dead_letters`).toHaveLength(0);
  });

  test("a server that asks for ten minutes gets ten minutes, whatever else happens", async () => {
    Object.assign(lemmy.remote.fail, { inboxStatus: 503, retryAfter: "600" });
    lemmy.remote.requests.length = 0;
    const thread = await ana.post({ text: "No hurry.", mention: welding.uri });
    await delivery.settled();
    expect(knocks(lemmy)).toBe(1);
    Object.assign(lemmy.remote.fail, { inboxStatus: undefined, retryAfter: undefined });
    const other = await ana.post({ text: "None at all.", mention: welding.uri });
    for (let minute = 0; minute < 9; minute++) await pass(MINUTE_MS);
    expect(knocks(lemmy)).toBe(1);
    await pass(1.1 * MINUTE_MS);
    for (const { activity } of [thread, other])
      await lemmy.remote.waitFor({ type: "Announce", object: { id: activity.id } });
    expect(knocks(lemmy)).toBe(3);
    expect(await waiting(lemmy)).toBe(0);
  });

  test("a server that is gone on three different days loses its followers, and may follow again when it is back", async () => {
    await lemmy.reader.unfollow(welding.uri);
    const lost = await follow(welding);
    await delivery.settled();
    await lost.remote.waitFor({ type: "Accept" });
    lost.remote.fail.gone = true;
    const members = async () =>
      (
        await ours.app.db`
      select from memberships m join actors a on a.id = m.actor_id where a.uri = ${lost.reader.id}`
      ).length;
    for (const day of [1, 2, 3]) {
      expect(await members()).toBe(1);
      // Several letters on one day are still one day.
      for (const i of [1, 2]) await ana.post({ text: `Day ${day}, letter ${i}`, mention: welding.uri });
      await pass(MINUTE_MS);
      await pass(DAY_MS);
    }
    expect(await members()).toBe(0);
    lost.remote.requests.length = 0;
    await ana.post({ text: "Without you.", mention: welding.uri });
    await pass(DAY_MS);
    expect(knocks(lost)).toBe(0);
    expect(await waiting(lost)).toBe(0);
    lost.remote.fail.gone = false;
    // Nobody believes a signature of next week.
    clock.ms = Date.now();
    await lost.reader.unfollow(welding.uri, { deliverTo: [] });
    expect((await lost.reader.follow(welding.uri)).status).toBe(202);
    const back = await ana.post({ text: "Welcome back.", mention: welding.uri });
    await delivery.settled();
    await lost.remote.waitFor({ type: "Announce", object: back.id });
    await lost.remote.close();
  });
});
