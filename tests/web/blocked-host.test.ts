/** A server that somebody blocks is blocked with every name under it and every port, and no other, wherever its people could be met (R46). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { hasBlocked } from "../../db/queries/people.ts";
import { readThread } from "../../db/views/thread.ts";
import { readThreadReader } from "../../db/views/thread-reader.ts";
import { writeDigests } from "../../src/domain/notifications/digests.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { blockHost } from "../../src/domain/people/block.ts";
import { bringSearchUp } from "../../src/domain/search/bring-up.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN, type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const BELOW = "rosa@blog.garten.example";
const PORT = "kim@deep.blog.garten.example:8443";
const ALIKE = "lia@notgarten.example";
const WRITERS = [BELOW, PORT, ALIKE];

let site: TestSite;
let seed: Seed;
let ana: TestPerson;
let bo: TestPerson;
let group: string;
let own: string;
const threads = new Map<string, string>();
const replies = new Map<string, string>();
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const idOf = (handle: string) => seed.people.get(handle) as Id;
const nameOf = (handle: string) => handle.split("@", 1)[0] as string;

beforeAll(async () => {
  site = await openSite();
  seed = seeder(site.db);
  group = await seed.community("welding", "Welding", "");
  [ana, bo] = [await makePerson(site.house, "ana"), await makePerson(site.house, "bo")];
  await site.db`update profiles set helps_with = '{copper}'`;
  for (const { id } of [ana, bo])
    await site.db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at) values (${group}, ${id}, 'accepted', ${`urn:${id}`}, now())`;
  for (const by of WRITERS) {
    await seed.person({ handle: by, name: `${nameOf(by)} Sommer` });
    const id = await seed.thread("welding", `Copper by ${nameOf(by)}`, { by, at: ago(3), html: "<p>Sparkling?</p>" });
    await site.db`update threads set kind = 'question' where id = ${id}`;
    threads.set(by, id);
  }
  await site.db`update actors set created_at = now() - interval '1 week'`;
  own = await seed.thread("welding", "Where all answer", { by: "host@hof.example", at: ago(3), html: "<p>Well?</p>" });
  for (const by of WRITERS)
    replies.set(by, await seed.reply(own, { by, at: ago(2), html: `<p>Words of ${nameOf(by)}.</p>` }));
  await bringSearchUp(site.house, { settleMs: 0 });
  await blockHost(site.house, ana.id, "Garten.example.");
});
afterAll(() => site?.[Symbol.asyncDispose]());

const page = async (path: string, person: TestPerson) =>
  (await site.app.request(path, { headers: { cookie: person.cookie } })).text();
/** Who of the three can be met in a text. */
const met = (text: string, mark: (name: string) => string) => WRITERS.filter((by) => text.includes(mark(nameOf(by))));

/** The one who blocked meets the namesake only, the other all three. */
async function meets(what: (person: TestPerson) => Promise<string>, mark: (name: string) => string): Promise<void> {
  expect(met(await what(ana), mark)).toEqual([ALIKE]);
  expect(met(await what(bo), mark)).toEqual(WRITERS);
}

