/** What a forum cannot parse is not sent to it: Lemmy answers 400, and a letter that is refused for good is a dead letter in the operator's list. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { removeOthersPost } from "../../src/domain/posts/remove.ts";
import { moveToCommunity } from "../../src/domain/threads/move.ts";
import { unvoteHere, voteHere } from "../../src/domain/votes/here.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Doc, openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
let lemmy: Remote;
/** The scripted forum underneath is Lemmy, and refuses what Lemmy does: what matters is what it was sent. */
let piefed: Remote;
let welding: CommunityRow;
let brazing: CommunityRow;
let fay: TestPerson;
let ana: RemotePerson;
let lena: RemotePerson;
let thread: RemotePost;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  lemmy = await openRemote({ software: "lemmy" });
  piefed = await openRemote({ software: "lemmy", nodeInfo: { name: "piefed", version: "1.6.18" } });
  [welding, brazing] = [await ours.found("welding"), await ours.found("brazing")];
  fay = await makePerson(ours.app.house, "fay");
  [ana, lena] = [await mastodon.addPerson("ana"), await lemmy.addPerson("lena")];
  const dora = await piefed.addPerson("dora");
  for (const group of [welding, brazing]) {
    await ours.app.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      values (${group.id}, ${fay.id}, 'accepted', 'facilitator', ${`${fay.uri}#follows/${group.id}`}, now())`;
    for (const person of [ana, lena, dora]) expect((await person.follow(group.uri)).status).toBe(202);
  }
  await settled();
  thread = await lena.post({ name: "Which rod?", text: "For thin stainless.", audience: welding.uri });
  await settled();
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  for (const remote of [mastodon, lemmy, piefed]) await remote?.close();
});

async function settled(): Promise<void> {
  await ours.worker.settled();
  await Promise.all([mastodon.idle(), lemmy.idle(), piefed.idle()]);
}

/** What a server was sent of this type, whether as it is, announced or taken back. */
function sent(remote: Remote, type: string): string[] {
  return remote.received.map(({ body }) => body).filter((body) => body.includes(`"type":"${type}"`));
}

test("a reaction from elsewhere and what takes it back go to PieFed, not to Lemmy", async () => {
  const to = { deliverTo: [`${welding.uri}/inbox`] };
  expect((await ana.react(thread, "🔥", to)).status).toBe(202);
  expect((await ana.unreact(thread, to)).status).toBe(202);
  await settled();
  expect(sent(piefed, "EmojiReact")).toHaveLength(2);
  expect(sent(lemmy, "EmojiReact")).toEqual([]);
});

test("nor does one from here, not even when somebody on Lemmy wrote what it is about; a microblog is told as before", async () => {
  const reply = await ana.reply(thread, { text: "Try 308L.", deliverTo: [`${welding.uri}/inbox`] });
  const before = sent(piefed, "EmojiReact").length;
  for (const { id } of [thread, reply]) {
    const post = await findPostByUri(ours.app.db, id);
    const act = { postId: post?.id as Id, by: fay, kind: "reaction", emoji: "🎉" } as const;
    await voteHere(ours.app.house, act);
    await unvoteHere(ours.app.house, act);
  }
  await settled();
  expect(sent(piefed, "EmojiReact")).toHaveLength(before + 4);
  expect(sent(mastodon, "EmojiReact")).toHaveLength(2);
  expect(sent(lemmy, "EmojiReact")).toEqual([]);
});

test("two removals differ in the first 100 characters of their ids, where PieFed cuts", async () => {
  const to = { deliverTo: [`${welding.uri}/inbox`] };
  for (const text of ["Spam.", "More spam."]) {
    const { id } = await ana.reply(thread, { text, ...to });
    const post = await findPostByUri(ours.app.db, id);
    await removeOthersPost(ours.app.house, { postId: post?.id as Id, by: fay.id, reason: "Spam" });
  }
  await settled();
  const ids = piefed.received
    .map(({ json }) => json.object as Doc)
    .filter(({ type, actor }) => type === "Delete" && actor === fay.uri)
    .map(({ id }) => String(id));
  expect(ids).toHaveLength(2);
  expect(new Set(ids.map((id) => id.slice(0, 100))).size).toBe(2);
  for (const id of ids) expect(id.length).toBeLessThanOrEqual(100);
});

test("that a thread moved is told to PieFed by both communities, to microblogs by their boosts, and to Lemmy not at all", async () => {
  const post = await findPostByUri(ours.app.db, thread.id);
  const act = { threadId: post?.id as Id, by: fay.id, toId: brazing.id };
  expect(await moveToCommunity(ours.app.house, act)).toBe(true);
  await mastodon.waitFor({ type: "Undo", actor: welding.uri, object: { type: "Announce", object: thread.id } });
  await mastodon.waitFor({ type: "Announce", actor: brazing.uri, object: thread.id });
  await settled();
  expect(sent(piefed, "Move")).toHaveLength(2);
  expect(sent(lemmy, "Move")).toEqual([]);
});

test("Lemmy found nothing wrong", async () => {
  expect(lemmy.complaints).toEqual([]);
  expect(
    await ours.app
      .db`select from dead_letters d join inboxes i on i.id = d.inbox_id where i.uri like ${`${lemmy.origin}%`}`,
  ).toHaveLength(0);
});
