/** The server as a process that is killed, and one that is told to stop: what was acknowledged is kept, what is owed is delivered, nothing happens twice. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { type Db, openDb } from "../../db/open.ts";
import { freePort, run, start, untilReady } from "../cli/run.ts";
import { freshDatabase } from "../support/postgres.ts";
import {
  type OpenRemoteOptions,
  openRemote,
  type Remote,
  type RemotePerson,
  type RemotePost,
} from "../support/remote/index.ts";

const STOP_MS = 15_000;

type Process = ReturnType<typeof start>;

interface World extends AsyncDisposable {
  origin: string;
  group: string;
  inbox: string;
  port: number;
  db: Db;
  /** Starts the server in a process of its own; ready when this resolves. */
  serve(role?: "all" | "web"): Promise<Process>;
  remote(options?: Partial<OpenRemoteOptions>): Promise<Remote>;
  /** A server elsewhere with somebody who follows the community. */
  follower(options?: Partial<OpenRemoteOptions>): Promise<{ remote: Remote; reader: RemotePerson }>;
}

/** A database with one community, and a place for processes and other servers, all gone in the end. */
async function openWorld(): Promise<World> {
  const stack = new AsyncDisposableStack();
  const database = await freshDatabase();
  stack.defer(() => database.drop());
  const dataDir = await mkdtemp(join(tmpdir(), "commonplace-crash-"));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    ORIGIN: origin,
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    ALLOW_PRIVATE_ADDRESSES: "true",
    SECRET_KEY: "cd".repeat(32),
    LOG_LEVEL: "error",
  };
  const db = openDb(database.url, { max: 2, applicationName: "the test" });
  stack.defer(() => db.end({ timeout: 2 }));
  const founded = await run(["community", "create", "welding", "--name", "Welding"], env);
  expect(founded.err).toBe("");
  // Newcomers say ten things an hour: whoever comes here has been known for two days.
  await db`alter table actors alter column created_at set default now() - interval '2 days'`;
  const group = `${origin}/c/welding`;
  const remote: World["remote"] = async (options = {}) => {
    const opened = await openRemote({ software: "mastodon", ...options });
    stack.defer(() => opened.close());
    return opened;
  };
  const kept = { origin, group, inbox: `${group}/inbox`, port, db, remote };
  const serve: World["serve"] = async (role = "all") => {
    const server = start(["serve", "--role", role], env);
    stack.defer(async () => {
      server.child.kill("SIGKILL");
      await server.ended;
    });
    await untilReady(server, port);
    return server;
  };
  const follower: World["follower"] = async (options) => {
    const opened = await remote(options);
    const reader = await opened.addPerson("reader", { sharedKey: true });
    const { id } = await reader.follow(group);
    await opened.waitFor({ type: "Accept", object: { id } });
    return { remote: opened, reader };
  };
  return { ...kept, serve, follower, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Kills it as the kernel would: no signal handler, no farewell. */
async function kill(server: Process): Promise<void> {
  server.child.kill("SIGKILL");
  expect((await server.ended).code).not.toBe(0);
}

/** Delivers until it is acknowledged, as every server does; returns how often that took. */
async function insist(by: RemotePerson, post: RemotePost, inbox: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const answer = await by.send(post.activity, { to: inbox }).catch(() => undefined);
    if (answer?.status === 202) return tries;
    if (tries > 600) throw new Error(`${post.id} is never acknowledged: ${answer?.status} ${answer?.body}`);
    await sleep(50);
  }
}

/** Waits until there are no such rows. */
const nothing = (rows: () => PromiseLike<readonly unknown[]>) =>
  vi.waitFor(async () => expect(await rows()).toHaveLength(0), { timeout: 30_000, interval: 50 });

/** By what it announces, the ids of the announcements that came, each once however often it came. */
function announcements(remote: Remote): Map<unknown, Set<unknown>> {
  const ids = new Map<unknown, Set<unknown>>();
  for (const { json } of remote.received) {
    if (json.type === "Announce") ids.set(json.object, (ids.get(json.object) ?? new Set()).add(json.id));
  }
  return ids;
}

