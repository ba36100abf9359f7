/** What happens in a community stands on the servers of its followers, too: accepted answers, locks, pins, removals, and votes from third servers. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findActorByUri } from "../../db/queries/actors.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { acceptAnswer, withdrawAnswer } from "../../src/domain/answers/accept.ts";
import { followElsewhere } from "../../src/domain/people/follow.ts";
import { removeOthersPost, withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { setLocked } from "../../src/domain/threads/lock.ts";
import { setPinned } from "../../src/domain/threads/pin.ts";
import { unvoteHere, voteHere } from "../../src/domain/votes/here.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";

let north: TestServer;
let south: TestServer;
let west: TestServer;
let mastodon: Remote;
let piefed: Remote;
let welding: CommunityRow;
let ana: TestPerson;
let fay: TestPerson;
let wil: TestPerson;
let ben: RemotePerson;

/** So long that a machine with other work to do gets there as well. */
const WAIT = { timeout: 10_000 };
const words = { warning: "", language: "en", pictures: [] };
let forms = 0;

beforeAll(async () => {
  [north, south, west] = [await openTestServer(), await openTestServer(), await openTestServer()];
  mastodon = await openRemote({ software: "mastodon" });
  piefed = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  welding = await south.found("welding", "Welding");
  ana = await makePerson(north.app.house, "ana");
  fay = await makePerson(south.app.house, "fay");
  wil = await makePerson(west.app.house, "wil");
  await south.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${welding.id}, ${fay.id}, 'accepted', 'facilitator', ${`${fay.uri}#follows/${welding.id}`}, now())`;
  await follow(north, ana);
  await follow(west, wil);
  ben = await mastodon.addPerson("ben");
  const dora = await piefed.addPerson("dora");
  for (const person of [ben, dora]) expect((await person.follow(welding.uri)).status).toBe(202);
  await south.worker.settled();
});
afterAll(async () => {
  for (const server of [north, south, west]) await server?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await piefed?.close();
});

async function follow(at: TestServer, person: TestPerson): Promise<void> {
  await at.app.federation.lookUp(`@welding@${south.host}`);
  const targetId = (await findActorByUri(at.app.db, welding.uri))?.id as Id;
  await followElsewhere(at.app.house, { actorId: person.id, actorUri: person.uri, targetId });
  const state = async () => (await at.app.db`select state from memberships where group_id = ${targetId}`)[0]?.state;
  await vi.waitFor(async () => expect(await state()).toBe("accepted"), WAIT);
}

/** Asks in the community, and waits until the question is on both sides; returns its ActivityPub id. */
async function ask(at: TestServer, by: TestPerson): Promise<string> {
  const group = await findActorByUri(at.app.db, welding.uri);
  const { id } = await composeThread(at.app.house, by.id, {
    ...words,
    groupId: group?.id as Id,
    title: "Which rod?",
    source: "For thin stainless.",
    kind: "question",
    topicIds: [],
    linkUrl: null,
    submissionKey: `ask-${++forms}`,
  });
  const uri = `${at.origin}/posts/${id}`;
  for (const server of [north, south, west]) {
    const threadId = await here(server, uri);
    // What it is, too: only questions have answers to accept.
    expect(await server.app.db`select kind from threads where id = ${threadId}`).toEqual([{ kind: "question" }]);
  }
  return uri;
}

async function reply(at: TestServer, by: TestPerson, to: string): Promise<string> {
  const parentId = (await here(at, to)) as Id;
  const { id } = await composeReply(at.app.house, by.id, {
    ...words,
    parentId,
    source: `Answer ${++forms}.`,
    submissionKey: `reply-${forms}`,
  });
  const uri = `${at.origin}/posts/${id}`;
  for (const server of [north, south, west]) await here(server, uri);
  return uri;
}

async function here(at: TestServer, uri: string): Promise<Id> {
  await expect.poll(() => findPostByUri(at.app.db, uri), WAIT).not.toBeNull();
  return (await findPostByUri(at.app.db, uri))?.id as Id;
}

async function accepted(at: TestServer, question: string): Promise<string[]> {
  const rows = await at.app.db<{ uri: string }[]>`
    select p.uri from accepted_answers x join posts p on p.id = x.post_id join posts q on q.id = x.thread_id
    where q.uri = ${question} order by x.accepted_at`;
  return rows.map(({ uri }) => uri);
}

/** What stands right under the question as its answer, for a visitor; null when nothing does. */
async function shown(at: TestServer, question: string): Promise<string | null> {
  const { status, text } = await at.page(`/posts/${await here(at, question)}`);
  expect(status).toBe(200);
  return /<section class="accepted".*?<\/section>/s.exec(text)?.[0] ?? null;
}

async function everywhere(question: string, answers: string[]): Promise<void> {
  for (const server of [north, south, west]) await expect.poll(() => accepted(server, question), WAIT).toEqual(answers);
}

function notes(type: "Create" | "Delete"): string[] {
  return mastodon.received.flatMap(({ json }) => {
    if (json.type !== type || json.actor !== welding.uri) return [];
    return [typeof json.object === "string" ? json.object : String((json.object as { id: string }).id)];
  });
}

/** What PieFed was told, in order: what was accepted, and what no longer. */
function told(): string[] {
  return piefed.received.flatMap(({ json }) => {
    const inner = json.object as { type?: string; object?: unknown } | undefined;
    if (inner?.type === "ChooseAnswer") return [`+ ${String(inner.object)}`];
    const undone = inner?.type === "Undo" ? (inner.object as { type?: string; object?: unknown }) : null;
    return undone?.type === "ChooseAnswer" ? [`- ${String(undone.object)}`] : [];
  });
}

test("an answer that is accepted, replaced and taken back is so on every follower's server, and its note is another one each time", async () => {
  const question = await ask(south, fay);
  const [first, second] = [await reply(north, ana, question), await reply(south, fay, question)];
  const at = (uri: string) => here(south, uri);
  await acceptAnswer(south.app.house, { postId: await at(first), by: fay.id });
  await everywhere(question, [first]);
  for (const server of [north, south, west]) expect(await shown(server, question)).toContain("Answer 2.");
  await acceptAnswer(south.app.house, { postId: await at(second), by: fay.id });
  await everywhere(question, [second]);
  await acceptAnswer(south.app.house, { postId: await at(first), by: fay.id });
  await everywhere(question, [first]);
  await withdrawAnswer(south.app.house, { postId: await at(first), by: fay.id });
  await everywhere(question, []);
  for (const server of [north, south, west]) expect(await shown(server, question)).toBeNull();
  await expect.poll(told, WAIT).toEqual([first, second, first].flatMap((uri) => [`+ ${uri}`, `- ${uri}`]));
  await expect.poll(() => notes("Delete"), WAIT).toHaveLength(3);
  expect(notes("Create")).toEqual(notes("Delete"));
  expect(new Set(notes("Create")).size).toBe(3);
  await mastodon.idle();
  for (const id of notes("Create")) {
    expect(id.length).toBeLessThanOrEqual(100);
    expect(mastodon.status(id)).toBeUndefined();
    const { status, json } = await mastodon.fetch(id);
    expect([status, json?.type, json?.id]).toEqual([410, "Tombstone", id]);
  }
  const ours = await north.app.db`
    select 1 from notifications n join posts p on p.id = n.post_id where n.kind = 'answer-accepted' and p.uri = ${first} and n.actor_id = ${ana.id}`;
  expect(ours).toHaveLength(1);
});

test("whoever asked from another server accepts there, and takes it back, with their own proof", async () => {
  const question = await ask(north, ana);
  const answer = await reply(south, fay, question);
  const postId = await here(north, answer);
  await acceptAnswer(north.app.house, { postId, by: ana.id });
  await everywhere(question, [answer]);
  await expect.poll(() => told().at(-1), WAIT).toBe(`+ ${answer}`);
  const proven = { actor: ana.uri, object: answer, proof: { cryptosuite: "eddsa-jcs-2022" } };
  expect(piefed.received.map(({ json }) => json.object)).toContainEqual(
    expect.objectContaining({ ...proven, proof: expect.objectContaining(proven.proof) }),
  );
  const note = await mastodon.waitFor({ type: "Create", actor: welding.uri, object: { inReplyTo: question } });
  await withdrawAnswer(north.app.house, { postId, by: ana.id });
  await everywhere(question, []);
  const { id } = note.json.object as { id: string };
  await mastodon.waitFor({ type: "Delete", actor: welding.uri, object: id });
});

test("an accepted answer that is removed, by its author or a facilitator, is none any more, and its note is gone", async () => {
  const question = await ask(south, fay);
  const first = await reply(north, ana, question);
  await acceptAnswer(south.app.house, { postId: await here(south, first), by: fay.id });
  await everywhere(question, [first]);
  const before = notes("Delete").length;
  await withdrawOwnPost(north.app.house, ana, await here(north, first));
  await everywhere(question, []);
  await expect.poll(() => notes("Delete"), WAIT).toHaveLength(before + 1);
  await expect.poll(() => told().at(-1), WAIT).toBe(`- ${first}`);

  const second = await reply(west, wil, question);
  await acceptAnswer(south.app.house, { postId: await here(south, second), by: fay.id });
  await everywhere(question, [second]);
  await removeOthersPost(south.app.house, { postId: await here(south, second), by: fay.id, reason: "Spam" });
  await everywhere(question, []);
  await expect.poll(() => notes("Delete"), WAIT).toHaveLength(before + 2);
  // Its author's server keeps its author's words; others do not.
  const removedAt = async (server: TestServer) => (await findPostByUri(server.app.db, second))?.removedAt;
  await expect.poll(() => removedAt(north), WAIT).toBeInstanceOf(Date);
  expect(await removedAt(west)).toBeNull();
});

test("who comes later finds the answers that were accepted before", async () => {
  const question = await ask(south, fay);
  const answer = await reply(south, fay, question);
  await acceptAnswer(south.app.house, { postId: await here(south, answer), by: fay.id });
  await everywhere(question, [answer]);
  // Documents are kept on a shelf for some seconds.
  const listed = async () => (await mastodon.fetch(question)).json?.result;
  await expect.poll(listed, WAIT).toEqual([answer]);
  await using east = await openTestServer();
  await follow(east, await makePerson(east.app.house, "eva"));
  expect(await east.app.federation.fetchNextHistory()).toContain("threads");
  expect(await accepted(east, question)).toEqual([answer]);
});

test("a thread that is locked and pinned in its community is so on its followers' servers", async () => {
  const uri = await ask(south, fay);
  const threadId = await here(south, uri);
  const state = async (at: TestServer) => {
    const [row] = await at.app.db<{ locked: boolean; pinned: boolean }[]>`
      select locked_at is not null as locked, pinned_at is not null as pinned from threads where id = ${await here(at, uri)}`;
    return row;
  };
  for (const yes of [true, false]) {
    await setLocked(south.app.house, { threadId, by: fay.id, locked: yes });
    await setPinned(south.app.house, { threadId, by: fay.id, pinned: yes });
    for (const server of [north, west])
      await expect.poll(() => state(server), WAIT).toEqual({ locked: yes, pinned: yes });
    const answer = reply(north, ana, uri);
    if (yes) await expect(answer).rejects.toMatchObject({ code: "locked" });
    else await answer;
  }
});

test("a vote from one server counts on a third one by its voter's proof, once, and is taken back there", async () => {
  const uri = await ask(south, fay);
  const votes = async (at: TestServer) => {
    const rows = await at.app.db<{ vote: string }[]>`
      select a.uri || ' ' || v.kind as vote from votes v join actors a on a.id = v.actor_id join posts p on p.id = v.post_id
      where p.uri = ${uri} order by a.uri`;
    return rows.map(({ vote }) => vote);
  };
  const stand = async (expected: string[]) => {
    for (const server of [west, south, north]) await expect.poll(() => votes(server), WAIT).toEqual(expected);
  };
  const act = { postId: await here(west, uri), by: wil, emoji: "" } as const;
  await voteHere(west.app.house, { ...act, kind: "up" });
  await stand([`${wil.uri} up`]);
  await voteHere(west.app.house, { ...act, kind: "down" });
  await stand([`${wil.uri} down`]);
  await unvoteHere(west.app.house, { ...act, kind: "down" });
  await stand([]);
});
