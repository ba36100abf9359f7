/** `/live`: who hears what, how much of it there can be, and when a stream ends. */
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { openLive } from "../../db/listen.ts";
import type { Db } from "../../db/open.ts";
import { findPostByUri, insertPosts } from "../../db/queries/posts.ts";
import type { Refusal } from "../../src/base/errors.ts";
import { transact } from "../../src/domain/transact.ts";
import { liveRoutes } from "../../src/web/live.ts";
import { recognise } from "../../src/web/session.ts";
import type { WebEnv } from "../../src/web/site.ts";
import { loadAssets } from "../../src/web/static.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN, type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

let site: TestSite;
let seed: Seed;
let ana: TestPerson;
let bo: TestPerson;
let thread: string;

beforeAll(async () => {
  site = await openSite();
  seed = seeder(site.db);
  await seed.community("welding", "Welding", "Joining metal.");
  [ana, bo] = [await makePerson(site.house, "ana"), await makePerson(site.house, "bo")];
  thread = await seed.thread("welding", "Why?", {
    by: "rosa@garten.example",
    at: "2026-05-01T10:00:00Z",
    html: "<p>Why?</p>",
  });
});
afterAll(() => site?.[Symbol.asyncDispose]());

interface Told {
  event: string;
  data: Record<string, unknown>;
}

/** An open stream: `next` waits for an event, or for one of a kind: whoever is signed in is told of their notices as well, before or after. */
async function listen(
  path: string,
  who: TestPerson | null,
  headers: Record<string, string> = {},
  app: Pick<Hono, "request"> = site.app,
) {
  const answered = await app.request(path, { headers: { ...(who && { cookie: who.cookie }), ...headers } });
  expect(answered.status).toBe(200);
  const reader = (answered.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const read = async (): Promise<string | null> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const part = text.slice(0, end);
        text = text.slice(end + 2);
        return part;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  };
  return {
    headers: answered.headers,
    async next(kind?: string): Promise<Told | null> {
      for (;;) {
        const part = await read();
        if (part === null) return null;
        const event = /^event: (.*)$/m.exec(part)?.[1];
        if (event && (kind ?? event) === event)
          return { event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? "{}") };
      }
    },
    close: () => reader.cancel(),
  };
}

/** A reply as a use case writes it, with its journal line. */
async function reply(by: Id, words = "Because."): Promise<string> {
  const id = site.house.makeId();
  const uri = `${ORIGIN}/posts/${id}`;
  await transact(site.house, "reply.write", "anyone", undefined, async (tx) => {
    const row = {
      id,
      uri,
      url: uri,
      authorId: by,
      receivedId: null,
      objectType: "Note",
      content: `<p>${words}</p>`,
      warning: "",
    };
    const more = { language: null, attachments: [], publishedAt: new Date(), editedAt: null };
    await insertPosts(tx, [{ ...row, ...more, threadId: thread as Id, parentId: thread as Id }]);
    const groupId = (await findPostByUri(tx, uri))?.groupId ?? null;
    return {
      result: null,
      line: { kind: "reply.written", groupId, actorId: by, threadId: thread as Id, postId: id, data: {} },
    };
  });
  return id;
}

/** The route alone, with a hub of its own on `db`. */
function liveAlone(db: Db, sizes?: Parameters<typeof liveRoutes>[1]): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const base = { origin: ORIGIN, host: "commons.example", version: "0", assets: loadAssets() };
  const own = testSite(db, { house: site.house, live: site.live });
  app.use(recognise(own, base)).route("/", liveRoutes(own, sizes));
  app.onError((error, c) => c.text(String(error), { status: (error as Refusal).status as 503 }));
  return app;
}

const path = (after: string) => `/live?thread=${thread}&after=${after}`;

