/** Polls between servers: one that begins here and is voted in from a microblog, and one that begins there and is voted in from here. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { readPoll } from "../../db/views/poll.ts";
import { tellPolls } from "../../src/domain/polls/count.ts";
import { voteInPoll } from "../../src/domain/polls/vote.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

let ours: TestServer;
let mastodon: Remote;
let forum: Remote;
let lemmy: Remote;
let welding: CommunityRow;
let ana: TestPerson;
let ben: RemotePerson;
let eve: RemotePerson;
let poll: Id;
let uri: string;
let n = 0;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  forum = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  lemmy = await openRemote({ software: "lemmy" });
  welding = await ours.found("welding", "Welding");
  ana = await makePerson(ours.app.house, "ana");
  [ben, eve] = [await mastodon.addPerson("ben"), await mastodon.addPerson("eve")];
  const followers = [ben, await forum.addPerson("cara"), await lemmy.addPerson("lou")];
  for (const person of followers) expect((await person.follow(welding.uri)).status).toBe(202);
  await settled();
  poll = await begin("Argon\nHelium & more", false);
  uri = `${ours.origin}/posts/${poll}`;
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await forum?.close();
  await lemmy?.close();
});

async function settled(): Promise<void> {
  await ours.worker.settled();
  await Promise.all([mastodon.idle(), forum.idle(), lemmy.idle()]);
}

async function begin(options: string, multiple: boolean): Promise<Id> {
  const { id } = await composeThread(ours.app.house, ana.id, {
    groupId: welding.id,
    title: "Which gas?",
    source: `For thin sheet, @ben@${mastodon.host}.`,
    kind: "poll",
    topicIds: [],
    linkUrl: null,
    poll: { options, multiple, days: 7 },
    warning: "",
    language: "en",
    pictures: [],
    submissionKey: `form-${++n}`,
  });
  return id;
}

/**
 * What the community passed on to the forum, with so many voters where that is given. The scripted one is Lemmy underneath, and Lemmy knows no
 * polls: it refuses them.
 */
function passedOn(type: string, object: string, votersCount?: number): Promise<Doc> {
  return vi.waitFor(() => {
    const found = forum.received
      .filter(({ json }) => json.type === "Announce" && (json.object as Doc).type === type)
      .map(({ json }) => (json.object as Doc).object as Doc)
      .findLast((told) => told.id === object && (votersCount === undefined || told.votersCount === votersCount));
    if (!found) throw new Error(`no ${type} of ${object}`);
    return found;
  }, 30_000);
}

