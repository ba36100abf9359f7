/** Postgres cuts every connection, again and again, while letters arrive and pages are read: nothing acknowledged is lost, and no restart is needed. */
import type Postgres from "postgres";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { postgres } from "../../db/driver.ts";
import { NODE_LOCK } from "../../db/node.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

/** So long it may take until everything works again: five seconds (R59), and more on a machine that is busy with other things. */
const RECOVERY_MS = 20_000;

let ours: TestServer;
let welding: CommunityRow;
let mastodon: Remote;
let ana: RemotePerson;
let ben: RemotePerson;
/** A connection of the test's own, to look on from outside. */
let outside: Postgres.Sql;
const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", note);
  ours = await openTestServer();
  outside = postgres(ours.databaseUrl, { max: 1, onnotice: () => {}, connection: { application_name: "the test" } });
  welding = await ours.found("welding", "Welding");
  mastodon = await openRemote({ software: "mastodon" });
  [ana, ben] = [await mastodon.addPerson("ana"), await mastodon.addPerson("ben")];
  const { id } = await ben.follow(welding.uri);
  await mastodon.waitFor({ type: "Accept", object: { id } });
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await outside?.end();
  process.off("unhandledRejection", note);
});

/** Cuts all connections but the test's own; returns how many. */
async function cut(): Promise<number> {
  const gone = await outside`
    select application_name, pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  return gone.length;
}

const lockHolders = async () => {
  const rows = await outside<{ number: number }[]>`
    select objid::int as number from pg_locks where locktype = 'advisory' and classid = ${NODE_LOCK}::oid and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())`;
  return rows.map(({ number }) => number);
};

test("while connections are cut, a letter is acknowledged and kept or refused with 503, and a page is shown or is not to be had", async () => {
  const letters: RemotePost[] = [];
  for (let i = 0; i < 60; i++)
    letters.push(await ana.post({ text: `Story ${i}`, mention: welding.uri, deliverTo: [] }));
  const answers = new Map<string, number[]>();
  const pages: number[] = [];
  let over = false;
  const send = async (post: RemotePost) => {
    const { status } = await ana.send(post.activity, { to: `${ours.origin}/inbox` });
    answers.set(post.id, [...(answers.get(post.id) ?? []), status]);
    return status;
  };
  const reading = (async () => {
    for (let i = 0; !over; i++) {
      pages.push((await ours.page(["/", "/c/welding", "/readyz", "/about"][i % 4] as string)).status);
      pages.push((await ours.document(["/c/welding", `/c/welding/outbox?${i}`][i % 2] as string)).status);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const writing = [0, 1, 2].map(async (lane) => {
    for (let i = lane; i < letters.length; i += 3) {
      // A server that is told 503 tries again.
      while ((await send(letters[i] as RemotePost)) === 503) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const cutting = (async () => {
    let gone = 0;
    for (let i = 0; i < 8; i++) {
      gone += await cut();
      await new Promise((resolve) => setTimeout(resolve, 30 * i));
    }
    expect(gone).toBeGreaterThan(10);
  })();
  await Promise.all([...writing, cutting]);
  over = true;
  await reading;
  for (const [id, statuses] of answers) expect([id, statuses.filter((status) => status !== 503)]).toEqual([id, [202]]);
  expect(pages.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  const kept = await outside<{ uri: string }[]>`select uri from posts`;
  expect(kept.map(({ uri }) => uri).sort()).toEqual(letters.map(({ id }) => id).sort());
  await vi.waitFor(
    () => {
      const boosts = new Set(
        mastodon.received.filter(({ json }) => json.type === "Announce").map(({ json }) => json.object),
      );
      expect(boosts.size).toBe(letters.length);
    },
    { timeout: 30_000, interval: 100 },
  );
});

test("soon after the last cut everything works: letters, delivery, jobs, pages, and the number of this process is held", async () => {
  await expect.poll(lockHolders).toEqual([ours.app.node.number]);
  const start = performance.now();
  expect(await cut()).toBeGreaterThan(3);
  await vi.waitFor(async () => expect((await ours.page("/readyz")).status).toBe(200), {
    timeout: RECOVERY_MS,
    interval: 50,
  });
  const thread = await ana.post({ text: "Is anybody there?", mention: welding.uri, deliverTo: [] });
  await vi.waitFor(
    async () => expect((await ana.send(thread.activity, { to: `${ours.origin}/inbox` })).status).toBe(202),
    { timeout: RECOVERY_MS, interval: 100 },
  );
  await mastodon.waitFor({ type: "Announce", object: thread.id });
  const missing = await ben.reply(thread, { text: "I am.", mention: [], deliverTo: [] });
  const reply = await ana.reply(missing, { text: "Good.", mention: [], deliverTo: [`${ours.origin}/inbox`] });
  expect(reply.status).toBe(202);
  expect((await ours.page("/c/welding")).status).toBe(200);
  await vi.waitFor(async () => expect(await lockHolders()).toEqual([ours.app.node.number]), {
    timeout: Math.max(1, RECOVERY_MS - (performance.now() - start)),
    interval: 50,
  });
  await vi.waitFor(async () => expect(await outside`select from posts where uri = ${reply.id}`).toHaveLength(1), {
    timeout: Math.max(1, RECOVERY_MS - (performance.now() - start)),
    interval: 50,
  });
});

test("cut in the middle of a delivery, what was sent is not forgotten, and nobody sees it twice", async () => {
  mastodon.received.length = 0;
  mastodon.fail.delayMs = 400;
  const thread = await ana.post({ text: "Slow as a snail.", mention: welding.uri });
  await expect
    .poll(() => mastodon.requests.some(({ method, path }) => method === "POST" && path === "/inbox"))
    .toBe(true);
  await cut();
  await mastodon.waitFor({ type: "Announce", object: thread.id });
  mastodon.fail.delayMs = undefined;
  await vi.waitFor(async () => expect([...(await outside`select * from deliveries`)]).toEqual([]), {
    timeout: RECOVERY_MS,
  });
  await vi.waitFor(async () => expect(await outside`select from inboxes where leased_by is not null`).toHaveLength(0), {
    timeout: RECOVERY_MS,
  });
  await mastodon.idle();
  expect(mastodon.timeline(ben).filter(({ id }) => id === thread.id)).toHaveLength(1);
});

test("nothing of it went unnoticed inside", () => {
  expect(unhandled).toEqual([]);
  expect(mastodon.complaints).toEqual([]);
});
