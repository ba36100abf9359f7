/** Several workers on one database, one that is killed, and one that is stopped. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { claimNode } from "../../../db/node.ts";
import { openDb } from "../../../db/open.ts";
import { setWorld } from "./setting.ts";
import type { Receiver } from "./world.ts";

const { world, receivers, receiver, url } = setWorld();

async function followers(n: number, reply: Receiver["reply"]): Promise<void> {
  for (let i = 0; i < n; i++) await world.follow((await receiver(reply)).host);
}

const leased = async () => (await world.db`select from inboxes where leased_by is not null`).length;

test("two workers deliver each letter exactly once, in order, while more is queued", async () => {
  await followers(20, async () => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return 202;
  });
  const db = openDb(url());
  const node = await claimNode(db);
  const one = world.open();
  const two = world.open({ db, node });
  const ids: string[] = [];
  const thread = world.makeId();
  for (let i = 0; i < 60; i++) {
    ids.push(await world.announce(thread));
    one.wake();
    two.wake();
  }
  while ((await world.waiting()) > 0) await Promise.all([one.settled(), two.settled()]);
  await Promise.all([one[Symbol.asyncDispose](), two[Symbol.asyncDispose]()]);
  for (const { posts } of receivers) expect(posts.map(({ id }) => id)).toEqual(ids);
  expect(await leased()).toBe(0);
  await node[Symbol.asyncDispose]();
  await db.end();
});

test("what a killed worker had leased is free at once for the next, and everything arrives", async () => {
  let slow = true;
  await followers(30, async () => {
    if (slow) await new Promise((resolve) => setTimeout(resolve, 2_000));
    return 202;
  });
  const ids = [await world.announce(), await world.announce()];
  const script = fileURLToPath(new URL("worker.ts", import.meta.url));
  const child = spawn(process.execPath, [script, url()], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await expect.poll(() => receivers.filter(({ posts }) => posts.length > 0).length).toBe(30);
    expect(await leased()).toBe(30);
  } finally {
    child.kill("SIGKILL");
  }
  await once(child, "exit");
  slow = false;
  await using next = world.open();
  const start = performance.now();
  await expect.poll(() => receivers.every(({ posts }) => new Set(posts.map(({ id }) => id)).size === 2)).toBe(true);
  expect(performance.now() - start).toBeLessThan(17_000);
  await next.settled();
  expect(await world.waiting()).toBe(0);
  // The second letter was never begun by the worker that died.
  for (const { posts } of receivers) {
    expect(posts.filter(({ id }) => id === ids[1])).toHaveLength(1);
    expect(posts.length).toBeLessThanOrEqual(3);
  }
});

test("stopping lets what is under way finish, takes nothing new and gives the lanes back", async () => {
  await followers(5, async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 202;
  });
  const thread = world.makeId();
  for (let i = 0; i < 3; i++) await world.announce(thread);
  const delivery = world.open();
  await expect.poll(() => receivers.filter(({ posts }) => posts.length > 0).length).toBe(5);
  await delivery[Symbol.asyncDispose]();
  for (const { posts, taken } of receivers) expect([posts.length, taken.length]).toEqual([1, 1]);
  expect(await world.waiting()).toBe(10);
  expect(await leased()).toBe(0);
});

test("stopping does not wait for a host that hangs: its letter stays for the next", async () => {
  await followers(1, () => "hang");
  await world.announce();
  const delivery = world.open();
  await expect.poll(() => receivers[0]?.posts.length).toBe(1);
  const start = performance.now();
  await delivery[Symbol.asyncDispose]();
  expect(performance.now() - start).toBeLessThan(12_000);
  expect(await world.waiting()).toBe(1);
  expect(await leased()).toBe(0);
});
