/** What people here write, as it reaches other servers: a thread has two faces, and everything is passed on with its author's proof. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPost, findPostByUri } from "../../db/queries/posts.ts";
import { acceptAnswer } from "../../src/domain/answers/accept.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { setLocked } from "../../src/domain/threads/lock.ts";
import { setPinned } from "../../src/domain/threads/pin.ts";
import { castVote } from "../../src/domain/votes/cast.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
/** Knows nobody here but the community. */
let gotosocial: Remote;
let lemmy: Remote;
let piefed: Remote;
let welding: CommunityRow;
let ana: TestPerson;
let ben: RemotePerson;
let cara: RemotePerson;
let thread: Id;
let answer: RemotePost;
let reply: Id;

const words = { warning: "", language: "en", pictures: [] };

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  gotosocial = await openRemote({ software: "gotosocial" });
  lemmy = await openRemote({ software: "lemmy" });
  piefed = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  welding = await ours.found("welding", "Welding");
  ana = await makePerson(ours.app.house, "ana");
  await ours.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${welding.id}, ${ana.id}, 'accepted', 'facilitator', ${`${ana.uri}#follows/${welding.id}`}, now())`;
  [ben, cara] = [await mastodon.addPerson("ben"), await lemmy.addPerson("cara")];
  const [dora, eva] = [await piefed.addPerson("dora"), await gotosocial.addPerson("eva")];
  for (const person of [ben, cara, dora, eva]) expect((await person.follow(welding.uri)).status).toBe(202);
  await ours.worker.settled();
  await Promise.all([mastodon.idle(), gotosocial.idle(), lemmy.idle(), piefed.idle()]);
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await gotosocial?.close();
  await lemmy?.close();
  await piefed?.close();
});

test("a thread reaches microblogs as a boost of a note, and forums as a page in its author's own Create", async () => {
  const posted = await composeThread(ours.app.house, ana.id, {
    ...words,
    groupId: welding.id,
    title: "Which rod for thin stainless?",
    source: `It burns through *every* time. Ask @ben@${mastodon.host}.`,
    kind: "question",
    topicIds: [],
    linkUrl: null,
    submissionKey: "one",
  });
  thread = posted.id;
  const uri = `${ours.origin}/posts/${thread}`;
  await mastodon.waitFor({ type: "Announce", object: uri });
  const direct = await mastodon.waitFor({ type: "Create", actor: ana.uri });
  expect(direct.signature).toMatchObject({ verified: true, actor: ana.uri });
  const page = await lemmy.waitFor({ type: "Announce", object: { type: "Create", actor: ana.uri } });
  await settled();

  const note = direct.json.object as Record<string, unknown>;
  expect(note).toMatchObject({ id: uri, type: "Note", attributedTo: ana.uri, audience: welding.uri });
  expect(note).not.toHaveProperty("name");
  expect(note).not.toHaveProperty("summary");
  expect(note.content).toMatch(/^<p><strong>Which rod for thin stainless\?<\/strong><\/p>/);
  expect(note.content).toContain("#<span>question</span>");
  expect(note.tag).toContainEqual({ type: "Mention", href: welding.uri, name: `@welding@${ours.host}` });
  expect(note.tag).toContainEqual({ type: "Mention", href: ben.id, name: ben.handle });
  expect(mastodon.notifications(ben)).toContainEqual(expect.objectContaining({ type: "mention", from: ana.uri }));
  expect(mastodon.timeline(ben)[0]).toMatchObject({ kind: "boost", id: uri, boostedBy: welding.uri });

  const inner = page.json.object as Record<string, unknown>;
  expect(inner).toMatchObject({ id: `${uri}#create`, proof: { verificationMethod: `${ana.uri}#ed25519-key` } });
  expect(inner.object).toMatchObject({ type: "Page", name: "Which rod for thin stainless?" });
  expect(lemmy.status(uri)).toMatchObject({ title: "Which rod for thin stainless?", author: ana.uri });
  expect(lemmy.complaints).toEqual([]);
  expect(mastodon.complaints).toEqual([]);
  expect(gotosocial.complaints).toEqual([]);
});

