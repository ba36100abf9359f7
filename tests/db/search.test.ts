/** The index of words: what is put into it, follows what happens, and what is found by it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { writeJournal } from "../../db/journal.ts";
import { findPost } from "../../db/queries/posts.ts";
import { type Ask, findCommunities, findPeople, findPosts, markWords } from "../../db/views/search.ts";
import { logger } from "../../src/base/log.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { editPost } from "../../src/domain/posts/edit.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { writeReply } from "../../src/domain/replies/write.ts";
import { bringSearchUp } from "../../src/domain/search/bring-up.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { keepSearch } from "../../src/jobs/search.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";
import { seeder } from "../web/seed.ts";

let test: TestHouse;
let ana: Id;
let welding: Id;
let gardens: Id;

beforeAll(async () => {
  test = await openTestHouse();
  ana = await test.person("ana");
  welding = (await createCommunity(test.house, { slug: "welding", name: "Welding", summary: "Joining metal." })).id;
  gardens = (await createCommunity(test.house, { slug: "gardens", name: "Gärten", summary: "Growing things." })).id;
});
afterAll(() => test[Symbol.asyncDispose]());
beforeEach(async () => {
  await test.db`delete from search_entries`;
});

/** On one machine the clocks agree to the millisecond. */
const index = async (options = {}) => {
  await sleep(3);
  return bringSearchUp(test.house, { settleMs: 0, ...options });
};

let counter = 0;
const text = (name: string | null, html: string, language: string | null = "en") => ({
  uri: `https://social.example/notes/${++counter}`,
  url: `https://social.example/@ana/${counter}`,
  objectType: "Note",
  name,
  html,
  warning: "",
  language,
  attachments: [],
  publishedAt: new Date(),
  editedAt: null,
});
const thread = (title: string, html: string, groupId = welding, language: string | null = "en") =>
  startThread(test.house, {
    groupId,
    authorId: ana,
    authorUri: "https://social.example/users/ana",
    text: text(title, html, language),
  });
const reply = async (threadId: Id, html: string, language: string | null = "en") => {
  const groupId = (await findPost(test.db, threadId))?.groupId as Id;
  const act = { threadId, parentId: threadId, groupId, authorId: ana, text: text(null, html, language) };
  return writeReply(test.house, act);
};
const find = async (words: string, more: Partial<Ask> = {}): Promise<string[]> => {
  const ask: Ask = { words, config: "english", narrow: {}, order: "best", after: undefined, viewerId: null, ...more };
  const found = await findPosts(test.db, ask);
  if (found.is !== "found") throw new Error(found.is);
  return found.posts.map(({ id }) => id);
};

