/** Two of our servers, each with a community that the other follows: what happens in one is seen in the other, and goes no further. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { digestOf, signCavage } from "../../federation/signatures/sign.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

let north: TestServer;
let south: TestServer;
let brazing: CommunityRow;
let welding: CommunityRow;
let mastodon: Remote;
let ana: RemotePerson;
let ben: RemotePerson;
/** Follows the community of the north, and would see what it passed on of the south's. */
let witness: RemotePerson;
let thread: RemotePost;
let answer: RemotePost;

beforeAll(async () => {
  [north, south] = [await openTestServer(), await openTestServer()];
  [brazing, welding] = [await north.found("brazing", "Brazing"), await south.found("welding", "Welding")];
  mastodon = await openRemote({ software: "mastodon" });
  [ana, ben] = [await mastodon.addPerson("ana"), await mastodon.addPerson("ben")];
  witness = await mastodon.addPerson("witness");
});
afterAll(async () => {
  await north?.[Symbol.asyncDispose]();
  await south?.[Symbol.asyncDispose]();
  await mastodon?.close();
});

/** `from` itself asks to follow a community elsewhere, as it will do for its members. */
async function askToFollow(from: TestServer, group: CommunityRow): Promise<number> {
  const { ownKeys } = from.app.federation;
  const { id, uri } = await ownKeys.instanceActor();
  const { keyId, privateKey } = await ownKeys.signerOf(id);
  const follow = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${uri}#follow/${group.slug}`,
    type: "Follow",
    actor: uri,
    object: group.uri,
  };
  const body = Buffer.from(JSON.stringify(follow));
  const { status } = await from.app.outbound.post(`${group.uri}/inbox`, {
    body,
    headersFor: (url) => ({
      "content-type": "application/activity+json",
      ...signCavage({ method: "POST", url, keyId, privateKey, digest: digestOf(body), now: Date.now() }),
    }),
  });
  return status;
}