describe.concurrent("a process", () => {
  test("killed between the acknowledgement and the delivery loses nothing, and does nothing twice", async () => {
    await using world = await openWorld();
    const first = await world.serve();
    const { remote, reader } = await world.follower();
    const ana = await remote.addPerson("ana");
    await kill(first);
    // Only answers: what it accepts waits for a worker.
    const web = await world.serve("web");
    const thread = await ana.post({ text: "Is this kept?", mention: world.group });
    expect(thread.status).toBe(202);
    await kill(web);
    expect(announcements(remote).size).toBe(0);
    const last = await world.serve();
    await remote.waitFor({ type: "Announce", object: thread.id });
    expect((await ana.send(thread.activity, { to: world.inbox })).status).toBe(202);
    const reply = await reader.reply(thread, { text: "It is." });
    expect(reply.status).toBe(202);
    await remote.idle();
    expect(remote.timeline(reader).filter(({ id }) => id === thread.id)).toHaveLength(1);
    expect([...announcements(remote).values()].map((ids) => ids.size)).toEqual([1]);
    expect(await world.db`select from posts`).toHaveLength(2);
    await nothing(() => world.db`select from deliveries`);
    await kill(last);
  });

  test("killed while letters pour in keeps each that it acknowledged, and each is there once in the end", async () => {
    await using world = await openWorld();
    let server = await world.serve();
    const { remote, reader } = await world.follower();
    const ana = await remote.addPerson("ana");
    const posts: RemotePost[] = [];
    for (let i = 0; i < 60; i++)
      posts.push(await ana.post({ text: `Story ${i}`, mention: world.group, deliverTo: [] }));
    let sent = 0;
    const sending = Array.from({ length: 4 }, async (_, lane) => {
      for (const post of posts.filter((_, i) => i % 4 === lane)) {
        await insist(ana, post, world.inbox);
        sent += 1;
      }
    });
    for (const after of [8, 30]) {
      await vi.waitFor(() => expect(sent).toBeGreaterThanOrEqual(after), { timeout: 30_000, interval: 1 });
      await kill(server);
      server = await world.serve();
    }
    await Promise.all(sending);
    const kept = await world.db<{ uri: string }[]>`select uri from posts`;
    expect(kept.map(({ uri }) => uri).sort()).toEqual(posts.map(({ id }) => id).sort());
    await nothing(() => world.db`select from deliveries`);
    await remote.idle();
    const came = announcements(remote);
    expect([...came.keys()].sort()).toEqual(posts.map(({ id }) => id).sort());
    // What was sent twice came under the same id, so that it counts once.
    expect([...came.values()].filter((ids) => ids.size !== 1)).toEqual([]);
    expect(remote.complaints).toEqual([]);
    expect(remote.timeline(reader).length).toBeLessThanOrEqual(posts.length);
  });

  test("killed in the middle of a delivery to many servers finishes it after the restart, at every one of them", async () => {
    await using world = await openWorld();
    const server = await world.serve();
    const followers = await Promise.all(Array.from({ length: 12 }, () => world.follower()));
    const [first] = followers;
    if (!first) throw new Error("nobody follows");
    const ana = await first.remote.addPerson("ana");
    // Half of them answer at once, the others are still thinking when the process dies.
    for (const [i, { remote }] of followers.entries()) remote.fail.delayMs = i % 2 ? 3_000 : 0;
    const thread = await ana.post({ text: "For all of you.", mention: world.group });
    await vi.waitFor(
      () => {
        const reached = followers.filter(({ remote }) => announcements(remote).size > 0);
        expect(reached.length).toBeGreaterThan(3);
      },
      { timeout: 30_000, interval: 5 },
    );
    await kill(server);
    for (const { remote } of followers) remote.fail.delayMs = 0;
    await world.serve();
    for (const { remote, reader } of followers) {
      await remote.waitFor({ type: "Announce", object: thread.id });
      await remote.idle();
      expect(remote.timeline(reader).filter(({ id }) => id === thread.id)).toHaveLength(1);
      expect([...announcements(remote).values()].map((ids) => ids.size)).toEqual([1]);
    }
    await nothing(() => world.db`select from deliveries`);
    await nothing(() => world.db`select from inboxes where leased_by is not null`);
  });

  test("told to stop ends well within 15 seconds, answers who is still talking, and leaves what hangs to the next", async () => {
    await using world = await openWorld();
    const server = await world.serve();
    const [stuck, quick] = [await world.follower(), await world.follower()];
    const ana = await quick.remote.addPerson("ana");
    const before = await ana.post({ text: "Before.", mention: world.group });
    for (const { remote } of [stuck, quick]) await remote.waitFor({ type: "Announce", object: before.id });
    stuck.remote.fail.hang = true;
    const thread = await ana.post({ text: "Does anybody hear me?", mention: world.group });
    await quick.remote.waitFor({ type: "Announce", object: thread.id });
    await vi.waitFor(() => expect(stuck.remote.received.some(({ json }) => json.object === thread.id)).toBe(true), {
      timeout: 30_000,
    });
    // One who never finishes the sentence, and letters that are under way.
    const slow = connect(world.port, "127.0.0.1");
    slow.on("error", () => {});
    slow.write("POST /inbox HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n");
    const late = await Promise.all(
      Array.from({ length: 6 }, (_, i) => ana.post({ text: `Late ${i}`, mention: world.group, deliverTo: [] })),
    );
    const answers = late.map((post) =>
      ana.send(post.activity, { to: world.inbox }).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    await sleep(5);
    const begin = performance.now();
    server.child.kill("SIGTERM");
    const { code, err } = await server.ended;
    expect([code, err]).toEqual([0, ""]);
    expect(performance.now() - begin).toBeLessThan(STOP_MS);
    slow.destroy();
    const statuses = await Promise.all(answers);
    expect(statuses.filter((status) => status !== 202 && status !== 0 && status !== 503)).toEqual([]);
    const kept = await world.db<{ uri: string }[]>`select uri from posts`;
    for (const [i, post] of late.entries()) expect(kept.some(({ uri }) => uri === post.id)).toBe(statuses[i] === 202);
    expect(await world.db`select from inboxes where leased_by is not null`).toHaveLength(0);
    stuck.remote.fail.hang = false;
    await world.db`update deliveries set due_at = '-infinity'`;
    await world.db`update peers set retry_at = '-infinity'`;
    await world.serve();
    await stuck.remote.waitFor({ type: "Announce", object: thread.id });
  });
});