/** What a server was told of a post by its author. */
function said(remote: Remote, type: string, uri: string): unknown[] {
  return remote.received.filter(
    ({ json: { type: it, actor, object } }) =>
      it === type && actor === ana.uri && [object, (object as { id?: string } | undefined)?.id].includes(uri),
  );
}

test("fetched, it shows forums the page and everybody else the note", async () => {
  const uri = `${ours.origin}/posts/${thread}`;
  expect((await mastodon.fetch(uri)).json).toMatchObject({ type: "Note", id: uri });
  expect((await lemmy.fetch(uri)).json).toMatchObject({ type: "Page", id: uri });
  expect((await ours.document(`/posts/${thread}`)).json).toMatchObject({ type: "Note" });
  await expect
    .poll(() => listed("/c/welding/outbox"))
    .toMatchObject([{ type: "Announce", object: { type: "Create", object: { id: uri } } }]);
  await expect.poll(() => listed("/u/ana/outbox")).toMatchObject([{ type: "Create", object: { id: uri } }]);
  expect((await ours.document(`/boosts/${thread}`)).json).toMatchObject({ type: "Announce", object: uri });
});

test("an answer from elsewhere, and a reply to it from here", async () => {
  answer = await ben.reply(`${ours.origin}/posts/${thread}`, { text: "Try 1.6 mm 308L." });
  expect(answer.status).toBe(202);
  const parent = await findPostByUri(ours.app.db, answer.id);
  const posted = await composeReply(ours.app.house, ana.id, {
    ...words,
    parentId: parent?.id as Id,
    source: "That did it!",
    submissionKey: "two",
  });
  reply = posted.id;
  const uri = `${ours.origin}/posts/${reply}`;
  const direct = await mastodon.waitFor({ type: "Create", object: { id: uri } });
  expect(direct.json.object).toMatchObject({ type: "Note", inReplyTo: answer.id, content: "<p>That did it!</p>" });
  await lemmy.waitFor({ type: "Announce", object: { type: "Create", object: { id: uri } } });
  await settled();
  expect(mastodon.replies(answer.id).map(({ id }) => id)).toEqual([uri]);
  // Replies are never boosted.
  expect(mastodon.received.filter(({ json }) => json.type === "Announce" && json.object === uri)).toEqual([]);
});

test("a vote goes to the author of what is voted on, and is passed on to forums", async () => {
  const post = await findPostByUri(ours.app.db, answer.id);
  if (!post) throw new Error("The answer is not here.");
  await castVote(ours.app.house, { post, by: ana.id, kind: "up", emoji: "", uri: `${ana.uri}#up/${post.id}` });
  await mastodon.waitFor({ type: "Like", actor: ana.uri, object: answer.id });
  await lemmy.waitFor({ type: "Announce", object: { type: "Like", object: answer.id } });
  await settled();
  expect(mastodon.status(answer.id)?.likes).toEqual([ana.uri]);
  expect(lemmy.status(answer.id)?.likes).toEqual([ana.uri]);
});

test("an accepted answer is a ChooseAnswer to PieFed alone, a note by the community to microblogs, and said by the question itself", async () => {
  const post = await findPostByUri(ours.app.db, answer.id);
  await acceptAnswer(ours.app.house, { postId: post?.id as Id, by: ana.id });
  await lemmy.waitFor({ type: "Announce", object: { type: "Update", object: { result: [answer.id] } } });
  const note = await mastodon.waitFor({ type: "Create", actor: welding.uri });
  await settled();
  // The scripted forum refuses it like Lemmy; what matters is who was sent it.
  const chosen = (remote: Remote) =>
    remote.received.filter(({ json }) => (json.object as { type?: string } | undefined)?.type === "ChooseAnswer")
      .length;
  expect([chosen(piefed), chosen(lemmy), chosen(mastodon)]).toEqual([1, 0, 0]);
  const object = note.json.object as Record<string, unknown>;
  expect(object).toMatchObject({
    type: "Note",
    attributedTo: welding.uri,
    inReplyTo: `${ours.origin}/posts/${thread}`,
  });
  expect(object.content).toContain(ben.handle);
  expect((await mastodon.fetch(String(object.id))).json).toMatchObject({ id: object.id, type: "Note" });
});

