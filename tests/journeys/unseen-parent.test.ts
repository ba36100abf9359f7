/** A reply to a reply we never saw: its thread is looked up in the background, and what cannot be found costs little and breaks nothing. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { type Doc, openRemote, type Remote, type RemotePerson, type RemotePost } from "../support/remote/index.ts";

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
/** Looked up ancestors of one reply at most (R30). */
const ANCESTORS = 30;

let ours: TestServer;
let welding: CommunityRow;
let mastodon: Remote;
let elsewhere: Remote;
let lemmy: Remote;
let ana: RemotePerson;
let ben: RemotePerson;
let cleo: RemotePerson;
let root: RemotePost;
/** What cannot be had from elsewhere for now. */
const down = new Set<string>();

beforeAll(async () => {
  ours = await openTestServer();
  welding = await ours.found("welding", "Welding");
  [mastodon, elsewhere] = [await openRemote({ software: "mastodon" }), await openRemote({ software: "mastodon" })];
  lemmy = await openRemote({ software: "lemmy" });
  [ana, ben] = [await mastodon.addPerson("ana"), await mastodon.addPerson("ben")];
  cleo = await elsewhere.addPerson("cleo");
  const lena = await lemmy.addPerson("lena");
  const { id } = await lena.follow(welding.uri);
  await lemmy.waitFor({ type: "Accept", object: { id } });
  elsewhere.failWith(({ path }) => {
    if (path === "/careless") return answer(elsewhere.objects.get(`${elsewhere.origin}/careless`));
    return down.has(elsewhere.origin + path) ? { status: 503 } : undefined;
  });
  root = await ana.post({ text: "Which rod for thin stainless?", mention: welding.uri });
  await lemmy.waitFor({ type: "Announce", object: { id: root.activity.id } });
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  for (const remote of [mastodon, elsewhere, lemmy]) await remote?.close();
});

/** Something said where we do not hear it. */
const unheard = (by: RemotePerson, to: RemotePost | string, extra: Doc = {}) =>
  by.reply(to, { text: "Said elsewhere.", mention: [], deliverTo: [], extra });

/** Said to us, and to nobody else. */
async function heard(by: RemotePerson, to: RemotePost | string, text: string): Promise<RemotePost> {
  const reply = await by.reply(to, { text, mention: [], deliverTo: [`${ours.origin}/inbox`] });
  expect(reply.status).toBe(202);
  return reply;
}

/** What became of the search for the thread of this reply, once it has ended. */
async function searched(reply: RemotePost, state = "completed"): Promise<void> {
  await vi.waitFor(async () => expect(await stateOf(reply)).toBe(state), { timeout: 30_000, interval: 50 });
}

async function stateOf(reply: RemotePost): Promise<string | undefined> {
  const [job] = await ours.app.db<{ state: string }[]>`
    select state from pgboss.job where name = 'complete-reply' and data->>'uri' = ${String(reply.activity.id)}`;
  return job?.state;
}

async function parentOf(uri: string): Promise<string | null | undefined> {
  const [row] = await ours.app.db<{ parent: string | null }[]>`
    select q.uri as parent from posts p left join posts q on q.id = p.parent_id where p.uri = ${uri}`;
  return row?.parent;
}

/** Which of these are here. */
async function here(...posts: { id: string }[]): Promise<string[]> {
  const rows = await ours.app.db<
    { uri: string }[]
  >`select uri from posts where uri = any(${posts.map(({ id }) => id)})`;
  return rows.map(({ uri }) => uri);
}

/** How often we, and not another server, asked for these. */
const asked = (remote: Remote, ids: string[]) =>
  remote.fetches.filter(({ path }) => ids.includes(remote.origin + path)).length;

const announced = () =>
  lemmy.received.filter(({ json }) => json.type === "Announce").map(({ json }) => (json.object as Doc).id);