/** As Mastodon sends a vote: no content, no time, to the poll's author alone. */
function vote(by: RemotePerson, option: string, rest: Doc = {}, key = ++n): Doc {
  const id = `${by.id}#votes/${key}`;
  const object = { id, type: "Note", name: option, attributedTo: by.id, to: ana.uri, inReplyTo: uri, ...rest };
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${id}/activity`,
    type: "Create",
    actor: by.id,
    to: ana.uri,
    object,
  };
}
const send = (by: RemotePerson, activity: Doc) => by.send(activity, { to: `${ana.uri}/inbox` });
const counts = async (id: Id) => (await readPoll(ours.app.db, id, ana.id))?.options.map(({ votes }) => votes);
const posts = async () => (await ours.app.db<{ n: number }[]>`select count(*)::int as n from posts`)[0]?.n;

test("a poll of ours is a Question to everybody: without a name to microblogs, with one to forums", async () => {
  const direct = await mastodon.waitFor({ type: "Create", actor: ana.uri, object: { id: uri } });
  const passed = await passedOn("Create", uri);
  await settled();
  const question = {
    id: uri,
    type: "Question",
    votersCount: 0,
    oneOf: [
      { type: "Note", name: "Argon", replies: { type: "Collection", totalItems: 0 } },
      { type: "Note", name: "Helium & more", replies: { type: "Collection", totalItems: 0 } },
    ],
  };
  const note = direct.json.object as Doc;
  expect(note).toMatchObject(question);
  expect(note).not.toHaveProperty("name");
  expect(note).not.toHaveProperty("anyOf");
  expect(note).not.toHaveProperty("closed");
  expect(note.content).toMatch(/^<p><strong>Which gas\?<\/strong><\/p><p>For thin sheet/);
  const days = (Date.parse(String(note.endTime)) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThan(7.1);
  expect(passed).toMatchObject({ ...question, name: "Which gas?" });
  expect((await mastodon.fetch(uri)).json).toMatchObject(question);
  expect(mastodon.status(uri)).toMatchObject({ content: expect.stringContaining("Which gas?") });
  expect(mastodon.complaints).toEqual([]);
});

test("to a forum that knows no polls, a poll of ours is a page with what is asked in its words, and counts are not told", async () => {
  await settled();
  expect(lemmy.status(uri)).toMatchObject({ title: "Which gas?", author: ana.uri });
  const page = (await lemmy.fetch(uri)).json;
  expect(page).toMatchObject({ type: "Page", name: "Which gas?" });
  expect(page).not.toHaveProperty("oneOf");
  expect(page?.content).toContain(
    `<ul><li>Argon</li><li>Helium &amp; more</li></ul><p><a href="${uri}">${uri}</a></p>`,
  );
  expect(lemmy.complaints).toEqual([]);
});

test("votes from elsewhere count once, and are never replies", async () => {
  const before = await posts();
  expect((await send(ben, vote(ben, "Helium & more"))).status).toBe(202);
  expect((await send(ben, vote(ben, "Argon"))).status).toBe(202);
  const twice = vote(eve, "Argon");
  expect((await send(eve, twice)).status).toBe(202);
  expect((await send(eve, twice)).status).toBe(202);
  expect((await send(eve, vote(eve, "Propane"))).status).toBe(202);
  expect(await counts(poll)).toEqual([1, 1]);
  expect(await posts()).toBe(before);
});

test("nobody votes for somebody else", async () => {
  const stranger = await mastodon.addPerson("mallory");
  expect((await stranger.send(vote(ben, "Argon"), { to: `${ana.uri}/inbox` })).status).toBe(401);
  expect((await send(stranger, vote(stranger, "Argon", { attributedTo: eve.id }))).status).toBe(403);
  const unsaid = vote(stranger, "Argon");
  delete (unsaid.object as Doc).attributedTo;
  expect((await send(stranger, unsaid)).status).toBe(403);
  expect((await send(stranger, vote(stranger, "Argon", { id: "https://other.example/votes/1" }))).status).toBe(403);
  expect(await counts(poll)).toEqual([1, 1]);
});

test("what has words, a name and a parent is a reply", async () => {
  const id = `${ben.id}/statuses/named`;
  const reply = vote(ben, "Re: Which gas?", {
    id,
    content: "<p>It depends.</p>",
    to: [PUBLIC, ana.uri],
    cc: [welding.uri],
  });
  expect((await send(ben, reply)).status).toBe(202);
  expect(await findPostByUri(ours.app.db, id)).toMatchObject({ parentId: poll });
});

test("the count goes out to all who have the poll", async () => {
  await tellPolls(ours.app.house);
  const direct = await mastodon.waitFor({ type: "Update", actor: ana.uri, object: { id: uri, votersCount: 2 } });
  expect(direct.json.object).toMatchObject({
    type: "Question",
    oneOf: [{ replies: { totalItems: 1 } }, { replies: { totalItems: 1 } }],
  });
  expect(await passedOn("Update", uri, 2)).toMatchObject({ type: "Question", name: "Which gas?" });
  await settled();
  expect(mastodon.complaints).toEqual([]);
  expect(JSON.stringify(lemmy.received.map(({ json }) => json))).not.toContain('"Update"');
});

test.each(["Service", "Application"] as const)("what a %s chooses is not counted (R81)", async (type) => {
  const bot = await mastodon.addPerson(`a${type.toLowerCase()}`, { type });
  const before = await counts(poll);
  expect((await send(bot, vote(bot, "Argon"))).status).toBe(202);
  expect(await counts(poll)).toEqual(before);
});

test("a poll that is over takes no votes, and says once that it is closed", async () => {
  const { db, house } = ours.app;
  await db`update polls set closes_at = now() - interval '1 second' where thread_id = ${poll}`;
  const late = await mastodon.addPerson("late");
  expect((await send(late, vote(late, "Argon"))).status).toBe(202);
  expect(await counts(poll)).toEqual([1, 1]);
  await tellPolls(house);
  const closed = await mastodon.waitFor(
    ({ json }) => json.type === "Update" && (json.object as Doc).closed !== undefined,
  );
  expect(closed.json.object).toMatchObject({ id: uri, votersCount: 2 });
  expect(Date.parse(String((closed.json.object as Doc).closed))).toBeLessThan(Date.now());
});

test("where several may be chosen, each option comes in a letter of its own", async () => {
  const several = await begin("Argon\nHelium\nCO2", true);
  const inReplyTo = `${ours.origin}/posts/${several}`;
  expect((await mastodon.fetch(inReplyTo)).json).toMatchObject({
    type: "Question",
    anyOf: [{ name: "Argon" }, { name: "Helium" }, { name: "CO2" }],
  });
  for (const option of ["Argon", "CO2", "CO2"])
    expect((await send(ben, vote(ben, option, { inReplyTo }))).status).toBe(202);
  expect(await readPoll(ours.app.db, several, null)).toMatchObject({
    voters: 1,
    options: [{ votes: 1 }, { votes: 0 }, { votes: 1 }],
  });
});

function question(id: string, votes: number[], rest: Doc = {}): Doc {
  return {
    id,
    type: "Question",
    attributedTo: ben.id,
    content: `<p>Do you preheat?</p>`,
    published: new Date().toISOString(),
    to: [PUBLIC],
    cc: [welding.uri],
    endTime: new Date(Date.now() + 86_400_000).toISOString(),
    votersCount: votes.reduce((a, b) => a + b),
    oneOf: ["Yes, always", "Never"].map((name, index) => ({
      type: "Note",
      name,
      replies: { type: "Collection", totalItems: votes[index] },
    })),
    ...rest,
  };
}
const told = (type: string, object: Doc): Doc => ({
  "@context": "https://www.w3.org/ns/activitystreams",
  id: `${String(object.id)}#${type}/${++n}`,
  type,
  actor: ben.id,
  to: [PUBLIC],
  cc: [welding.uri],
  object,
});