describe("a thread's stream", () => {
  it("tells everybody of new replies, in their language, and nobody of their own", async () => {
    const [visitor, german, own] = [
      await listen(path(thread), null),
      await listen(path(thread), bo, { "accept-language": "de" }),
      await listen(path(thread), ana),
    ];
    expect(visitor.headers.get("content-type")).toContain("text/event-stream");
    expect(visitor.headers.get("cache-control")).toBe("no-store");
    const id = await reply(ana.id);
    expect(await visitor.next()).toEqual({ event: "replies", data: { count: 1, first: id, text: "1 new reply" } });
    expect((await german.next("replies"))?.data.text).toBe("1 neue Antwort");
    const second = await reply(bo.id);
    expect((await visitor.next())?.data).toEqual({ count: 2, first: id, text: "2 new replies" });
    expect((await own.next("replies"))?.data).toEqual({ count: 1, first: second, text: "1 new reply" });
    for (const stream of [visitor, german, own]) await stream.close();
  });

  it("tells a page that opens late, or again, what it has missed", async () => {
    const before = await reply(ana.id);
    const id = await reply(bo.id);
    const stream = await listen(path(before), null);
    expect((await stream.next())?.data).toMatchObject({ count: 1, first: id });
    await stream.close();
  });

  it("says nothing of what may not be read", async () => {
    const last = await reply(ana.id);
    const stream = await listen(path(last), null);
    const hidden = await reply(bo.id, "Taken back.");
    await site.db`update posts set removed_at = now() where id = ${hidden}`;
    const shown = await reply(ana.id);
    const told = await stream.next();
    expect(told?.data.first).toBe(shown);
    await stream.close();
  });

  it("is not there for what is not there, nor for a visitor without a thread", async () => {
    for (const wrong of [`/live?thread=1&after=1`, `/live?thread=${thread}&after=x`, `/live?thread=${thread}`])
      expect((await site.app.request(wrong)).status, wrong).toBe(404);
    expect((await site.app.request("/live")).status).toBe(204);
    expect((await site.app.request(path(thread), { method: "HEAD" })).status).toBe(204);
  });

  it("is refused to whoever has very many open, until some are closed", async () => {
    const last = await reply(ana.id);
    const streams = [];
    for (let i = 0; i < 24; i++) streams.push(await listen(path(last), null));
    const refused = await site.app.request(path(last));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("60");
    for (const stream of streams) await stream.close();
    await (await listen(path(last), null)).close();
  });
});

describe("when many pages are open", () => {
  /** The same site with room for four: two visitors at most, and two pages of one person. */
  async function small() {
    const app = liveAlone(site.db, { most: 4, visitors: 2, visitorsFromOne: 2, person: 2 });
    const last = await reply(ana.id);
    const open = async (who: TestPerson | null) => {
      const answered = await app.request(path(last), { headers: { ...(who && { cookie: who.cookie }) } });
      const reader = answered.status === 200 ? (answered.body as ReadableStream<Uint8Array>).getReader() : null;
      await reader?.read();
      return {
        status: answered.status,
        ended: async () => (await reader?.read())?.done,
        close: () => reader?.cancel(),
      };
    };
    return { open };
  }

  it("visitors leave room for those who are signed in, and give way to them", async () => {
    const { open } = await small();
    const visitors = [await open(null), await open(null)];
    expect((await open(null)).status, "visitors have their share").toBe(503);
    const own = [await open(ana), await open(ana)];
    expect((await open(ana)).status, "one person has so many").toBe(503);
    const others = [await open(bo), await open(bo)];
    expect([...own, ...others].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await visitors[0]?.ended()).toBe(true);
    expect(await visitors[1]?.ended()).toBe(true);
    expect((await open(null)).status, "and nobody who is signed in gives way to a visitor").toBe(503);
    for (const stream of [...own, ...others]) await stream.close();
    const again = await open(null);
    expect(again.status).toBe(200);
    await again.close();
  });
});

