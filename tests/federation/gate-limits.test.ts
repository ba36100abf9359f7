/** The limits of the inbox over real HTTP, behind a proxy that says who writes. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openTestServer, type TestServer } from "../support/app.ts";
import { makePerson } from "../support/people.ts";
import {
  type Answer,
  type Doc,
  type Outgoing,
  openRemote,
  type Remote,
  type RemotePerson,
} from "../support/remote/index.ts";
import { seeder } from "../web/seed.ts";

let ours: TestServer;
let home: Remote;
let elsewhere: Remote;
let ana: RemotePerson;
let groupUri: string;
let inbox: string;

beforeAll(async () => {
  ours = await openTestServer({
    env: { TRUSTED_PROXIES: "loopback" },
    // So slow that none comes again while this runs.
    figures: {
      failures: { most: 30, seconds: 3_600 },
      letters: { most: 20, seconds: 3_600 },
      strangersPosts: { most: 10, seconds: 3_600 },
      acts: { most: 12, seconds: 3_600 },
      putAside: { most: 11, seconds: 3_600 },
    },
  });
  [home, elsewhere] = [await openRemote({ software: "mastodon" }), await openRemote({ software: "mastodon" })];
  ana = await home.addPerson("ana");
  groupUri = (await ours.found("welding", "Welding")).uri;
  inbox = `${ours.origin}/inbox`;
});
afterAll(async () => {
  await home?.close();
  await elsewhere?.close();
  await ours?.[Symbol.asyncDispose]();
});

function from(address: string, forge = false) {
  return (request: Outgoing) => {
    request.headers["x-forwarded-for"] = address;
    if (forge)
      request.headers.signature = (request.headers.signature ?? "").replace(/signature=".{8}/, 'signature="AAAAAAAA');
  };
}

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

function thread(by: RemotePerson) {
  const id = `${new URL(by.id).origin}/notes/${randomUUID()}`;
  const object = { id, type: "Note", attributedTo: by.id, content: "<p>Which gas?</p>", to: [PUBLIC], cc: [groupUri] };
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${id}/act`,
    type: "Create",
    actor: by.id,
    object,
    to: [PUBLIC],
  };
}

/** A letter that asks nothing which we know, and costs nothing but its verification. */
function ping(by: RemotePerson) {
  const id = `${new URL(by.id).origin}/acts/${randomUUID()}`;
  return { "@context": "https://www.w3.org/ns/activitystreams", id, type: "Ping", actor: by.id };
}

async function statuses(count: number, send: () => Promise<Answer>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push((await send()).status);
  return found;
}

/** What became of the replies whose thread had to be looked up. */
async function asides(): Promise<string[]> {
  const rows = await ours.app.db<{ state: string }[]>`
    select state::text from pgboss.job where name = 'complete-reply' order by 1`;
  return rows.map(({ state }) => state);
}

async function postsBy(uri: string): Promise<number> {
  return (await ours.app.db`select from posts p join actors a on a.id = p.author_id where a.uri = ${uri}`).count;
}

test("what is elsewhere, was removed or never was counts among the documents that an address asks for", async () => {
  await using small = await openTestServer({
    env: { TRUSTED_PROXIES: "loopback" },
    figures: { documents: { most: 3, seconds: 3_600 } },
  });
  const seed = seeder(small.app.db);
  await seed.community("welding", "Welding", "");
  const post = { by: "ana@mastodon.example", at: "2026-05-01T10:00:00Z", html: "<p>Why?</p>" };
  const here = await seed.thread("welding", "Why?", post);
  const removed = await seed.thread("welding", "Why not?", { ...post, removedAt: "2026-05-02T10:00:00Z" });
  const cases: [path: string, status: number][] = [
    [`/posts/${here}`, 302],
    [`/posts/${removed}`, 410],
    ["/posts/1", 404],
    ["/answers/1", 404],
    ["/boosts/1", 404],
  ];
  for (const [at, [path, status]] of cases.entries()) {
    const headers = { accept: "application/activity+json", "x-forwarded-for": `203.0.113.${at + 1}` };
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const answer = await fetch(small.origin + path, { headers, redirect: "manual" });
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
    expect(statuses, path).toEqual([status, status, status, 429]);
  }
});

