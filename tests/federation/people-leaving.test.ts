/** What other servers are told of people here: that their profile changed, that a follow is over, that they are gone. */
import { Person } from "@fedify/fedify/vocab";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { retryHost } from "../../db/queries/deliveries.ts";
import { blockPerson } from "../../src/domain/people/block.ts";
import { closeAccount } from "../../src/domain/people/close.ts";
import { saveProfile } from "../../src/domain/people/profile.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
let ana: TestPerson;
let ben: RemotePerson;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  ana = await makePerson(ours.app.house, "ana");
  ben = await mastodon.addPerson("ben");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
});

async function follow(who: RemotePerson): Promise<string> {
  const sent = await who.follow(ana.uri);
  await mastodon.waitFor({ type: "Accept", object: { id: sent.id } });
  await mastodon.idle();
  return String(sent.id);
}

test("a changed profile goes to those who follow", async () => {
  await follow(ben);
  const said = {
    name: "Ana Ruiz",
    bio: "I *weld*.",
    does: "Pipe welder",
    helpsWith: ["Root passes"],
    languages: ["es"],
  };
  const links = [{ label: "Shop", url: "https://shop.example/" }];
  await saveProfile(ours.app.house, ana.id, { ...said, wantsToLearn: [], timeZone: null, links, alsoKnownAs: [] });
  const update = await mastodon.waitFor({ type: "Update", actor: ana.uri });
  expect(update.signature).toMatchObject({ verified: true, actor: ana.uri });
  expect(update.json.object).toMatchObject({ id: ana.uri, type: "Person", name: "Ana Ruiz" });
  const { summary, attachment, tag } = update.json.object as Record<string, unknown>;
  expect(summary).toContain("<em>weld</em>");
  expect(JSON.stringify(attachment)).toContain("Pipe welder");
  expect(tag).toMatchObject([{ type: "Hashtag", name: "#Root_passes" }]);
});

test("what a server cannot take of somebody holds up no answer to others there", async () => {
  mastodon.fail.inboxStatus = 500;
  const said = { name: "Ana R.", bio: "", does: "", helpsWith: [], wantsToLearn: [], languages: [] };
  await saveProfile(ours.app.house, ana.id, { ...said, timeZone: null, links: [], alsoKnownAs: [] });
  await ours.worker.settled();
  mastodon.fail.inboxStatus = undefined;
  await ours.app.db`update deliveries set due_at = now() + interval '1 day'`;
  await follow(await mastodon.addPerson("dora"));
  await ours.worker.settled();
  expect([...(await ours.app.db`select attempts from deliveries`)]).toEqual([{ attempts: 1 }]);
  await retryHost(ours.app.db, mastodon.host);
  await ours.worker.settled();
  await mastodon.waitFor({ type: "Update", object: { name: "Ana R." } });
});

test("who is blocked is told that their follow is over", async () => {
  const carl = await mastodon.addPerson("carl");
  const followId = await follow(carl);
  const [row] = await ours.app.db<{ id: Id }[]>`select id::text as id from actors where uri = ${carl.id}`;
  await blockPerson(ours.app.house, ana.id, row?.id as Id);
  const reject = await mastodon.waitFor({ type: "Reject", actor: ana.uri });
  expect(reject.json.object).toMatchObject({ id: followId, type: "Follow", actor: carl.id, object: ana.uri });
  await mastodon.idle();
  expect(carl.following.get(ana.uri)).not.toBe("accepted");
});

test("a closed account is gone here and there, with all it wrote", async () => {
  const group = await ours.found("welding");
  const { id } = await composeThread(ours.app.house, ana.id, {
    groupId: group.id,
    title: "Rods",
    source: "Which rod?",
    kind: "discussion",
    topicIds: [],
    linkUrl: null,
    warning: "",
    language: "en",
    pictures: [],
    submissionKey: crypto.randomUUID(),
  });
  const uri = `${ours.origin}/posts/${id}`;
  await mastodon.waitFor({ type: "Create", actor: ana.uri });
  await closeAccount(ours.app.house, ana.id, "ana");
  const removal = await mastodon.waitFor(
    ({ json }) => json.type === "Delete" && [json.object, (json.object as Doc).id].includes(uri),
  );
  expect(removal.signature).toMatchObject({ verified: true, actor: ana.uri });
  const gone = await mastodon.waitFor({ type: "Delete", actor: ana.uri, object: ana.uri });
  expect(gone.json.to).toEqual(["https://www.w3.org/ns/activitystreams#Public"]);
  expect((await ours.page("/u/ana")).status).toBe(410);
  expect((await ours.document(`/posts/${id}`)).status).toBe(410);
  expect((await ours.page(`/c/welding/t/${id}`)).status).toBe(410);
  const found = () => ours.document(`/.well-known/webfinger?resource=acct:ana@${ours.host}`);
  await expect.poll(async () => (await found()).status).toBe(404);
});

test("for 30 days a closed account's document holds the keys by which its Deletes are verified, and nothing of the profile", async () => {
  const document = () => ours.document("/u/ana");
  await expect.poll(async () => (await document()).json.suspended).toBe(true);
  const { status, json } = await document();
  expect(status).toBe(200);
  expect(json).toMatchObject({ id: ana.uri, type: "Person", preferredUsername: "ana", name: "", summary: "" });
  expect(json.publicKey).toMatchObject({ id: `${ana.uri}#main-key`, owner: ana.uri });
  expect(json.assertionMethod).toMatchObject([{ id: `${ana.uri}#ed25519-key` }]);
  for (const key of ["icon", "attachment", "tag", "alsoKnownAs", "published"]) expect(json).not.toHaveProperty(key);
  // Lemmy and others take no actor without them.
  expect(json).toMatchObject({ inbox: `${ana.uri}/inbox`, outbox: `${ana.uri}/outbox` });
  expect((await Person.fromJsonLd(json)).suspended).toBe(true);

  await ours.app.db`update actors set gone_at = gone_at - interval '30 days' where id = ${ana.id}`;
  await expect.poll(async () => (await document()).status).toBe(410);
  const tombstone = await fetch(ana.uri, { headers: { accept: "application/activity+json" } });
  expect(await tombstone.json()).toMatchObject({ id: ana.uri, type: "Tombstone", formerType: "Person" });
});