describe("a person's stream", () => {
  it("tells of their notifications, when they are written and when others say so", async () => {
    const stream = await listen("/live", ana);
    const others = await listen("/live", bo);
    const house = {
      ...site.house,
      readers: [
        async (tx: typeof site.db | Parameters<(typeof site.house.readers)[0]>[0]) => {
          await tx`insert into notifications (id, actor_id, kind) values (${site.house.makeId()}, ${ana.id}, 'welcome')`;
        },
      ],
    };
    await transact(house, "community.join", "anyone", undefined, async () => ({
      result: null,
      line: { kind: "member.joined", groupId: null, actorId: ana.id, threadId: null, postId: null, data: {} },
    }));
    expect(await stream.next()).toEqual({ event: "notices", data: { unread: 1, text: "Notices, 1 new" } });
    await site.db`update notifications set read_at = now()`;
    site.live.tell([ana.id]);
    expect((await stream.next())?.data).toMatchObject({ unread: 0 });
    site.live.tell([bo.id]);
    expect((await others.next())?.data).toMatchObject({ unread: 0 });
    await stream.close();
    await others.close();
  });

  it("ends soon when the session was ended", async () => {
    const cleo = await makePerson(site.house, "cleo");
    const [stream, thereStill] = [await listen("/live", cleo), await listen("/live", ana)];
    await site.db`delete from sessions where actor_id = ${cleo.id}`;
    const begun = performance.now();
    expect(await stream.next()).toBeNull();
    // It looks every four seconds; by itself it would end after half an hour.
    expect(performance.now() - begun).toBeLessThan(20_000);
    site.live.tell([ana.id]);
    expect(await thereStill.next()).not.toBeNull();
    await thereStill.close();
  });

  it("stays open when it opened while others' sessions were looked at", async () => {
    const [looking, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = new Proxy(site.db, {
      apply(target, self, [parts, ...values]) {
        const query = Reflect.apply(target, self, [parts, ...values]);
        if (!String(parts?.raw?.[0]).includes("select s.id from sessions s join accounts")) return query;
        looking.resolve();
        return opened.promise.then(() => query);
      },
    });
    const app = liveAlone(slow);
    const first = await listen("/live", ana, {}, app);
    site.live.tell([ana.id]);
    await looking.promise;
    const second = await listen("/live", bo, {}, app);
    opened.resolve();
    expect(await first.next()).not.toBeNull();
    site.live.tell([bo.id]);
    expect((await second.next())?.event).toBe("notices");
    for (const stream of [first, second]) await stream.close();
  });

  it("ends at once with the next news when the account was suspended", async () => {
    const dora = await makePerson(site.house, "dora");
    const stream = await listen("/live", dora);
    await site.db`update accounts set state = 'suspended' where actor_id = ${dora.id}`;
    site.live.tell([dora.id]);
    expect(await stream.next()).toBeNull();
  });
});

describe("telling", () => {
  it("reaches other processes, and goes on after the connection was lost", async () => {
    await using elsewhere = openLive(site.db);
    const heard: (string[] | null)[] = [];
    const waiting: (() => void)[] = [];
    const stop = elsewhere.hear((news) => {
      heard.push(news && [...news.threads]);
      waiting.shift()?.();
    });
    const something = () => new Promise<void>((resolve) => waiting.push(resolve));
    await something();
    expect(heard).toEqual([null]);
    let soon = something();
    await reply(ana.id);
    await soon;
    expect(heard.at(-1)).toEqual([thread]);
    soon = something();
    await site.db`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen %'`;
    await soon;
    expect(heard.at(-1)).toBeNull();
    soon = something();
    await reply(ana.id);
    await soon;
    expect(heard.at(-1)).toEqual([thread]);
    stop();
  });

  it("gathers what happens at once, so that many letters are few notifications", async () => {
    await using elsewhere = openLive(site.db);
    let told = 0;
    const ready = new Promise<void>((resolve) => {
      elsewhere.hear((news) => {
        if (news === null) resolve();
        else told++;
      });
    });
    await ready;
    const begun = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => reply(bo.id)));
    await expect.poll(() => told).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    // Once in a tenth of a second.
    expect(told).toBeLessThan((performance.now() - begun) / 100 + 1);
  });

  it("ends all streams when the server stops", async () => {
    await using other = await openSite();
    const person = await makePerson(other.house, "eve");
    const answered = await other.app.request("/live", { headers: { cookie: person.cookie } });
    const reader = (answered.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await other.live.stop();
    expect((await reader.read()).done).toBe(true);
  });
});

it("a page asked for by POST is no stream", async () => {
  expect((await site.app.request("/live", formOf(ORIGIN, ana, {}))).status).toBe(404);
});