/** A facilitator of `to` lets the other server in, and that one writes down that it is. */
async function letIn(from: TestServer, to: TestServer, group: CommunityRow): Promise<void> {
  const follower = `${from.origin}/actor`;
  const accepted = await to.app.db`
    update memberships m set state = 'accepted', accepted_at = now() from actors a where a.id = m.actor_id and a.uri = ${follower}`;
  expect(accepted.count).toBe(1);
  const known = await from.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, i.id, 'accepted', ${`${follower}#follow/${group.slug}`}, now() from actors g, actors i where g.uri = ${group.uri} and i.uri = ${follower}`;
  expect(known.count).toBe(1);
}

interface Seen {
  group: string;
  parent: string | null;
  content: string;
  removed: boolean;
  edited: boolean;
}

/** A post as a server has it, or undefined. */
async function seen(by: TestServer, post: RemotePost): Promise<Seen | undefined> {
  const [row] = await by.app.db<Seen[]>`
    select g.uri as group, q.uri as parent, p.content, p.removed_at is not null as removed, p.edited_at is not null as edited
    from posts p join threads t on t.id = p.thread_id join actors g on g.id = t.group_id left join posts q on q.id = p.parent_id
    where p.uri = ${post.id}`;
  return row;
}

const comes = (what: () => Promise<unknown>, expected: unknown) =>
  vi.waitFor(async () => expect(await what()).toMatchObject(expected as object), { timeout: 30_000, interval: 20 });

/** All that a server ever owed anybody, in words. */
const owed = async (by: TestServer) => {
  const rows = await by.app.db<{ body: string }[]>`select body from activities order by id`;
  return rows.map(({ body }) => JSON.parse(body));
};

test("each finds the other's community by its handle", async () => {
  for (const [here, there, group] of [
    [north, south, welding],
    [south, north, brazing],
  ] as const) {
    const url = `${there.origin}/.well-known/webfinger?resource=acct:${group.slug}@${there.host}`;
    const answer = await here.app.outbound.get(url, { accept: "application/jrd+json", maxBytes: 100_000 });
    const jrd = JSON.parse(answer.body.toString());
    expect(jrd.subject).toBe(`acct:${group.slug}@${there.host}`);
    expect(jrd.links).toContainEqual(expect.objectContaining({ rel: "self", href: group.uri }));
    expect((await there.document(`/c/${group.slug}`)).json).toMatchObject({ id: group.uri, type: "Group" });
  }
});

test("a server that asks to follow is known for what it runs, and waits until a person lets it in", async () => {
  expect(await askToFollow(north, welding)).toBe(202);
  expect(await askToFollow(south, brazing)).toBe(202);
  for (const [here, there] of [
    [north, south],
    [south, north],
  ] as const) {
    const [peer] = await here.app.db`select software, dialect from peers where host = ${there.host}`;
    expect(peer).toEqual({ software: "commonplace", dialect: "forum" });
    const [member] = await here.app.db`select state from memberships`;
    expect(member).toEqual({ state: "pending" });
    expect(await owed(here)).toEqual([]);
  }
});

test("who is not followed here passes nothing on", async () => {
  // The south has let the north in already; the north does not know yet.
  await south.app.db`update memberships set state = 'accepted', accepted_at = now()`;
  const early = await ana.post({ text: "Too early for you?", mention: welding.uri });
  await south.worker.settled();
  expect(await owed(south)).toHaveLength(2);
  expect(await seen(south, early)).toMatchObject({ group: welding.uri });
  expect(await north.app.db`select from actors where uri = ${welding.uri}`).toHaveLength(1);
  expect(await seen(north, early)).toBeUndefined();
  await south.app.db`update memberships set state = 'pending', accepted_at = null`;
});

test("a thread with its nested replies appears in the other server, read from where its people live", async () => {
  await letIn(north, south, welding);
  await witness.follow(brazing.uri);
  thread = await ana.post({ text: "Which rod for thin stainless?", mention: welding.uri });
  await comes(() => seen(north, thread), { group: welding.uri, parent: null });
  answer = await ben.reply(thread, { text: "Try 308L." });
  await comes(() => seen(north, answer), { parent: thread.id, content: expect.stringContaining("308L") });
  const thanks = await ana.reply(answer, { text: "Thank you!" });
  await comes(() => seen(north, thanks), { group: welding.uri, parent: answer.id });
});

test("edits and deletions follow, once their own server confirms them", async () => {
  await ana.edit(thread, { text: "Which rod for thin stainless sheet?" });
  await comes(() => seen(north, thread), { content: expect.stringContaining("sheet?"), edited: true });
  await ben.remove(answer);
  await comes(() => seen(north, answer), { removed: true, content: "" });
});

test("a vote that is passed on cannot be checked, and does not count", async () => {
  const like = await ben.like(thread, { deliverTo: [`${welding.uri}/inbox`] });
  expect(like.status).toBe(202);
  await south.worker.settled();
  expect(await south.app.db`select from votes`).toHaveLength(1);
  expect(await north.app.db`select from votes`).toHaveLength(0);
});

test("a reply that is sent to the wrong one of the two joins the thread there, and is passed on by nobody", async () => {
  const before = await owed(north);
  const astray = await ben.reply(thread, {
    text: "Only you can hear me.",
    mention: [],
    deliverTo: [`${north.origin}/inbox`],
  });
  expect(astray.status).toBe(202);
  expect(await seen(north, astray)).toMatchObject({ group: welding.uri, parent: thread.id });
  expect(await seen(south, astray)).toBeUndefined();
  expect(await owed(north)).toEqual(before);
});

test("with both following each other, nothing comes back to where it was (R52)", async () => {
  // So that the south knows the actor.
  await north.app.db`update memberships set state = 'accepted', accepted_at = now() where state = 'pending'`;
  await ana.post({ text: "Hello from the north.", mention: brazing.uri });
  await expect.poll(() => south.app.db`select from actors where uri = ${brazing.uri}`).toHaveLength(1);
  await letIn(south, north, brazing);
  const [ours, theirs] = [await owed(north), await owed(south)];
  const one = await ana.post({ text: "Silver or bronze?", mention: brazing.uri });
  await comes(() => seen(south, one), { group: brazing.uri });
  const two = await ben.post({ text: "Gas or none?", mention: welding.uri });
  await comes(() => seen(north, two), { group: welding.uri });
  await Promise.all([north.worker.settled(), south.worker.settled()]);
  // Of each thread one whole activity and one boost, by its own community.
  const since = async (server: TestServer, before: unknown[]) =>
    (await owed(server)).slice(before.length).map(({ actor, type }) => [actor, type]);
  expect(await since(north, ours)).toEqual([
    [brazing.uri, "Announce"],
    [brazing.uri, "Announce"],
  ]);
  expect(await since(south, theirs)).toEqual([
    [welding.uri, "Announce"],
    [welding.uri, "Announce"],
  ]);
});

test("a post to both communities starts a thread in each, unchanged by what the other passes on", async () => {
  const both = await ana.post({ text: "Do you know each other?", mention: [brazing.uri, welding.uri] });
  expect(both.deliveries.map(({ status }) => status)).toEqual([202, 202]);
  await Promise.all([north.worker.settled(), south.worker.settled()]);
  expect(await seen(north, both)).toMatchObject({ group: brazing.uri, edited: false });
  expect(await seen(south, both)).toMatchObject({ group: welding.uri, edited: false });
});

test("what its author sent late is first-hand all the same: a community here is not told of it by another", async () => {
  const late = await ana.post({
    text: "The other way round?",
    mention: [brazing.uri, welding.uri],
    deliverTo: [`${south.origin}/inbox`],
  });
  await south.worker.settled();
  expect(await seen(north, late)).toBeUndefined();
  expect((await ana.send(late.activity, { to: `${north.origin}/inbox` })).status).toBe(202);
  expect(await seen(north, late)).toMatchObject({ group: brazing.uri });
  await mastodon.waitFor({ type: "Announce", actor: brazing.uri, object: late.id });
});

test("a thread that is deleted is deleted on both, and the north never spoke for the south's community", async () => {
  await ana.remove(thread);
  await comes(() => seen(north, thread), { removed: true });
  await comes(() => seen(south, thread), { removed: true });
  const actors = new Set((await owed(north)).map(({ actor }) => actor));
  expect([...actors]).toEqual([brazing.uri]);
  const boosted = mastodon.timeline(witness).map(({ boostedBy }) => boostedBy);
  expect(new Set(boosted)).toEqual(new Set([brazing.uri]));
  for (const server of [north, south]) expect(await server.app.db`select from dead_letters`).toHaveLength(0);
});
