/** Peers and their actors in the database: what a block reaches, what is known of a silent peer, whose a key is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { findKey, saveRemoteActor } from "../../db/queries/actors.ts";
import { describePeer, ensurePeer, findPeer, isBlocked, peersToDescribe } from "../../db/queries/peers.ts";
import { blockPeer, unblockPeer } from "../../src/domain/peers/block.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
beforeAll(async () => {
  stage = await openTestHouse();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test("a block reaches the names below a host and its other ports, and no neighbour", async () => {
  const { db, house } = stage;
  for (const host of ["bad.example", "a.bad.example", "bad.example:8443", "notbad.example"])
    await ensurePeer(db, house.makeId(), host);
  await blockPeer(house, "bad.example");
  const rows = await db<{ host: string }[]>`select host from peers where blocked_at is not null order by host`;
  expect(rows.map((row) => row.host)).toEqual(["a.bad.example", "bad.example", "bad.example:8443"]);
  expect(await isBlocked(db, "new.bad.example")).toBe(true);
  expect(await isBlocked(db, "notbad.example")).toBe(false);
  await unblockPeer(house, "bad.example");
  expect(await db`select 1 from peers where blocked_at is not null`).toHaveLength(0);
});

test("a peer that does not say what it runs today is held for what it was, and asked again tomorrow", async () => {
  const { db, house } = stage;
  const { id } = await ensurePeer(db, house.makeId(), "lemmy.example");
  await describePeer(db, id, { software: "lemmy", version: "1.0", dialect: "forum" });
  await describePeer(db, id, null);
  expect(await findPeer(db, "lemmy.example")).toMatchObject({ software: "lemmy", dialect: "forum" });
  const silent = await ensurePeer(db, house.makeId(), "silent.example");
  await describePeer(db, silent.id, null);
  const due = async () =>
    (await peersToDescribe(db, new Date(Date.now() - 7 * 86_400_000), 50)).map((peer) => peer.host);
  expect(await due()).not.toContain("silent.example");
  await db`update peers set described_at = now() - interval '25 hours' where host in ('silent.example', 'lemmy.example')`;
  expect(await due()).toContain("silent.example");
  expect(await due()).not.toContain("lemmy.example");
});

test("a peer that never said what it runs is asked again within minutes, then less and less often", async () => {
  const { db, house } = stage;
  const { id } = await ensurePeer(db, house.makeId(), "shy.example");
  const isDue = async (minutes: number) => {
    await db`update peers set described_at = now() - ${minutes} * interval '1 minute' where id = ${id}`;
    return (await peersToDescribe(db, new Date(Date.now() - 7 * 86_400_000), 50)).some((peer) => peer.id === id);
  };
  for (const pause of [1, 5, 15, 60, 1_440, 1_440]) {
    await describePeer(db, id, null);
    expect([await isDue(pause - 0.5), await isDue(pause + 0.5)], `${pause} minutes`).toEqual([false, true]);
  }
  await describePeer(db, id, { software: "lemmy", version: "1.0", dialect: "forum" });
  expect(await isDue(2_000)).toBe(false);
});

test("a key belongs to the actor whose id its own begins with, whoever listed it first", async () => {
  const { db, house } = stage;
  const peer = await ensurePeer(db, house.makeId(), "social.example");
  const save = (name: string, secret: string) => {
    const uri = `https://social.example/users/${name}`;
    const keys = [
      { uri: "https://social.example/users/ana#main-key", algorithm: "rsa" as const, publicKey: Buffer.from(secret) },
    ];
    const texts = { username: name, name, summary: "", url: uri, iconUrl: null, followersUri: null, movedTo: null };
    return saveRemoteActor(db, house.makeId(), {
      uri,
      peerId: peer.id,
      kind: "person",
      inboxUri: `${uri}/inbox`,
      ...texts,
      keys,
    });
  };
  await save("mallory", "hers");
  const ana = await save("ana", "true");
  await save("mallory", "hers");
  expect(await findKey(db, "https://social.example/users/ana#main-key")).toMatchObject({
    key: { publicKey: Buffer.from("true") },
    actor: { id: ana.id },
  });
});
