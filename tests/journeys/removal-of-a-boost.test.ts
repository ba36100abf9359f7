/** What a community boosted it takes back when its author does: by deleting the thread, by hiding it, or by leaving altogether. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import {
  type Doc,
  openRemote,
  type ReceivedActivity,
  type Remote,
  type RemotePerson,
  type RemotePost,
} from "../support/remote/index.ts";

let ours: TestServer;
let welding: CommunityRow;
let home: Remote;
let ana: RemotePerson;
let ben: RemotePerson;
let lemmy: Remote;
/** Mastodon and GoToSocial, each with somebody who follows the community. */
let readers: { remote: Remote; reader: RemotePerson }[];
let kept: RemotePost;

beforeAll(async () => {
  ours = await openTestServer();
  welding = await ours.found("welding", "Welding");
  home = await openRemote({ software: "mastodon" });
  [ana, ben] = [await home.addPerson("ana"), await home.addPerson("ben")];
  lemmy = await openRemote({ software: "lemmy" });
  const lena = await lemmy.addPerson("lena");
  await lena.follow(welding.uri);
  await lemmy.waitFor({ type: "Accept" });
  readers = [];
  for (const software of ["mastodon", "gotosocial"] as const) {
    const remote = await openRemote({ software });
    const reader = await remote.addPerson("reader");
    await reader.follow(welding.uri);
    await remote.waitFor({ type: "Accept" });
    readers.push({ remote, reader });
  }
  kept = await ben.post({ text: "This one stays.", mention: welding.uri });
  await boostsOf(kept);
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  for (const remote of [home, lemmy, ...(readers ?? []).map(({ remote }) => remote)]) await remote?.close();
});

/** The boost of a thread as each reader's server was sent it. */
const boostsOf = (thread: RemotePost): Promise<ReceivedActivity[]> =>
  Promise.all(readers.map(({ remote }) => remote.waitFor({ type: "Announce", object: thread.id })));

/** Waits until every reader's server was told that the boost of this thread is undone, and shows it no more. */
async function undone(thread: RemotePost, boosts: ReceivedActivity[]): Promise<void> {
  for (const [i, { remote, reader }] of readers.entries()) {
    const boost = boosts[i]?.json;
    const undo = await remote.waitFor({
      type: "Undo",
      actor: welding.uri,
      object: { id: boost?.id, type: "Announce", object: thread.id },
    });
    expect(undo.signature).toMatchObject({ verified: true, actor: welding.uri });
    await remote.idle();
    expect(remote.timeline(reader).map(({ id }) => id)).not.toContain(thread.id);
  }
}

const undos = (thread: RemotePost) =>
  readers.map(
    ({ remote }) =>
      remote.received.filter(({ json }) => json.type === "Undo" && (json.object as Doc).object === thread.id).length,
  );

test("a boost can be looked up under its id as long as its thread is there", async () => {
  const thread = await ana.post({ text: "Shall I delete this?", mention: welding.uri });
  const [boost] = await boostsOf(thread);
  const path = new URL(String(boost?.json.id)).pathname;
  const { json } = await ours.document(path);
  expect(json).toMatchObject({ id: boost?.json.id, type: "Announce", actor: welding.uri, object: thread.id });
  await ana.remove(thread, { deliverTo: [`${ours.origin}/inbox`] });
  // Another URL than before, for documents are kept for some seconds.
  expect((await ours.document(`${path}?now`)).status).toBe(410);
});

test("when its author deletes the thread, the boost is taken back once, and forums are told by the author's own words", async () => {
  const thread = await ana.post({ text: "I said too much.", mention: welding.uri });
  const boosts = await boostsOf(thread);
  const removal = await ana.remove(thread);
  await undone(thread, boosts);
  const told = await lemmy.waitFor({ type: "Announce", object: { id: removal.activity.id } });
  expect(told.body).toContain(JSON.stringify(removal.activity));
  expect(lemmy.status(thread.id)).toBeUndefined();
  expect((await ana.send(removal.activity, { to: `${welding.uri}/inbox` })).status).toBe(202);
  await ana.send({ ...removal.activity, id: `${ana.id}#delete/again` }, { to: `${welding.uri}/inbox` });
  await ours.worker.settled();
  expect(undos(thread)).toEqual([1, 1]);
});

test("a thread that is deleted before its boost was sent leaves nothing behind: the boost comes first, the Undo second", async () => {
  for (const { remote } of readers) remote.fail.delayMs = 150;
  const thread = await ana.post({ text: "Oops.", mention: welding.uri });
  await ana.remove(thread);
  for (const { remote } of readers) remote.fail.delayMs = 0;
  await undone(thread, await boostsOf(thread));
  for (const { remote } of readers) {
    const types = remote.received
      .filter(({ json }) => JSON.stringify(json).includes(thread.id))
      .map(({ json }) => json.type);
    expect(types).toEqual(["Announce", "Undo"]);
  }
});

test("a reply that is deleted was never boosted, and nothing is undone for it", async () => {
  const before = readers.map(({ remote }) => remote.received.length);
  const reply = await ana.reply(kept, { text: "Me too." });
  await ana.remove(reply);
  await ours.worker.settled();
  expect(readers.map(({ remote }) => remote.received.length)).toEqual(before);
});

test("a thread that its author hides from the public is taken back as well", async () => {
  const thread = await ana.post({ text: "For everybody.", mention: welding.uri });
  const boosts = await boostsOf(thread);
  const edit = await ana.edit(thread, { text: "For my followers.", extra: { to: [`${ana.id}/followers`], cc: [] } });
  await undone(thread, boosts);
  // Nobody else gets to read them, and they are not kept.
  await ours.worker.settled();
  for (const remote of [lemmy, ...readers.map((each) => each.remote)]) {
    expect(remote.received.filter(({ body }) => body.includes("For my followers."))).toEqual([]);
  }
  expect([...(await ours.app.db`select body from received where uri = ${edit.activity.id as string}`)]).toEqual([
    { body: "" },
  ]);
});

test("when an account closes, every boost of its threads is taken back, and what others wrote stays boosted", async () => {
  const threads: RemotePost[] = [];
  for (const text of ["My first.", "My second.", "My third."])
    threads.push(await ana.post({ text, mention: welding.uri }));
  const boosts = await Promise.all(threads.map(boostsOf));
  await ana.reply(kept, { text: "Goodbye." });
  const farewell = await ana.deleteAccount({ deliverTo: [`${ours.origin}/inbox`] });
  expect(farewell.status).toBe(202);
  for (const [i, thread] of threads.entries()) await undone(thread, boosts[i] ?? []);
  for (const { remote, reader } of readers) expect(remote.timeline(reader).map(({ id }) => id)).toEqual([kept.id]);
  const { text } = await ours.page("/c/welding");
  expect(text).toContain("This one stays.");
  for (const words of ["My first.", "My second.", "My third."]) expect(text).not.toContain(words);
  expect(
    await ours.app
      .db`select from posts p join actors a on a.id = p.author_id where a.uri = ${ana.id} and p.content <> ''`,
  ).toHaveLength(0);
});

test("nobody found anything wrong, and nothing is left to say", async () => {
  await ours.worker.settled();
  for (const { remote } of readers) expect(remote.complaints).toEqual([]);
  expect(lemmy.complaints).toEqual([]);
  expect(await ours.app.db`select from dead_letters union all select from deliveries`).toHaveLength(0);
});
