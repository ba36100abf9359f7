/** Votes of one person on one post at the same moment, in two processes on one database. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findPost, type PostRow } from "../../db/queries/posts.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import type { House } from "../../src/domain/transact.ts";
import { castVote } from "../../src/domain/votes/cast.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";

let stage: TestHouse;
let ben: Id;
let cid: Id;
let post: PostRow;
let other: PostRow;

beforeAll(async () => {
  stage = await openTestHouse();
  const { house, db } = stage;
  const groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  const ana = await stage.person("ana");
  ben = await stage.person("ben");
  cid = await stage.person("cid");
  const write = async (n: number): Promise<PostRow> => {
    const uri = `https://social.example/posts/${n}`;
    const said = {
      name: null,
      html: "<p>Which gas?</p>",
      warning: "",
      language: null,
      attachments: [],
      editedAt: null,
    };
    const text = { ...said, uri, url: uri, objectType: "Note", publishedAt: new Date() };
    const letter = { actorId: ana, uri: `${uri}#create`, type: "Create", announceable: true, body: "{}" };
    const authorUri = "https://social.example/users/ana";
    return (await findPost(
      db,
      await startThread(house, { groupId, authorId: ana, authorUri, text, letter }),
    )) as PostRow;
  };
  [post, other] = [await write(1), await write(2)];
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.db`delete from votes`;
  await stage.db`delete from journal`;
});

let letters = 0;
const cast = (house: House, kind: "up" | "down" | "reaction", emoji = "", { by, on } = { by: ben, on: post }) => {
  const uri = `https://social.example/likes/${++letters}`;
  const letter = { actorId: by, uri, type: "Like", announceable: true, body: "{}" };
  return castVote(house, { post: on, by, kind, emoji, uri, letter });
};

const waitingForLocks = async () =>
  (await stage.db`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    .length;

/** One process has cast its vote and is about to commit when the other casts its own: the other ends, or waits; then the first commits. */
async function atOnce(first: (house: House) => Promise<boolean>, second: (house: House) => Promise<boolean>) {
  const [cast, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = first({
    ...stage.house,
    readers: [
      () => {
        cast.resolve();
        return commit.promise;
      },
    ],
  });
  await cast.promise;
  let ended = false;
  const other = second({ ...stage.house }).finally(() => {
    ended = true;
  });
  await expect.poll(async () => ended || (await waitingForLocks()) > 0).toBe(true);
  commit.resolve();
  return Promise.all([held, other]);
}

test("an up and a down: the later one stands, and the journal says that the other was withdrawn", async () => {
  const counted = await atOnce(
    (house) => cast(house, "up"),
    (house) => cast(house, "down"),
  );
  expect(counted).toEqual([true, true]);
  expect([...(await stage.db`select kind from votes`)]).toEqual([{ kind: "down" }]);
  const told = await stage.db`select kind, data->>'kind' as vote from journal order by id`;
  expect([...told]).toEqual([
    { kind: "vote.cast", vote: "up" },
    { kind: "vote.withdrawn", vote: "up" },
    { kind: "vote.cast", vote: "down" },
  ]);
});

test("the same vote: it is counted once", async () => {
  const counted = await atOnce(
    (house) => cast(house, "up"),
    (house) => cast(house, "up"),
  );
  expect(counted).toEqual([true, false]);
  expect(await stage.db`select kind from journal`).toHaveLength(1);
});

test("reactions: eight stand, and no ninth", async () => {
  for (const emoji of ["👍", "❤️", "😄", "🎉", "🤔", "👀", "🔥"]) await cast(stage.house, "reaction", emoji);
  const counted = await atOnce(
    (house) => cast(house, "reaction", "🚀"),
    (house) => cast(house, "reaction", "🐙"),
  );
  expect(counted).toEqual([true, false]);
  expect(await stage.db`select 1 from votes`).toHaveLength(8);
});

test("reactions of two people in batches that wait for each other: Postgres unties the knot, and all of them count", async () => {
  /** They share a batch, since they come while the vote before them is under way. */
  const batch = (...reactions: { by: Id; on: PostRow }[]) => {
    const house = { ...stage.house };
    const first = cast(house, "up", "", { by: reactions[0]?.by as Id, on: other });
    return [first, ...reactions.map((reaction) => cast(house, "reaction", "👍", reaction))];
  };
  const [locked, unlock] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holder = stage.db.begin(async (tx) => {
    await tx`select from posts where id = ${post.id} for update`;
    locked.resolve();
    await unlock.promise;
  });
  await locked.promise;
  const one = batch({ by: ben, on: post }, { by: cid, on: other });
  await expect.poll(waitingForLocks).toBe(1);
  const two = batch({ by: cid, on: post }, { by: ben, on: other });
  await expect.poll(waitingForLocks).toBe(2);
  unlock.resolve();
  await holder;
  expect(await Promise.all([...one, ...two])).toEqual([true, true, true, true, true, true]);
  expect(await stage.db`select 1 from votes`).toHaveLength(6);
  const knots = () => stage.db`select deadlocks::int from pg_stat_database where datname = current_database()`;
  await expect.poll(async () => (await knots())[0]?.deadlocks, { timeout: 10_000 }).toBe(1);
});