test("a poll from elsewhere is a poll here, too: votes go to its author alone, and its server counts", async () => {
  const { db, house } = ours.app;
  const id = `${ben.id}/statuses/poll`;
  expect((await send(ben, told("Create", question(id, [3, 1])))).status).toBe(202);
  const post = await findPostByUri(db, id);
  if (!post) throw new Error("no poll");
  expect(await counts(post.id)).toEqual([3, 1]);
  await passedOn("Create", id);
  await settled();
  await voteInPoll(house, { threadId: post.id, by: ana, chosen: [0] });
  const letter = await mastodon.waitFor({ type: "Create", actor: ana.uri, object: { inReplyTo: id } });
  expect(letter.signature).toMatchObject({ verified: true, actor: ana.uri });
  expect(letter.json).toMatchObject({ to: [ben.id], cc: [] });
  const object = letter.json.object as Doc;
  expect(object).toMatchObject({ type: "Note", name: "Yes, always", attributedTo: ana.uri, to: [ben.id] });
  expect(object).not.toHaveProperty("content");
  expect(object).not.toHaveProperty("published");
  expect(String(object.id)).toMatch(new RegExp(`^${ana.uri}#`));
  await settled();
  expect(forum.received.filter(({ body }) => body.includes(String(object.id)))).toEqual([]);
  expect(await readPoll(db, post.id, ana.id)).toMatchObject({ own: [0], onItsWay: true });

  // The same words, another count; nobody else may say so, and the community passes it on.
  expect(
    (await send(eve, { ...told("Update", question(id, [90, 1])), actor: eve.id, id: `${eve.id}#forged` })).status,
  ).toBe(403);
  expect((await send(ben, told("Update", question(id, [4, 1])))).status).toBe(202);
  expect(await counts(post.id)).toEqual([4, 1]);
  expect(await readPoll(db, post.id, ana.id)).toMatchObject({ voters: 5, onItsWay: false });
  await passedOn("Update", id, 5);
  await settled();
  const toLemmy = lemmy.received
    .filter(({ json }) => json.type === "Announce")
    .map(({ json }) => (json.object as Doc).type);
  expect(toLemmy).toContain("Create");
  expect(toLemmy).not.toContain("Update");
  // It cannot read a Question, neither when it comes nor when its words change.
  const edited = question(id, [4, 1], { content: "<p>Do you preheat at all?</p>", updated: new Date().toISOString() });
  expect((await send(ben, told("Update", edited))).status).toBe(202);
  await passedOn("Update", id);
  await settled();
  expect(lemmy.received.filter(({ body }) => body.includes('"Question"'))).toEqual([]);
});