describe("letters that fail", () => {
  test("are answered 429 after thirty of one address in the name of one server; the server itself is heard all the same", async () => {
    expect((await ana.send(ping(ana), { to: inbox, tamper: from("198.51.100.1") })).status).toBe(202);
    const forged = () => ana.send(ping(ana), { to: inbox, tamper: from("203.0.113.7", true) });
    expect(await statuses(30, forged)).toEqual(Array(30).fill(401));
    const no = await forged();
    expect(no.status).toBe(429);
    expect(Number(no.headers["retry-after"])).toBeGreaterThan(60);
    expect(Number(no.headers["retry-after"])).toBeLessThanOrEqual(120);
    expect(no.headers).toMatchObject({ "x-ratelimit-limit": "30", "x-ratelimit-remaining": "0" });
    expect(JSON.parse(no.body)).toEqual({ error: expect.stringMatching(/^Too many letters from your address/) });
    // Its own letters come from elsewhere; and even from there, what is genuine passes.
    for (const address of ["198.51.100.1", "203.0.113.7"])
      expect((await ana.send(ping(ana), { to: inbox, tamper: from(address) })).status, address).toBe(202);
  });

  test("by people whom we do not know make nobody fetch after that", async () => {
    const stranger = await elsewhere.addPerson("stranger");
    const answers: Answer[] = [];
    const before = elsewhere.fetches.length;
    for (let i = 0; i < 40; i++) {
      const keyId = `${stranger.id}-missing${i}#k`;
      answers.push(await stranger.send(ping(stranger), { to: inbox, keyId, tamper: from("203.0.113.8") }));
    }
    expect(answers.map(({ status }) => status)).toEqual([...Array(30).fill(401), ...Array(10).fill(429)]);
    expect(elsewhere.fetches.slice(before).filter(({ path }) => path.includes("-missing"))).toHaveLength(30);
  });
});

test("a key of this server signs nothing that comes in, whoever is said to have written it, and however much has failed before", async () => {
  const sent = () =>
    ana.send(ping(ana), { to: inbox, keyId: `${ours.origin}/actor#main-key`, tamper: from("203.0.113.9") });
  expect((await sent()).status).toBe(403);
  const forged = () => ana.send(ping(ana), { to: inbox, tamper: from("203.0.113.9", true) });
  await statuses(31, forged);
  expect((await sent()).status).toBe(403);
});

test("letters that are too large to be read beside the others are put off in the middle of their bodies", async () => {
  const { load } = ours.app.federation;
  const others = load.body();
  others.take(64 * 1024 * 1024);
  const large = { ...thread(ana), padding: "x".repeat(200_000) };
  for (const to of [inbox, `${ours.origin}/c/%77elding/inbox`])
    expect((await ana.send(large, { to, tamper: from("198.51.100.1") })).status, to).toBe(503);
  expect((await ana.send(ping(ana), { to: inbox, tamper: from("198.51.100.1") })).status).toBe(202);
  others.free();
  expect((await ana.send(large, { to: inbox, tamper: from("198.51.100.1") })).status).toBe(202);
});