test("pinning and locking are passed on to forums", async () => {
  await setPinned(ours.app.house, { threadId: thread, by: ana.id, pinned: true });
  await setLocked(ours.app.house, { threadId: thread, by: ana.id, locked: true });
  await lemmy.waitFor({ type: "Announce", object: { type: "Add", target: `${welding.uri}/featured` } });
  await lemmy.waitFor({ type: "Announce", object: { type: "Lock" } });
  await settled();
  expect(lemmy.status(`${ours.origin}/posts/${thread}`)).toMatchObject({ pinned: true, locked: true });
  await expect
    .poll(() => listed("/c/welding/featured"))
    .toMatchObject([{ id: `${ours.origin}/posts/${thread}`, type: "Page" }]);
});

test("an edit is an Update with a new time", async () => {
  await reviseOwnPost(ours.app.house, ana.id, { ...words, postId: reply, source: "That did it, thank you!" });
  const uri = `${ours.origin}/posts/${reply}`;
  const update = await mastodon.waitFor({ type: "Update", object: { id: uri } });
  expect(update.signature).toMatchObject({ verified: true, actor: ana.uri });
  await lemmy.waitFor({ type: "Announce", object: { type: "Update", object: { id: uri } } });
  await settled();
  expect(mastodon.status(uri)).toMatchObject({ edited: true, content: expect.stringContaining("thank you") });
});

test("an edit of what opens a thread reaches whoever has it by the community's boost, once", async () => {
  const uri = `${ours.origin}/posts/${thread}`;
  const source = `It burned through, @ben@${mastodon.host}.`;
  await reviseOwnPost(ours.app.house, ana.id, { ...words, postId: thread, source });
  for (const remote of [mastodon, gotosocial]) {
    const update = await remote.waitFor({ type: "Update", actor: ana.uri, object: { id: uri, type: "Note" } });
    expect(update.signature).toMatchObject({ verified: true, actor: ana.uri });
  }
  await settled();
  for (const remote of [mastodon, gotosocial]) {
    expect(remote.status(uri)).toMatchObject({ edited: true, content: expect.stringContaining("It burned through") });
    expect(said(remote, "Update", uri)).toHaveLength(1);
  }
  // Forums have it from the community alone.
  expect(said(lemmy, "Update", uri)).toHaveLength(0);
});

test("a removal takes it back everywhere", async () => {
  const uri = `${ours.origin}/posts/${thread}`;
  const post = await findPost(ours.app.db, thread);
  await removeOwnPost(ours.app.house, { post, uri, by: ana.id, ownerUri: ana.uri });
  await mastodon.waitFor({ type: "Delete", actor: ana.uri, object: uri });
  await mastodon.waitFor({ type: "Undo", actor: welding.uri });
  await lemmy.waitFor({ type: "Announce", object: { type: "Delete", object: uri } });
  await settled();
  for (const remote of [mastodon, gotosocial]) {
    expect(remote.status(uri)).toBeUndefined();
    expect(said(remote, "Delete", uri)).toHaveLength(1);
  }
  expect((await ours.document(`/posts/${thread}`)).status).toBe(410);
  // What was answered in it is not served any more either, once the shelf is empty.
  await expect.poll(async () => (await ours.document(`/posts/${reply}`)).status).toBe(404);
  await expect.poll(() => listed("/u/ana/outbox")).toEqual([]);
  expect(lemmy.complaints).toEqual([]);
  expect(mastodon.complaints).toEqual([]);
});

/** Documents are kept on a shelf for some seconds. */
async function listed(path: string): Promise<unknown> {
  return (await ours.document(path)).json.orderedItems;
}

async function settled(): Promise<void> {
  await ours.worker.settled();
  await Promise.all([mastodon.idle(), gotosocial.idle(), lemmy.idle(), piefed.idle()]);
}

test("a thread from elsewhere that names somebody here tells them, first-hand", async () => {
  const sent = await ben.post({ text: "Ana would know.\nWhich gas?", mention: [welding.uri, ana.uri] });
  expect(sent.status).toBe(202);
  await ours.worker.settled();
  const told = await ours.app.db<{ kind: string }[]>`
    select n.kind from notifications n join posts p on p.id = n.post_id where n.actor_id = ${ana.id} and p.uri = ${sent.id}`;
  expect(told).toEqual([{ kind: "mention" }]);
});
