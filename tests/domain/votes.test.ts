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
let post: PostRow;

beforeAll(async () => {
  stage = await openTestHouse();
  const { house, db } = stage;
  const groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  const ana = await stage.person("ana");
  ben = await stage.person("ben");
  const uri = "https://social.example/posts/1";
  const said = { name: null, html: "<p>Which gas?</p>", warning: "", language: null, attachments: [], editedAt: null };
  const text = { ...said, uri, url: uri, objectType: "Note", publishedAt: new Date() };
  const letter = { actorId: ana, uri: `${uri}#create`, type: "Create", announceable: true, body: "{}" };
  const authorUri = "https://social.example/users/ana";
  post = (await findPost(db, await startThread(house, { groupId, authorId: ana, authorUri, text, letter }))) as PostRow;
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.db`delete from votes`;
  await stage.db`delete from journal`;
});

let letters = 0;
const cast = (house: House, kind: "up" | "down" | "reaction", emoji = "") => {
  const uri = `https://social.example/likes/${++letters}`;
  const letter = { actorId: ben, uri, type: "Like", announceable: true, body: "{}" };
  return castVote(house, { post, by: ben, kind, emoji, uri, letter });
};

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
  const waiting = () =>
    stage.db`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => ended || (await waiting()).length > 0).toBe(true);
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