describe("letters that are genuine", () => {
  test("of a stranger start ten threads an hour in one community", async () => {
    const zoe = await elsewhere.addPerson("zoe");
    const send = () => zoe.send(thread(zoe), { to: inbox, tamper: from("198.51.100.3") });
    expect(await statuses(10, send)).toEqual(Array(10).fill(202));
    const no = await send();
    expect(no.status).toBe(429);
    expect(Number(no.headers["retry-after"])).toBeGreaterThan(240);
    expect(Number(no.headers["retry-after"])).toBeLessThanOrEqual(360);
    await ours.app.db`update actors set created_at = now() - interval '25 hours' where uri = ${zoe.id}`;
  });

  test("of a stranger answer ten times an hour, also where the thread has to be looked up first", async () => {
    const third = await openRemote({ software: "mastodon" });
    const [pat, yan] = [await third.addPerson("pat"), await third.addPerson("yan")];
    for (let n = 0; n < 11; n++) {
      const { object: asked } = thread(pat);
      third.objects.set(asked.id, { "@context": "https://www.w3.org/ns/activitystreams", ...asked });
      const letter = thread(yan);
      const reply = { ...letter, object: { ...letter.object, inReplyTo: asked.id } };
      expect((await yan.send(reply, { to: inbox, tamper: from("198.51.100.5") })).status).toBe(202);
    }
    // The last was acknowledged: it waits, and nothing is written for it.
    await expect.poll(asides, { timeout: 60_000 }).toEqual([...Array(10).fill("completed"), "retry"]);
    for (const { id } of [pat, yan]) expect(await postsBy(id)).toBe(10);
    await ours.app.db`delete from pgboss.job where name = 'complete-reply'`;
    await third.close();
  });

  test("of anybody bring in ten posts an hour of a stranger whom they answer, with five mentions in each", async () => {
    const third = await openRemote({ software: "mastodon" });
    const [pia, kit] = [await third.addPerson("pia"), await third.addPerson("kit")];
    const people = [];
    for (const name of ["una", "uri", "ugo", "ute", "udo", "uli"]) people.push(await makePerson(ours.app.house, name));
    const tag = people.map(({ uri }) => ({ type: "Mention", href: uri }));
    let above: string | undefined;
    for (let n = 0; n < 11; n++) {
      const object = { ...thread(pia).object, inReplyTo: above, tag: n === 0 ? tag : [] };
      third.objects.set(object.id, { "@context": "https://www.w3.org/ns/activitystreams", ...object });
      above = object.id;
    }
    const letter = thread(kit);
    const reply = { ...letter, object: { ...letter.object, inReplyTo: above } };
    expect((await kit.send(reply, { to: inbox, tamper: from("198.51.100.9") })).status).toBe(202);
    await expect.poll(asides, { timeout: 60_000 }).toEqual(["retry"]);
    expect(await postsBy(pia.id)).toBe(10);
    expect(await postsBy(kit.id)).toBe(0);
    expect((await ours.app.db`select from mentions`).count).toBe(5);
    // They are known for longer when it is tried again.
    await ours.app.db`update actors set created_at = now() - interval '25 hours' where uri = ${pia.id}`;
    await ours.app.db`update pgboss.job set start_after = now() where name = 'complete-reply'`;
    await expect.poll(asides, { timeout: 60_000 }).toEqual(["completed"]);
    expect(await postsBy(pia.id)).toBe(11);
    expect(await postsBy(kit.id)).toBe(1);
    await ours.app.db`delete from pgboss.job where name = 'complete-reply'`;
    await third.close();
  });

  test("of one server are put off with 429 when the threads of too many have to be looked up", async () => {
    const third = await openRemote({ software: "mastodon" });
    const uma = await third.addPerson("uma");
    const send = () => {
      const letter = thread(uma);
      const object = { ...letter.object, inReplyTo: `${third.origin}/notes/${randomUUID()}` };
      return uma.send({ ...letter, object }, { to: inbox, tamper: from("198.51.100.8") });
    };
    expect(await statuses(11, send)).toEqual(Array(11).fill(202));
    const no = await send();
    expect(no.status).toBe(429);
    expect(Number(no.headers["retry-after"])).toBeGreaterThan(0);
    await third.close();
  });

  test.each(["Person", "Group"] as const)(
    "of one server are put off with 429 when too many hold only the address of a %s's post that cannot be had now",
    async (type) => {
      const third = await openRemote({ software: "mastodon" });
      const val = await third.addPerson("val", { type });
      third.failWith(({ path }) => (path.startsWith("/notes/") ? { status: 503 } : undefined));
      const send = () => {
        const letter = { ...thread(val), object: `${third.origin}/notes/${randomUUID()}` };
        return val.send(letter, { to: inbox, tamper: from("198.51.100.9") });
      };
      expect(await statuses(11, send)).toEqual(Array(11).fill(202));
      expect((await send()).status).toBe(429);
      await third.close();
    },
  );

  test("of a stranger accept answers ten times an hour at most, since a community tells of each by a post", async () => {
    const third = await openRemote({ software: "mastodon" });
    const kim = await third.addPerson("kim");
    const send = (letter: object) => kim.send(letter as Doc, { to: inbox, tamper: from("198.51.100.6") });
    const asked = thread(kim);
    const reply = thread(kim);
    const answered = { ...reply, object: { ...reply.object, inReplyTo: asked.object.id } };
    const choose = () => ({ ...ping(kim), type: "ChooseAnswer", object: reply.object.id });
    expect((await send(asked)).status).toBe(202);
    expect((await send(answered)).status).toBe(202);
    for (let n = 0; n < 8; n++) {
      const chosen = choose();
      expect((await send(chosen)).status).toBe(202);
      expect((await send({ ...ping(kim), type: "Undo", object: chosen })).status).toBe(202);
    }
    expect((await send(choose())).status).toBe(429);
    expect((await ours.app.db`select from accepted_answers`).count).toBe(0);
    await third.close();
  });

  test("vote and edit so often in one community, whoever sends them; what was voted can still be taken back", async () => {
    const third = await openRemote({ software: "mastodon" });
    const max = await third.addPerson("max");
    const send = (letter: object) => max.send(letter as Doc, { to: inbox, tamper: from("198.51.100.7") });
    const asked = thread(max);
    expect((await send(asked)).status).toBe(202);
    await ours.app.db`update actors set created_at = now() - interval '25 hours' where uri = ${max.id}`;
    const act = (type: string, object: unknown) => ({ ...ping(max), type, object });
    const edit = (n: number) =>
      act("Update", {
        ...asked.object,
        content: `<p>${n}</p>`,
        updated: new Date(Date.now() + n * 1_000).toISOString(),
      });
    for (let n = 0; n < 11; n++) {
      const letter = n % 3 === 0 ? edit(n) : act(n % 3 === 1 ? "Like" : "Dislike", asked.object.id);
      expect((await send(letter)).status).toBe(202);
    }
    const last = act("Dislike", asked.object.id);
    expect((await send(last)).status).toBe(202);
    for (const letter of [act("Like", asked.object.id), edit(11)]) expect((await send(letter)).status).toBe(429);
    expect((await send(act("Undo", last))).status).toBe(202);
    expect((await ours.app.db`select from votes`).count).toBe(0);
    await third.close();
  });

  test("of one server are put off with 503 when they are too many, so that none is given up; others come in", async () => {
    const lou = await home.addPerson("lou");
    const send = () => lou.send(ping(lou), { to: inbox, tamper: from("198.51.100.1") });
    let last = await send();
    let count = 0;
    for (; last.status === 202 && count < 40; count++) last = await send();
    expect(count).toBeLessThan(40);
    expect(last.status).toBe(503);
    expect(Number(last.headers["retry-after"])).toBeGreaterThan(0);
    expect(last.headers["x-ratelimit-limit"]).toBe("20");
    const bo = await elsewhere.addPerson("bo");
    expect((await bo.send(ping(bo), { to: inbox, tamper: from("198.51.100.4") })).status).toBe(202);
  });
});

test("a post of a newcomer that waits for what is elsewhere counts when it is written, not each time it is tried", async () => {
  const far = await openRemote({ software: "mastodon" });
  onTestFinished(() => far.close());
  const [zoe, olga] = [await far.addPerson("zoe"), await far.addPerson("olga")];
  for (let n = 0; n < 9; n++) expect((await zoe.send(thread(zoe), { to: inbox })).status).toBe(202);
  const opening = thread(olga).object;
  far.objects.set(opening.id, { "@context": "https://www.w3.org/ns/activitystreams", ...opening });
  // The post can be had, but not who wrote it.
  far.failWith(({ path }) => (path === new URL(olga.id).pathname ? { status: 503 } : undefined));
  const letter = thread(zoe);
  const reply = { ...letter, object: { ...letter.object, inReplyTo: opening.id } };
  expect((await zoe.send(reply, { to: inbox })).status).toBe(202);
  const { db } = ours.app;
  const state = async () =>
    (await db<{ state: string }[]>`select state from pgboss.job where data->>'uri' = ${letter.id}`)[0]?.state;
  await expect.poll(state, { timeout: 30_000 }).toBe("retry");
  expect((await zoe.send(thread(zoe), { to: inbox })).status).toBe(202);
});
