/** Posts that are written together: each meets the end it would have met alone, whatever becomes of its neighbours. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findPost, findPostByUri } from "../../db/queries/posts.ts";
import { Refusal } from "../../src/base/errors.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { writeReply } from "../../src/domain/replies/write.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { AlreadySeen, type House, type Told } from "../../src/domain/transact.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
let house: House;
let groupId: Id;
let ana: Id;
let ben: Id;
let threadId: Id;
/** The lines that each transaction told its readers. */
let told: (readonly Told[])[] = [];

const HOST = "https://social.example";

beforeAll(async () => {
  stage = await openTestHouse({ readers: [async (_, lines) => void told.push(lines)] });
  house = stage.house;
  groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  [ana, ben] = [await stage.person("ana"), await stage.person("ben")];
  threadId = await thread("opening");
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(() => {
  told = [];
});

const uriOf = (name: string) => `${HOST}/posts/${name}`;
const textOf = (name: string) => ({
  uri: uriOf(name),
  url: uriOf(name),
  objectType: "Note",
  name: null,
  html: `<p>This is "${name}" \\ and more</p>`,
  warning: "",
  language: null,
  attachments: [],
  publishedAt: new Date(),
  editedAt: null,
});
const letterOf = (name: string, actorId: Id) => ({
  actorId,
  uri: `${HOST}/letters/${name}`,
  type: "Create",
  announceable: true,
  body: `{"about":"${name}"}`,
});

function thread(name: string, o: { by?: Id; letter?: string; in?: House } = {}): Promise<Id> {
  const { by = ana, letter = name } = o;
  const authorUri = `${HOST}/users/${by === ana ? "ana" : "ben"}`;
  return startThread(o.in ?? house, {
    groupId,
    authorId: by,
    authorUri,
    text: textOf(name),
    letter: letterOf(letter, by),
  });
}

function reply(name: string, o: { by?: Id; to?: Id; letter?: string; in?: House } = {}): Promise<Id> {
  const { by = ben, to = threadId, letter = name } = o;
  return writeReply(o.in ?? house, {
    groupId,
    threadId,
    parentId: to,
    authorId: by,
    text: textOf(name),
    letter: letterOf(letter, by),
  });
}

const kept = async (name: string) => {
  const post = await findPostByUri(stage.db, uriOf(name));
  return post !== null && post.removedAt === null;
};
const marks = async (letter: string) =>
  (await stage.db`select body from received where uri = ${`${HOST}/letters/${letter}`}`).length;
const ends = async (acts: Promise<Id>[]) =>
  (await Promise.allSettled(acts)).map((end) =>
    end.status === "fulfilled"
      ? "written"
      : end.reason instanceof AlreadySeen
        ? "seen"
        : end.reason instanceof Refusal
          ? end.reason.code
          : end.reason,
  );

test("openings and replies that come together share a transaction, each with its letter, its place and its line", async () => {
  const acts = [thread("t1"), thread("t2"), reply("r1"), reply("r2"), thread("t3", { by: ben })];
  const ids = await Promise.all(acts);
  expect(told.map((lines) => lines.length)).toEqual([1, 4]);
  const lines = told.flat();
  expect(lines.map(({ line }) => [line.postId, line.kind])).toEqual([
    [ids[0], "thread.started"],
    [ids[1], "thread.started"],
    [ids[2], "reply.written"],
    [ids[3], "reply.written"],
    [ids[4], "thread.started"],
  ]);
  for (const [i, name] of ["t1", "t2", "r1", "r2", "t3"].entries()) {
    const post = await findPost(stage.db, ids[i] as Id);
    const isReply = name.startsWith("r");
    expect(post).toMatchObject({
      uri: uriOf(name),
      threadId: isReply ? threadId : ids[i],
      parentId: isReply ? threadId : null,
      branchId: ids[i],
    });
    const [row] = await stage.db`
      select p.content, r.body, r.keep from posts p join received r on r.id = p.received_id where p.id = ${ids[i] as Id}`;
    expect(row).toEqual({
      content: `<p>This is "${name}" \\ and more</p>`,
      body: `{"about":"${name}"}`,
      keep: true,
    });
    expect(lines[i]?.letter).toMatchObject(letterOf(name, isReply || name === "t3" ? ben : ana));
    expect(await stage.db`select 1 from journal where post_id = ${ids[i] as Id}`).toHaveLength(1);
  }
});

test("a replay, a known post, a buried one and one whose thread is gone are told so; their neighbours are written", async () => {
  await thread("known");
  await removeOwnPost(house, { post: null, uri: uriOf("buried"), by: ana, ownerUri: `${HOST}/users/ana` });
  const closed = await thread("closed");
  await removeOwnPost(house, {
    post: await findPost(stage.db, closed),
    uri: uriOf("closed"),
    by: ana,
    ownerUri: `${HOST}/users/ana`,
  });
  told = [];
  const late = writeReply(house, {
    groupId,
    threadId: closed,
    parentId: closed,
    authorId: ben,
    text: textOf("late"),
    letter: letterOf("late", ben),
  });
  const acts = [
    thread("before"),
    thread("other words", { letter: "known" }),
    thread("known", { letter: "another letter" }),
    thread("buried"),
    late,
    reply("nowhere", { to: "1" as Id }),
    reply("good"),
  ];
  expect(await ends([late, ...acts])).toEqual([
    "gone",
    "written",
    "seen",
    "already-done",
    "gone",
    "gone",
    "gone",
    "written",
  ]);
  expect(told.flat().map(({ line }) => line.data.uri)).toEqual([uriOf("before"), uriOf("good")]);
  for (const name of ["other words", "buried", "late", "nowhere"]) expect(await kept(name)).toBe(false);
  // What was refused leaves no mark: should it come again, it is judged again.
  for (const letter of ["another letter", "buried", "late", "nowhere"]) expect(await marks(letter)).toBe(0);
  expect(await marks("known")).toBe(1);
});

test("a deletion by somebody else, sent ahead, buries nothing", async () => {
  await removeOwnPost(house, { post: null, uri: uriOf("mine"), by: ben, ownerUri: `${HOST}/users/ben` });
  expect(await ends([thread("company"), thread("mine"), thread("more company")])).toEqual([
    "written",
    "written",
    "written",
  ]);
});

test("the same letter and the same object twice in one moment are written once", async () => {
  const acts = [
    thread("first"),
    thread("twice"),
    thread("twice"),
    thread("twice", { letter: "a second letter" }),
    reply("answer"),
    reply("answer", { by: ana, letter: "her letter" }),
  ];
  expect(await ends(acts)).toEqual(["written", "written", "seen", "already-done", "written", "already-done"]);
  for (const name of ["twice", "answer"]) {
    expect(await stage.db`select 1 from posts where uri = ${uriOf(name)}`).toHaveLength(1);
    expect(await stage.db`select 1 from journal where data->>'uri' = ${uriOf(name)}`).toHaveLength(1);
  }
});

test("a post that the database will not take fails alone, and the others are written without it", async () => {
  const bad = startThread(house, {
    groupId: "1" as Id,
    authorId: ana,
    authorUri: "",
    text: textOf("bad"),
    letter: letterOf("bad", ana),
  });
  const acts = [thread("good 1"), thread("good 2"), bad, reply("good 3")];
  const [one, two, three, four] = await ends([...acts]);
  expect([one, two, four]).toEqual(["written", "written", "written"]);
  expect(three).toMatchObject({ code: "23503" });
  expect(await kept("bad")).toBe(false);
  expect(await marks("bad")).toBe(0);
  for (const name of ["good 1", "good 2", "good 3"])
    expect(await stage.db`select 1 from journal where data->>'uri' = ${uriOf(name)}`).toHaveLength(1);
});

test("a reader that fails for one of them takes back only that one", async () => {
  const refusing: House = {
    ...house,
    readers: [
      async (_, lines) => {
        if (lines.some(({ line }) => line.data.uri === uriOf("unreadable"))) throw new Error("no ink");
      },
    ],
  };
  const acts = ["fine 1", "fine 2", "unreadable", "fine 3"].map((name) => thread(name, { in: refusing }));
  expect(await ends(acts)).toEqual(["written", "written", new Error("no ink"), "written"]);
  expect(await kept("unreadable")).toBe(false);
  expect(await marks("unreadable")).toBe(0);
});

test("a deletion in the same moment leaves no post behind, however the two are timed", async () => {
  for (let round = 0; round < 12; round++) {
    const names = Array.from({ length: 8 }, (_, i) => `racing ${round} ${i}`);
    const writing = names.map((name) => thread(name));
    const removing = names.map(async (name, i) => {
      if ((i + round) % 2) await new Promise(setImmediate);
      const post = await findPostByUri(stage.db, uriOf(name));
      await removeOwnPost(house, { post, uri: uriOf(name), by: ana, ownerUri: `${HOST}/users/ana` });
    });
    await Promise.all([ends(writing), ...removing]);
    for (const name of names) expect([name, await kept(name)]).toEqual([name, false]);
  }
});

test("a connection that is cut in the middle of a batch costs nobody their post, and nobody has two", async () => {
  const names = ["cut 0", "cut 1", "cut 2", "cut 3"];
  const acts: Promise<Id>[] = [];
  await stage.db.begin(async (outside) => {
    await outside`select pg_advisory_xact_lock(hashtextextended(${uriOf("cut 2")}, 0))`;
    acts.push(...names.map((name) => thread(name)));
    const waiting = await vi.waitFor(async () => {
      const [row] = await outside<{ pid: number }[]>`
        select l.pid from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
      expect(row).toBeDefined();
      return row?.pid ?? 0;
    }, 30_000);
    await outside`select pg_terminate_backend(${waiting})`;
  });
  expect(await ends(acts)).toEqual(["written", "written", "written", "written"]);
  for (const name of names)
    expect(await stage.db`select 1 from journal where data->>'uri' = ${uriOf(name)}`).toHaveLength(1);
});

test("a batch that was committed without our hearing of it is not written again", async () => {
  // Nor of the one before it.
  let deaf = 2;
  const begin = async (work: (tx: never) => Promise<unknown>) => {
    const done = await stage.db.begin(work as never);
    if (deaf-- > 0) throw Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
    return done;
  };
  const db = new Proxy(stage.db, { get: (target, name) => (name === "begin" ? begin : Reflect.get(target, name)) });
  const lossy: House = { ...house, db };
  const acts = ["unheard 0", "unheard 1", "unheard 2"].map((name) => thread(name, { in: lossy }));
  expect(await ends(acts)).toEqual([expect.objectContaining({ code: "CONNECTION_CLOSED" }), "seen", "seen"]);
  for (const name of ["unheard 0", "unheard 1", "unheard 2"])
    expect(await stage.db`select 1 from posts where uri = ${uriOf(name)}`).toHaveLength(1);
});
