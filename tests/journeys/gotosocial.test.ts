/** A community as people on GoToSocial live with it: single values where others send lists, and no answer to an unsigned request. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, PUBLIC, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

let ours: TestServer;
let welding: CommunityRow;
let gotosocial: Remote;
let neighbour: Remote;
let gus: RemotePerson;
let ida: RemotePerson;
let tom: RemotePerson;
let question: RemotePost;
let answer: RemotePost;

beforeAll(async () => {
  ours = await openTestServer();
  welding = await ours.found("welding", "Welding");
  gotosocial = await openRemote({ software: "gotosocial" });
  neighbour = await openRemote({ software: "gotosocial" });
  [gus, ida] = [await gotosocial.addPerson("gus"), await gotosocial.addPerson("ida")];
  tom = await neighbour.addPerson("tom");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await gotosocial?.close();
  await neighbour?.close();
});

/** What GoToSocial answered, request by request, to our fetches of this path. */
const fetches = (path: RegExp) => gotosocial.fetches.filter((seen) => path.test(seen.path));

test("the community is found and followed, and its handle leads back to it", async () => {
  expect(await gotosocial.lookup(`@welding@${ours.host}`)).toMatchObject({ id: welding.uri, type: "Group" });
  for (const person of [gus, ida]) {
    const { status, activity, id } = await person.follow(welding.uri);
    expect(status).toBe(202);
    expect(activity.to).toBe(welding.uri);
    await gotosocial.waitFor({ type: "Accept", object: { id } });
  }
  await gotosocial.idle();
  expect(gus.following.get(welding.uri)).toBe("accepted");
});

test("our requests for its people are signed, by an actor that answers without being asked for a signature itself", async () => {
  const asked = fetches(/^\/users\/gus/);
  expect(asked.length).toBeGreaterThan(0);
  for (const { headers } of asked.filter(({ path }) => !path.endsWith("/main-key"))) {
    expect(headers.signature).toContain(`keyId="${ours.origin}/actor#`);
  }
  const unsigned = await gotosocial.fetch(gus.id, { signed: false });
  expect(unsigned.status).toBe(401);
  expect((await gotosocial.fetch(`${ours.origin}/actor`, { signed: false })).status).toBe(200);
});

test("a note with one tag and one recipient, none of them in a list, starts a thread that followers see as a boost", async () => {
  question = await gus.post({
    text: "What keeps the wire from birdnesting?",
    mention: welding.uri,
    mentionAt: "end",
    extra: { cc: welding.uri },
  });
  expect(question.status).toBe(202);
  expect(question.object).toMatchObject({ to: PUBLIC, cc: welding.uri, tag: { type: "Mention", href: welding.uri } });
  await gotosocial.waitFor({ type: "Announce", object: question.id });
  await gotosocial.idle();
  expect(gotosocial.timeline(ida)[0]).toMatchObject({
    kind: "boost",
    id: question.id,
    boostedBy: welding.uri,
    warning: undefined,
  });
  const { text } = await ours.page("/c/welding");
  expect(text).toContain("What keeps the wire from birdnesting?");
});

test("a reply from another GoToSocial joins the thread, and so does the answer to it that names nobody", async () => {
  answer = await tom.reply(question.id, { text: "Less tension on the drive rolls." });
  expect(answer.deliveries.map(({ status }) => status)).toContain(202);
  const nested = await gus.reply(answer.id, {
    text: "And a straight lead, right?",
    mention: [],
    deliverTo: [`${ours.origin}/inbox`],
  });
  expect(nested.status).toBe(202);
  expect(nested.object.tag).toEqual([]);
  const rows = await ours.app.db`
    select p.uri, q.uri as parent from posts p join posts q on q.id = p.parent_id order by p.id`;
  expect([...rows]).toEqual([
    { uri: answer.id, parent: question.id },
    { uri: nested.id, parent: answer.id },
  ]);
});

test("an object that comes as its bare id is fetched, signed, from where it lives", async () => {
  const quiet = await gus.post({ text: "One more thing.", inReplyTo: question.id, mention: [], deliverTo: [] });
  gotosocial.requests.length = 0;
  const sent = await gus.send({ ...quiet.activity, object: quiet.id }, { to: `${welding.uri}/inbox` });
  expect(sent.status).toBe(202);
  const path = new RegExp(`^${new URL(quiet.id).pathname}$`);
  expect(fetches(path).map(({ headers }) => headers.signature !== undefined)).toEqual([true]);
  expect((await ours.page(await threadPath())).text).toContain("One more thing.");
});

test("a like, an edit and a deletion in its shapes do what they say", async () => {
  const like = await ida.like(question, { deliverTo: [`${ours.origin}/inbox`] });
  expect(like.activity.to).toBe(gus.id);
  expect(await ours.app.db`select 1 from votes where kind = 'up'`).toHaveLength(1);
  await gus.edit(question, { text: "What keeps thin wire from birdnesting?" });
  expect((await ours.page("/c/welding")).text).toContain("thin wire");
  await tom.remove(answer, { deliverTo: [`${ours.origin}/inbox`] });
  const page = await ours.page(await threadPath());
  expect(page.text).not.toContain("drive rolls");
  expect(page.text).toContain("straight lead");
});

test("an unfollow ends the membership, and the next thread goes to who is left", async () => {
  await ida.unfollow(welding.uri);
  await gus.unfollow(welding.uri);
  await tom.follow(welding.uri);
  const next = await tom.post({ text: "Flux core outdoors?", mention: welding.uri });
  await neighbour.waitFor({ type: "Announce", object: next.id });
  await ours.worker.settled();
  expect(gotosocial.received.filter(({ json }) => json.object === next.id)).toHaveLength(0);
});

test("nobody found anything wrong with us, and replies were boosted to nobody", async () => {
  await gotosocial.idle();
  await neighbour.idle();
  expect(gotosocial.complaints).toEqual([]);
  expect(neighbour.complaints).toEqual([]);
  // It has no shared inbox: each of its two followers got the boost.
  const boosted = gotosocial.received
    .filter(({ json }) => json.type === "Announce")
    .map(({ path, json }) => [path, json.object]);
  expect(boosted.sort()).toEqual([
    ["/users/gus/inbox", question.id],
    ["/users/ida/inbox", question.id],
  ]);
  expect(await ours.app.db`select 1 from deliveries union all select 1 from dead_letters`).toHaveLength(0);
});

async function threadPath(): Promise<string> {
  const [thread] = await ours.app.db<{ id: string }[]>`select id from threads order by id limit 1`;
  return `/c/welding/t/${thread?.id}`;
}
