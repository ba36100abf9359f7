/** What somebody takes back and says again is a new letter each time: servers pass over an id that they have seen before (R8). */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findActorByUri } from "../../db/queries/actors.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { acceptAnswer, withdrawAnswer } from "../../src/domain/answers/accept.ts";
import { followElsewhere, unfollowElsewhere } from "../../src/domain/people/follow.ts";
import { removeOthersPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { moveToCommunity } from "../../src/domain/threads/move.ts";
import { unvoteHere, voteHere } from "../../src/domain/votes/here.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openRemote } from "../support/remote/index.ts";

let north: TestServer;
let south: TestServer;
let welding: CommunityRow;
let ana: TestPerson;
let fay: TestPerson;
let thread: Id;

/** So long that a machine with other work to do gets there as well. */
const WAIT = { timeout: 10_000 };
const words = { warning: "", language: "en", pictures: [] };

beforeAll(async () => {
  [north, south] = [await openTestServer(), await openTestServer()];
  welding = await south.found("welding", "Welding");
  ana = await makePerson(north.app.house, "ana");
  fay = await makePerson(south.app.house, "fay");
  await south.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${welding.id}, ${fay.id}, 'accepted', 'facilitator', ${`${fay.uri}#follows/${welding.id}`}, now())`;
  thread = (
    await composeThread(south.app.house, fay.id, {
      ...words,
      groupId: welding.id,
      title: "Which rod?",
      source: "For thin stainless.",
      kind: "question",
      topicIds: [],
      linkUrl: null,
      submissionKey: "said-again-thread",
    })
  ).id;
});
afterAll(async () => {
  await north?.[Symbol.asyncDispose]();
  await south?.[Symbol.asyncDispose]();
});

async function settled(): Promise<void> {
  for (const server of [north, south, north]) await server.worker.settled();
}

test("who left a community of another server can follow it again", async () => {
  await north.app.federation.lookUp(`@welding@${south.host}`);
  const there = await findActorByUri(north.app.db, welding.uri);
  const act = { actorId: ana.id, actorUri: ana.uri, targetId: there?.id as Id };
  const membersAt = async () => {
    const rows = await south.app.db<{ uri: string }[]>`
      select a.uri from memberships m join actors a on a.id = m.actor_id where m.group_id = ${welding.id} and a.peer_id is not null`;
    return rows.map(({ uri }) => uri);
  };
  const stateHere = async () => {
    const rows = await north.app.db<{ state: string }[]>`
      select state from memberships where actor_id = ${ana.id} and group_id = ${act.targetId}`;
    return rows.map(({ state }) => state);
  };
  for (let round = 1; round <= 2; round++) {
    await followElsewhere(north.app.house, act);
    await settled();
    await expect.poll(stateHere, WAIT).toEqual(["accepted"]);
    expect(await membersAt()).toEqual([ana.uri]);
    await unfollowElsewhere(north.app.house, act);
    await settled();
    await expect.poll(membersAt, WAIT).toEqual([]);
  }
  await followElsewhere(north.app.house, act);
  await settled();
  await expect.poll(stateHere, WAIT).toEqual(["accepted"]);
});

test("a vote that was taken back counts when it is cast again", async () => {
  const uri = `${south.origin}/posts/${thread}`;
  const reply = await findPostByUri(south.app.db, uri);
  expect(await north.app.federation.fetchNextHistory()).toContain("1 threads");
  const copy = await findPostByUri(north.app.db, uri);
  const act = { postId: copy?.id as Id, by: ana, kind: "up", emoji: "" } as const;
  const votes = async () => {
    const [row] = await south.app.db<
      { n: number }[]
    >`select count(*)::int as n from votes where post_id = ${reply?.id as Id}`;
    return row?.n;
  };
  await voteHere(north.app.house, act);
  await settled();
  await expect.poll(votes, WAIT).toBe(1);
  await unvoteHere(north.app.house, act);
  await settled();
  await expect.poll(votes, WAIT).toBe(0);
  await voteHere(north.app.house, act);
  await settled();
  await expect.poll(votes, WAIT).toBe(1);
});

test("an answer that is accepted again is a new ChooseAnswer, and what a facilitator removes is taken back from whoever had it first-hand", async () => {
  const piefed = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  const mastodon = await openRemote({ software: "mastodon" });
  try {
    const [dora, ben] = [await piefed.addPerson("dora"), await mastodon.addPerson("ben")];
    for (const person of [dora, ben]) expect((await person.follow(welding.uri)).status).toBe(202);
    await settled();
    const gus = await makePerson(south.app.house, "gus");
    const { id: postId } = await composeReply(south.app.house, gus.id, {
      ...words,
      parentId: thread,
      source: `Ask @ben@${mastodon.host}, who knows.`,
      submissionKey: "said-again-reply",
    });
    const uri = `${south.origin}/posts/${postId}`;
    await mastodon.waitFor({ type: "Create", object: { id: uri } });
    await acceptAnswer(south.app.house, { postId, by: fay.id });
    await withdrawAnswer(south.app.house, { postId, by: fay.id });
    await acceptAnswer(south.app.house, { postId, by: fay.id });
    const chosen = () =>
      piefed.received.flatMap(({ json }) => {
        const inner = json.object as { type?: string; id?: string } | undefined;
        return inner?.type === "ChooseAnswer" ? [inner.id] : [];
      });
    await expect.poll(chosen, WAIT).toHaveLength(2);
    expect(new Set(chosen()).size).toBe(2);

    await removeOthersPost(south.app.house, { postId, by: fay.id, reason: "Spam" });
    const taken = await mastodon.waitFor({ type: "Delete", object: uri });
    expect(taken.signature).toMatchObject({ verified: true, actor: gus.uri });
    await piefed.waitFor({
      type: "Announce",
      object: { type: "Delete", actor: fay.uri, object: uri, summary: "Spam" },
    });
    await settled();
    expect(mastodon.status(uri)).toBeUndefined();
  } finally {
    await piefed.close();
    await mastodon.close();
  }
});

test("who changes their vote takes the old one back, then casts the new one", async () => {
  await using mastodon = await openRemote({ software: "mastodon" });
  await using lemmy = await openRemote({ software: "lemmy" });
  const [ben, cara] = [await mastodon.addPerson("ben"), await lemmy.addPerson("cara")];
  expect((await cara.follow(welding.uri)).status).toBe(202);
  const { id } = await ben.post({ text: "Which gas?", mention: welding.uri });
  const post = await findPostByUri(south.app.db, id);
  const act = { postId: post?.id as Id, by: fay, emoji: "" } as const;
  await voteHere(south.app.house, { ...act, kind: "up" });
  await voteHere(south.app.house, { ...act, kind: "down" });
  await voteHere(south.app.house, { ...act, kind: "down" });
  await unvoteHere(south.app.house, { ...act, kind: "down" });
  await south.worker.settled();
  await Promise.all([mastodon.idle(), lemmy.idle()]);
  const said = (json: Record<string, unknown>) => {
    const inner = json.object as { type?: string; id?: string } | string;
    return json.type === "Undo" && typeof inner === "object"
      ? `-${inner.type} ${inner.id}`
      : `+${json.type} ${json.id}`;
  };
  const votes = (words: string[]) => words.filter((word) => /Like|Dislike/.test(word));
  const toBen = votes(mastodon.received.map(({ json }) => said(json)));
  expect(toBen.map((word) => word.split(" ")[0])).toEqual(["+Like", "-Like", "+Dislike", "-Dislike"]);
  const [up, , down] = toBen.map((word) => word.split(" ")[1]);
  expect(toBen).toEqual([`+Like ${up}`, `-Like ${up}`, `+Dislike ${down}`, `-Dislike ${down}`]);
  const announced = lemmy.received.filter(({ json }) => json.type === "Announce");
  expect(votes(announced.map(({ json }) => said(json.object as Record<string, unknown>)))).toEqual(toBen);
  expect(lemmy.status(id)).toMatchObject({ likes: [], dislikes: [] });
});

test("a thread that is moved away and back is boosted anew each time", async () => {
  await using mastodon = await openRemote({ software: "mastodon" });
  const ben = await mastodon.addPerson("ben");
  const brazing = await south.found("brazing", "Brazing");
  await south.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${brazing.id}, ${fay.id}, 'accepted', 'facilitator', ${`${fay.uri}#follows/${brazing.id}`}, now())`;
  for (const group of [welding, brazing]) expect((await ben.follow(group.uri)).status).toBe(202);
  const { id } = await composeThread(south.app.house, fay.id, {
    ...words,
    groupId: welding.id,
    title: "Silver solder?",
    source: "Or none?",
    kind: "question",
    topicIds: [],
    linkUrl: null,
    submissionKey: "moved-thread",
  });
  for (const toId of [brazing.id, welding.id, brazing.id])
    expect(await moveToCommunity(south.app.house, { threadId: id, by: fay.id, toId })).toBe(true);
  await removeOthersPost(south.app.house, { postId: id, by: fay.id, reason: "" });
  await south.worker.settled();
  await mastodon.idle();
  const boosts = mastodon.received.flatMap(({ json }) => {
    if (json.type === "Announce") return [`+ ${json.actor} ${json.id}`];
    const undone = json.type === "Undo" ? (json.object as { type?: string; id?: string }) : {};
    return undone.type === "Announce" ? [`- ${json.actor} ${undone.id}`] : [];
  });
  const ids = [...new Set(boosts.map((line) => line.split(" ")[2] ?? ""))];
  expect(ids).toHaveLength(4);
  const groups = [welding, brazing, welding, brazing];
  expect(boosts).toEqual(ids.flatMap((boost, i) => ["+", "-"].map((sign) => `${sign} ${groups[i]?.uri} ${boost}`)));
  for (const boost of ids) expect((await south.document(new URL(boost).pathname)).status).toBe(410);
});
