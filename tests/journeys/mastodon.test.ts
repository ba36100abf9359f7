/** A community as people on Mastodon live with it: found, followed, written to, answered, edited, deleted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
let welding: CommunityRow;
let ana: RemotePerson;
let ben: RemotePerson;
let question: RemotePost;
let answer: RemotePost;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  [ana, ben] = [await mastodon.addPerson("ana"), await mastodon.addPerson("ben")];
  welding = await ours.found("welding", "Welding");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
});

test("the community is found by its handle", async () => {
  const found = await mastodon.lookup(`@welding@${ours.host}`);
  expect(found).toMatchObject({ id: welding.uri, type: "Group", inbox: `${welding.uri}/inbox` });
});

test("following it is answered with an Accept that embeds the Follow", async () => {
  const sent = await ben.follow(welding.uri);
  expect(sent.status).toBe(202);
  const accept = await mastodon.waitFor({ type: "Accept", object: { id: sent.id } });
  expect(accept.signature).toMatchObject({ verified: true, actor: welding.uri });
  await mastodon.idle();
  expect(ben.following.get(welding.uri)).toBe("accepted");
});

test("mentioning it starts a thread, which every follower sees as a boost", async () => {
  question = await ana.post({
    text: "Which rod for thin stainless?\nIt burns through every time.",
    mention: welding.uri,
  });
  expect(question.status).toBe(202);
  await mastodon.waitFor({ type: "Announce", object: question.id });
  await mastodon.idle();
  const [status] = mastodon.timeline(ben);
  expect(status).toMatchObject({ kind: "boost", id: question.id, boostedBy: welding.uri });
  const page = await ours.page("/c/welding");
  expect(page.text).toContain("Which rod for thin stainless?");
  expect(page.text).not.toContain("It burns through every time.</a>");
});

test("a reply joins the thread, and is not boosted", async () => {
  answer = await ben.reply(question, { text: "Try 1.6 mm 308L on low current." });
  expect(answer.status).toBe(202);
  const nested = await ana.reply(answer, { text: "That did it, thank you!" });
  expect(nested.status).toBe(202);
  await ours.worker.settled();
  expect(mastodon.received.filter((letter) => letter.json.type === "Announce")).toHaveLength(1);
  const page = await ours.page(await threadPath());
  expect(page.text).toContain("308L on low current");
  expect(page.text).toContain("That did it");
});

test("a like is counted once, and taken back", async () => {
  await ben.like(question, { deliverTo: [`${welding.uri}/inbox`] });
  await ben.like(question, { deliverTo: [`${welding.uri}/inbox`] });
  expect(await votes()).toBe(1);
  await ben.unlike(question, { deliverTo: [`${welding.uri}/inbox`] });
  expect(await votes()).toBe(0);
});

test("an edit changes the thread and its title", async () => {
  const sent = await ana.edit(question, { text: "Which rod for thin stainless sheet?\nSolved, see below." });
  expect(sent.status).toBe(202);
  const page = await ours.page(await threadPath());
  expect(page.text).toContain("Which rod for thin stainless sheet?");
  expect(page.text).not.toContain("burns through");
  expect(page.text.toLowerCase()).toContain("edited");
});

test("a deleted reply leaves its place", async () => {
  await ben.remove(answer);
  const page = await ours.page(await threadPath());
  expect(page.text).not.toContain("308L on low current");
  expect(page.text).toContain("That did it");
  expect(page.text).toContain("Removed by its author");
});

test("deleting the thread takes the boost back", async () => {
  const path = await threadPath();
  await ana.remove(question);
  const undo = await mastodon.waitFor({ type: "Undo", object: { type: "Announce" } });
  expect(undo.signature.verified).toBe(true);
  await mastodon.idle();
  expect(mastodon.timeline(ben)).toHaveLength(0);
  expect((await ours.page(path)).status).toBe(410);
  expect(mastodon.complaints).toEqual([]);
});

async function threadPath(): Promise<string> {
  const [row] = await ours.app.db<{ id: string }[]>`select id from threads order by id desc limit 1`;
  return `/c/welding/t/${row?.id}`;
}

async function votes(): Promise<number> {
  const [row] = await ours.app.db<{ count: number }[]>`select count(*)::int as count from votes`;
  return row?.count ?? -1;
}