describe("a blocked server, and what is under its name,", () => {
  it("is not found by searching, neither what was said nor who", async () => {
    await meets(
      (person) => page("/search?q=sparkling", person),
      (name) => `Copper by ${name}`,
    );
    await meets(
      (person) => page("/search?q=sommer", person),
      (name) => `${name} Sommer`,
    );
  });

  it("is in no list of conversations: of the server, a community, a kind, a topic; what visitors see is as before", async () => {
    const topic = site.house.makeId();
    await site.db`insert into topics (id, group_id, slug, name) values (${topic}, ${group}, 'copper', 'Copper')`;
    for (const id of threads.values())
      await site.db`insert into thread_topics (thread_id, topic_id) values (${id}, ${topic})`;
    await site.db`update threads set pinned_at = now() where id = ${threads.get(BELOW) ?? null}`;
    for (const path of ["/", "/c/welding", "/c/welding?kind=question", "/c/welding/topics/copper"]) {
      const mark = (name: string) => `Copper by ${name}`;
      await meets((person) => page(path, person), mark);
      expect(met(await site.read(path), mark)).toEqual(WRITERS);
    }
  });

  it("is not on the home: not among what is new, not among the questions, not among answers", async () => {
    await meets(
      (person) => page("/home", person),
      (name) => `Copper by ${name}`,
    );
    for (const { id } of [ana, bo]) {
      const thread = await seed.thread("welding", "Asked", { by: "host@hof.example", at: ago(4), html: "<p>?</p>" });
      await seed.reply(thread, { by: "host@hof.example", at: ago(4), html: "<p>!</p>" });
      await site.db`update posts set author_id = ${id} where thread_id = ${thread} and parent_id is null`;
      const answer = await seed.reply(thread, { by: BELOW, at: ago(1), html: "<p>So.</p>" });
      await site.db`insert into accepted_answers (thread_id, post_id, accepted_by) values (${thread}, ${answer}, ${idOf(ALIKE)})`;
      const html = await page("/home", id === ana.id ? ana : bo);
      expect(html.includes(`/posts/${answer}`)).toBe(id === bo.id);
    }
  });

  it("leaves its place in a thread, without its words, and is no news there", async () => {
    await meets(
      (person) => page(`/c/welding/t/${own}`, person),
      (name) => `Words of ${name}.`,
    );
    const news = async ({ id }: TestPerson) => {
      await site.db`insert into thread_reads (actor_id, thread_id, post_id) values (${id}, ${own}, ${own})
        on conflict (actor_id, thread_id) do update set post_id = excluded.post_id`;
      const answer = await readThread(site.db, "welding", own, undefined);
      if (answer.is !== "shown") throw new Error(answer.is);
      return (await readThreadReader(site.db, id, answer.thread)).news;
    };
    expect(await news(ana)).toEqual({ count: 1, first: replies.get(ALIKE) });
    expect(await news(bo)).toEqual({ count: 3, first: replies.get(BELOW) });
  });

  it("is not told of while a page is open", async () => {
    const first = async (person: TestPerson) => {
      const stream = await site.app.request(`/live?thread=${own}&after=${own}`, { headers: { cookie: person.cookie } });
      const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
      let text = "";
      while (!text.includes("event: replies")) text += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      return JSON.parse(/event: replies\ndata: (.*)/.exec(text)?.[1] ?? "{}").count;
    };
    expect(await first(ana)).toBe(1);
    expect(await first(bo)).toBe(3);
  });

  it("is not told of by notices, and what was told before it was blocked is neither shown nor counted", async () => {
    const notify = openNotifier(site.house.makeId);
    for (const { id } of [ana, bo])
      await site.db`insert into thread_subscriptions (actor_id, thread_id, level) values (${id}, ${own}, 'follow')`;
    for (const by of WRITERS) {
      const line = { id: site.house.makeId(), kind: "reply.written", groupId: group, actorId: idOf(by), threadId: own };
      await site.db.begin((tx) =>
        notify(tx, [{ line: { ...line, postId: replies.get(by), data: {} } as never, letter: undefined }]),
      );
    }
    const told = (person: TestPerson) =>
      site.db<{ from: Id }[]>`select from_id as "from" from notifications where actor_id = ${person.id} order by id`;
    expect((await told(ana)).map(({ from }) => from)).toEqual([idOf(ALIKE)]);
    expect((await told(bo)).map(({ from }) => from)).toEqual(WRITERS.map(idOf));

    const cat = await makePerson(site.house, "cat");
    for (const by of WRITERS)
      await site.db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
        values (${site.house.makeId()}, ${cat.id}, 'reply', ${idOf(by)}, ${group}, ${own}, ${replies.get(by) ?? null})`;
    expect(met(await page("/notifications", cat), (name) => `Words of ${name}.`)).toEqual(WRITERS);
    await blockHost(site.house, cat.id, "garten.example");
    const html = await page("/notifications", cat);
    expect(met(html, (name) => `Words of ${name}.`)).toEqual([ALIKE]);
    expect(html).toContain("Notices, 1 new");
  });

  it("is in no mail", async () => {
    await site.db`update accounts set mail_rhythm = 'daily', last_digest_at = now() - interval '30 hours', email_confirmed_at = now()`;
    const mails = new Map<Id, string>();
    await writeDigests(site.house, async ({ reader, notifications, threads: began }) => {
      mails.set(reader.id, [...notifications.map(({ glimpse }) => glimpse), ...began.map(({ title }) => title)].join());
      return { subject: "News", text: "News", headers: {} };
    });
    const mail = async (person: TestPerson) => mails.get(person.id) ?? "";
    await meets(mail, (name) => `Words of ${name}.`);
    await meets(mail, (name) => `Copper by ${name}`);
  });

  it("is not offered where names are completed", async () => {
    await meets(
      (person) => page("/complete?q=sommer&for=@", person),
      (name) => `@${name}@`,
    );
  });

  it("does not follow", async () => {
    const blocked = await Promise.all(WRITERS.map((by) => hasBlocked(site.db, ana.id, idOf(by))));
    expect(blocked).toEqual([true, true, false]);
    expect(await hasBlocked(site.db, bo.id, idOf(BELOW))).toBe(false);
    expect(await hasBlocked(site.db, ana.id, bo.id)).toBe(false);
  });

  it("is unblocked from the page of any of its people, by the name that was blocked", async () => {
    const card = `/people/${idOf(PORT)}`;
    expect(await page(card, ana)).toContain("garten.example</bdi></strong>");
    expect(await page(card, ana)).toContain("Unblock garten.example");
    await site.app.request(`${card}/unblock-server`, formOf(ORIGIN, ana, {}));
    expect(await page(card, ana)).not.toContain("Unblock");
    expect(await site.db`select from blocks where actor_id = ${ana.id}`).toHaveLength(0);
  });

  it("blocked with a port is blocked on that port alone", async () => {
    await blockHost(site.house, ana.id, "deep.blog.garten.example:8443");
    const blocked = await Promise.all(WRITERS.map((by) => hasBlocked(site.db, ana.id, idOf(by))));
    expect(blocked).toEqual([false, true, false]);
  });
});