test("what a poll claims is held to limits", async () => {
  const { db } = ours.app;
  const option = (name: unknown, totalItems: unknown) => ({
    type: "Note",
    name,
    replies: { type: "Collection", totalItems },
  });
  const id = `${ben.id}/statuses/odd`;
  const odd = question(id, [0, 0], {
    oneOf: [
      option("x".repeat(400), -1),
      option("", 1),
      option("Half", 1.5),
      option("Huge", 1e300),
      option(7, 1),
      "no",
      option("Text", "9"),
    ],
    votersCount: "many",
    endTime: "whenever",
  });
  expect((await send(ben, told("Create", odd))).status).toBe(202);
  const post = await findPostByUri(db, id);
  const read = post && (await readPoll(db, post.id, null));
  expect(read?.options.map(({ text, votes }) => [text.length, votes])).toEqual([
    [300, 0],
    [4, 0],
    [4, 0],
    [4, 0],
  ]);
  expect(read).toMatchObject({ voters: null, closesAt: null, closed: false });
  const tooMany = question(`${ben.id}/statuses/many`, [0, 0], {
    oneOf: Array.from({ length: 21 }, (_, i) => option(`${i}`, 0)),
  });
  expect((await send(ben, told("Create", tooMany))).status).toBe(400);
});

test("the lists of a community hold what their reader can read: polls for those who know them, pages for Lemmy and strangers", async () => {
  await ours.app.db`update threads set pinned_at = now() where group_id = ${welding.id}`;
  const types = async (by: Remote, name: "outbox" | "featured", signed = true) => {
    const { json } = await by.fetch(`${welding.uri}/${name}`, { signed });
    return ((json?.orderedItems ?? []) as Doc[])
      .map((item) => (name === "outbox" ? ((item.object as Doc).object as Doc) : item))
      .map(({ id, type }) => `${String(type)} ${String(id)}`);
  };
  const theirs = `Question ${ben.id}/statuses/poll`;
  for (const name of ["outbox", "featured"] as const) {
    await expect.poll(() => types(forum, name), { timeout: 8_000 }).toContain(theirs);
    expect(await types(forum, name)).toContain(`Question ${uri}`);
    for (const read of [() => types(lemmy, name), () => types(lemmy, name, false), () => types(mastodon, name)]) {
      await expect.poll(read, { timeout: 8_000 }).toContain(`Page ${uri}`);
      expect((await read()).filter((item) => item.startsWith("Question"))).toEqual([]);
    }
  }
});