describe.concurrent("a letter whose parent we lack", () => {
  test("the missing reply is fetched and takes its place; only what was sent to us is announced", async () => {
    const missing = await unheard(ben, root);
    const reply = await heard(ana, missing, "That did it!");
    await searched(reply);
    expect(await parentOf(missing.id)).toBe(root.id);
    expect(await parentOf(reply.id)).toBe(missing.id);
    const letter = await lemmy.waitFor({ type: "Announce", object: { id: reply.activity.id } });
    expect(letter.body).toContain(`"object":${JSON.stringify(reply.activity)}`);
    await ours.worker.settled();
    expect(announced()).not.toContain(missing.activity.id);
    expect(asked(mastodon, [missing.id])).toBe(1);
    const fetched = mastodon.fetches.find(({ path }) => mastodon.origin + path === missing.id);
    expect(fetched?.headers.signature).toContain(`keyId="${ours.origin}/actor#`);
  });

  test("a whole thread that we never saw comes in, people of two servers in turn, and is not announced", async () => {
    const start = await ana.post({ text: "Does anybody braze bicycle frames?", mention: welding.uri, deliverTo: [] });
    const first = await unheard(cleo, start);
    const second = await unheard(ben, first);
    const reply = await heard(cleo, second, "With silver, yes.");
    await searched(reply);
    expect(await parentOf(start.id)).toBeNull();
    expect(await parentOf(first.id)).toBe(start.id);
    expect(await parentOf(second.id)).toBe(first.id);
    expect(await parentOf(reply.id)).toBe(second.id);
    await lemmy.waitFor({ type: "Announce", object: { id: reply.activity.id } });
    await ours.worker.settled();
    for (const silent of [start, first, second]) expect(announced()).not.toContain(silent.activity.id);
    expect((await ours.page("/c/welding")).text).toContain("Does anybody braze bicycle frames?");
  });

  test("the same reply delivered five times at once is looked up once and written once", async () => {
    const missing = await unheard(ben, root);
    const reply = await ana.reply(missing, { text: "Five times.", mention: [], deliverTo: [] });
    const send = () => ana.send(reply.activity, { to: `${ours.origin}/inbox` });
    const answers = await Promise.all(Array.from({ length: 5 }, send));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    await searched(reply);
    expect((await send()).status).toBe(202);
    expect(asked(mastodon, [missing.id])).toBe(1);
    expect(await ours.app.db`select from posts where uri = ${reply.id}`).toHaveLength(1);
    expect(await ours.app.db`select from pgboss.job where data->>'uri' = ${String(reply.activity.id)}`).toHaveLength(1);
  });

  test("a way up that ends nowhere is left, and not walked again", async () => {
    const stranger = await ben.post({ text: "About something else altogether.", deliverTo: [] });
    const gone = await unheard(ben, root);
    const between = await unheard(cleo, stranger);
    const aside = await heard(ana, between, "Not for here.");
    const lost = await unheard(cleo, gone);
    await ben.remove(gone, { deliverTo: [] });
    const broken = await heard(ana, lost, "Into the void.");
    await searched(aside);
    await searched(broken);
    expect(await here(stranger, between, aside, gone, lost, broken)).toEqual([]);
    expect(asked(mastodon, [gone.id])).toBe(1);
  });

  test("a Tombstone in the middle is the end of the way", async () => {
    const lars = await lemmy.addPerson("lars");
    const comment = await lars.reply(root.id, { text: "I shall regret this.", deliverTo: [] });
    const above = await unheard(ben, comment.id);
    await lars.remove(comment, { deliverTo: [] });
    expect((await lemmy.fetch(comment.id)).status).toBe(410);
    const reply = await heard(ana, above, "What did it say?");
    await searched(reply);
    expect(await here(comment, above, reply)).toEqual([]);
  });

  test("what was removed here keeps its place: the answers to it find it", async () => {
    const known = await heard(ben, root, "Never mind.");
    const missing = await unheard(cleo, known);
    await ben.remove(known, { deliverTo: [`${ours.origin}/inbox`] });
    const reply = await heard(ana, missing, "But it was good advice!");
    await searched(reply);
    expect(await parentOf(missing.id)).toBe(known.id);
    expect(await parentOf(reply.id)).toBe(missing.id);
  });

  test("thirty ancestors are fetched at most: a chain of 20 is completed, one of 40 is given up for good", async () => {
    const chain = async (length: number) => {
      let last: RemotePost = root;
      const all: RemotePost[] = [];
      for (let i = 0; i < length; i++) {
        last = await unheard(i % 2 ? ana : ben, last);
        all.push(last);
      }
      return { last, all, ids: all.map(({ id }) => id) };
    };
    const [short, long] = [await chain(20), await chain(40)];
    const close = await heard(ana, short.last, "We were far from you.");
    const far = await heard(ana, long.last, "We are too far from you.");
    await searched(close);
    await searched(far);
    expect(await here(...short.all)).toHaveLength(20);
    expect(await parentOf(close.id)).toBe(short.last.id);
    expect(await here(...long.all, far)).toEqual([]);
    expect(asked(mastodon, short.ids)).toBe(20);
    expect(asked(mastodon, long.ids)).toBe(ANCESTORS);
  });

  test("posts that answer each other in a circle are walked round once", async () => {
    const one = await unheard(ben, root);
    const two = await unheard(ana, one);
    mastodon.objects.set(one.id, { ...one.object, inReplyTo: two.id });
    const reply = await heard(cleo, two, "Round and round.");
    await searched(reply);
    expect(await here(one, two, reply)).toEqual([]);
    expect(asked(mastodon, [one.id, two.id])).toBe(2);
  });

  test("an ancestor that is not for everybody is not shown, and neither is what hangs under it", async () => {
    const whispered = await ben.reply(root, {
      text: "Only for my followers.",
      mention: [],
      deliverTo: [],
      public: "followers",
    });
    // A server that hands it out all the same changes nothing.
    const careless = {
      ...whispered.object,
      id: `${elsewhere.origin}/careless`,
      attributedTo: cleo.id,
      to: [`${cleo.id}/followers`],
    };
    elsewhere.objects.set(careless.id, careless);
    const replies = [await heard(ana, whispered, "I read that."), await heard(ana, careless.id, "So did I.")];
    for (const reply of replies) await searched(reply);
    expect(asked(elsewhere, [careless.id])).toBe(1);
    expect(await here(whispered, careless, ...replies)).toEqual([]);
  });

  test("an ancestor in somebody else's name is not believed", async () => {
    const forged = { id: `${elsewhere.origin}/forged` };
    elsewhere.objects.set(forged.id, {
      ...forged,
      type: "Note",
      attributedTo: ben.id,
      to: [PUBLIC],
      cc: [],
      inReplyTo: root.id,
      content: "<p>Ben never said this.</p>",
      published: new Date().toISOString(),
    });
    const reply = await heard(cleo, forged.id, "See what Ben says!");
    await searched(reply);
    expect(asked(elsewhere, [forged.id])).toBe(1);
    expect(await here(forged, reply)).toEqual([]);
  });

  test("an ancestor whose server is down is asked again later, and then everything is in its place", async () => {
    const missing = await unheard(cleo, root);
    down.add(missing.id);
    const reply = await heard(ana, missing, "Are you still there?");
    await searched(reply, "retry");
    expect(await parentOf(reply.id)).toBeUndefined();
    down.delete(missing.id);
    // Within minutes; here, at once.
    const due = await ours.app.db`
      update pgboss.job set start_after = now() where state = 'retry' and data->>'uri' = ${String(reply.activity.id)}
      and start_after < now() + interval '5 minutes'`;
    expect(due.count).toBe(1);
    await searched(reply);
    expect(await parentOf(reply.id)).toBe(missing.id);
    await lemmy.waitFor({ type: "Announce", object: { id: reply.activity.id } });
  });
});

test("in the end no forum was told of anything but what was sent to us", async () => {
  await ours.worker.settled();
  const first = await ours.app.db<{ uri: string }[]>`select uri from received where announceable and type <> 'Follow'`;
  expect(announced().sort()).toEqual(first.map(({ uri }) => uri).sort());
  expect(lemmy.complaints).toEqual([]);
});

function answer(document: Doc | undefined) {
  const headers = { "content-type": "application/activity+json" };
  return {
    status: 200,
    headers,
    body: JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", ...document }),
  };
}