describe("the index", () => {
  it("finds words in all their forms, in the language they were written in, with and without accents", async () => {
    const porous = await thread("Porosity in welds", "<p>Bubbles keep <b>appearing</b> in my seam.</p>");
    const answer = await reply(porous, "<p>Dry your rods.</p>");
    const german = await thread("Schweißen im Regen", "<p>Wer hat große Häuser geschweißt?</p>", gardens, "de");
    const spanish = await thread("La canción del soldador", "<p>¿Quién la conoce?</p>", welding, "es");
    const unknown = await thread("Hitsaus", "<p>Kuka osaa hitsata sateessa?</p>", welding, null);
    await index();
    expect(await find("appear")).toEqual([porous]);
    expect(await find("weld")).toEqual([porous]);
    expect(await find("rod")).toEqual([answer]);
    expect(await find("schweissen")).toEqual([german]);
    expect(await find("Haus")).toEqual([german]);
    expect(await find("cancion")).toEqual([spanish]);
    expect(await find("hitsata")).toEqual([unknown]);
    expect(await find('"dry your rods"')).toEqual([answer]);
    expect(await find('"your dry rods"')).toEqual([]);
    expect(await find("weld -bubbles")).toEqual([]);
  });

  it("follows edits, removals and moves, with all that can be narrowed to", async () => {
    const id = await thread("A question of gas", "<p>Argon or helium?</p>");
    const answer = await reply(id, "<p>Argonaut always.</p>");
    await index();
    expect(await find("helium", { narrow: { groupId: welding } })).toEqual([id]);
    const post = await findPost(test.db, id);
    if (!post) throw new Error("no post");
    await editPost(test.house, {
      post,
      by: ana,
      text: { ...text("A question of gases", "<p>Xenon then.</p>"), editedAt: new Date() },
    });
    await test.db`update threads set group_id = ${gardens}, kind = 'question' where id = ${id}`;
    await writeJournal(test.db, [
      {
        id: test.house.makeId(),
        kind: "thread.moved",
        groupId: gardens,
        actorId: ana,
        threadId: id,
        postId: id,
        data: {},
      },
    ]);
    await index();
    expect(await find("helium")).toEqual([]);
    expect(await find("xenon", { narrow: { groupId: welding } })).toEqual([]);
    expect(await find("xenon", { narrow: { groupId: gardens, kind: "question" } })).toEqual([id]);
    // The replies went with it, though nothing was said of them.
    expect(await find("argonaut", { narrow: { groupId: gardens, kind: "question", opening: false } })).toEqual([
      answer,
    ]);
    const moved = await findPost(test.db, id);
    await removeOwnPost(test.house, {
      post: moved,
      uri: post.uri,
      by: ana,
      ownerUri: "https://social.example/users/ana",
    });
    // Nobody finds it even before the index knows.
    expect(await find("xenon")).toEqual([]);
    expect(await find("argonaut")).toEqual([]);
    await index();
    const [left] = await test.db`select count(*)::int as n from search_entries where post_id in (${id}, ${answer})`;
    expect(left).toEqual({ n: 0 });
  });

  it("never finds what a blocked server, a gone author or somebody the reader has blocked wrote", async () => {
    const id = await thread("Quicksilver", "<p>It runs.</p>");
    const bea = await makePerson(test.house, `bea${++counter}`);
    await index();
    expect(await find("quicksilver")).toEqual([id]);
    await test.db`insert into blocks (actor_id, blocked_host) values (${bea.id}, 'social.example')`;
    expect(await find("quicksilver", { viewerId: bea.id })).toEqual([]);
    await test.db`update peers set blocked_at = now() where host = 'social.example'`;
    expect(await find("quicksilver")).toEqual([]);
    await test.db`update peers set blocked_at = null where host = 'social.example'`;
    await test.db`update actors set gone_at = now() where id = ${ana}`;
    expect(await find("quicksilver")).toEqual([]);
    await test.db`update actors set gone_at = null where id = ${ana}`;
  });

  it("fills itself from the posts of a database that was there before it, in small batches, and goes on with the journal", async () => {
    const ids = [];
    for (let i = 0; i < 7; i++) ids.push(await thread(`Backlog ${i}`, "<p>Pumpernickel.</p>"));
    await test.db`delete from journal`;
    await test.db`update search_progress set journal_id = 0, posts_id = 0, posts_until = null, configs = '{simple}'`;
    await index({ batch: 3 });
    expect((await find("pumpernickel")).toSorted()).toEqual(ids.toSorted());
    const later = await thread("Later", "<p>Pumpernickel again.</p>");
    await index({ batch: 3 });
    expect(await find("pumpernickel")).toContain(later);
    expect(await index()).toBe(0);
  });

  it("waits for transactions that are under way, so that a line that appears late is not missed", async () => {
    const { db, house } = test;
    await index();
    const early = await thread("Early bird", "<p>Worm.</p>");
    await db`delete from journal where post_id = ${early}`;
    const { promise: written, resolve: saidSo } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: commit } = Promise.withResolvers<void>();
    const slow = db.begin(async (tx) => {
      await writeJournal(tx, [
        {
          id: house.makeId(),
          kind: "thread.started",
          groupId: welding,
          actorId: ana,
          threadId: early,
          postId: early,
          data: {},
        },
      ]);
      saidSo();
      await goOn;
    });
    await written;
    const late = await thread("Late bird", "<p>Worm, too.</p>");
    await index();
    expect(await find("worm")).toEqual([]);
    commit();
    await slow;
    await index();
    expect((await find("worm")).toSorted()).toEqual([early, late].toSorted());
  });

  it("is brought up to date by one at a time", async () => {
    await thread("Alone", "<p>Solitude.</p>");
    const { promise: held, resolve: saidSo } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>();
    const other = test.db.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(7302611)`;
      saidSo();
      await goOn;
    });
    await held;
    expect(await index()).toBe(0);
    letGo();
    await other;
    expect(await index()).toBe(1);
  });
});

it("is kept up to date while the worker runs, which stops at once when it is told to", async () => {
  const old = seeder(test.db);
  await old.community("archive", "Archive", "What was said long ago.");
  const id = await old.thread("archive", "From long ago", {
    by: "ana@mastodon.example",
    at: "2026-05-01T10:00:00Z",
    html: "<p>Palimpsest.</p>",
  });
  await test.db`update search_progress set journal_id = 0, posts_id = 0, posts_until = null`;
  const begun = performance.now();
  {
    await using _ = keepSearch(test.house, logger("jobs"), 60_000);
    await expect.poll(() => find("palimpsest")).toEqual([id]);
  }
  // It would look again only after a minute.
  expect(performance.now() - begun).toBeLessThan(45_000);
});

describe("pages of results", () => {
  it("come without gaps or repetitions in both orders, the best match first where that is asked", async () => {
    const ids: Id[] = [];
    for (let i = 0; i < 45; i++) ids.push(await thread(`Number ${i}`, "<p>Marmalade on toast.</p>"));
    const best = await thread("Marmalade", "<p>Marmalade, marmalade.</p>");
    await index();
    for (const order of ["best", "newest"] as const) {
      const seen: string[] = [];
      let after: string | undefined;
      for (let page = 0; page < 5; page++) {
        const found = await findPosts(test.db, {
          words: "marmalade",
          config: "english",
          narrow: {},
          order,
          after,
          viewerId: null,
        });
        if (found.is !== "found") throw new Error(found.is);
        seen.push(...found.posts.map(({ id }) => id));
        if (found.next === null) break;
        after = found.next;
      }
      expect(seen).toHaveLength(46);
      expect(new Set(seen).size).toBe(46);
      expect(seen[0]).toBe(best);
      if (order === "newest") expect(seen).toEqual([best, ...ids.toReversed()]);
    }
  });

  it("can be narrowed by author, kind, topic and day, with and without words", async () => {
    const [topic] = await test.db<{ id: Id }[]>`
      insert into topics (id, group_id, slug, name) values (${test.house.makeId()}, ${welding}, 'safety', 'Safety') returning id`;
    const id = await thread("Visors", "<p>Ultramarine glass.</p>");
    await test.db`insert into thread_topics values (${id}, ${topic?.id as Id})`;
    await test.db`update posts set published_at = '2020-05-05T12:00Z' where id = ${id}`;
    await index();
    const at = Date.parse("2020-05-05");
    expect(await find("ultramarine", { narrow: { topicId: topic?.id as Id, authorId: ana } })).toEqual([id]);
    expect(await find("ultramarine", { narrow: { from: at, to: at + 86_400_000 } })).toEqual([id]);
    expect(await find("ultramarine", { narrow: { to: at } })).toEqual([]);
    expect(await find("ultramarine", { narrow: { kind: "poll" } })).toEqual([]);
    expect(await find("", { narrow: { topicId: topic?.id as Id } })).toEqual([id]);
    // A topic that was taken off is believed to the rows, not to the index.
    await test.db`delete from thread_topics where thread_id = ${id}`;
    expect(await find("", { narrow: { topicId: topic?.id as Id } })).toEqual([]);
  });

  it("mark the words in plain text", async () => {
    const queries = new Map([["english", "'weld'"]]);
    const marked = await markWords(
      test.db,
      [{ id: "1", config: "english", title: "On welding", text: "I <b>weld</b> & welded & a < b." }],
      queries,
    );
    expect(marked.get("1")?.title).toBe("On \u0002welding\u0003");
    expect(marked.get("1")?.text).toContain("\u0002welded\u0003");
  });
});

describe("absurd searches", () => {
  it("are answered all the same", async () => {
    for (const words of [
      "a".repeat(300),
      "\u{1f600} \u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
      "((((",
      "& | ! <-> :* \\ ' \" %_",
      '"',
      "-",
      "-- -a",
      "=in:1",
      "or or or",
      "http://a.example/?q='drop table",
      "x ".repeat(140),
    ]) {
      const found = await findPosts(test.db, {
        words,
        config: "english",
        narrow: {},
        order: "best",
        after: undefined,
        viewerId: null,
      });
      expect(["found", "common"], words).toContain(found.is);
      await findPeople(test.db, words, null);
      await findCommunities(test.db, words, "english");
    }
    const ask: Ask = {
      words: "the of and",
      config: "english",
      narrow: {},
      order: "best",
      after: undefined,
      viewerId: null,
    };
    expect((await findPosts(test.db, ask)).is).toBe("common");
    expect((await findPosts(test.db, { ...ask, words: "weld", after: "nonsense" })).is).toBe("unclear");
  });
});

describe("people and communities", () => {
  it("are found by names that are nearly right; who never wrote here is not shown", async () => {
    const carla = await test.person("carla_brueckner");
    const id = await thread("By Ana", "<p>Words.</p>");
    expect(id).toBeTruthy();
    expect((await findPeople(test.db, "carla", null)).map((one) => one.id)).not.toContain(carla);
    expect((await findPeople(test.db, "ana", null)).map((one) => one.id)).toContain(ana);
    const dora = await makePerson(test.house, "dorothea");
    expect((await findPeople(test.db, "dorotea", null)).map((one) => one.id)).toContain(dora.id);
    expect((await findPeople(test.db, "@dorothea", null))[0]?.id).toBe(dora.id);
    expect((await findPeople(test.db, "@ana@social.example", null))[0]?.id).toBe(ana);
    expect((await findCommunities(test.db, "weldin", "english")).map(({ slug }) => slug)).toEqual(["welding"]);
    expect((await findCommunities(test.db, "metals", "english")).map(({ slug }) => slug)).toEqual(["welding"]);
  });
});
