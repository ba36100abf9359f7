/** The nightly upkeep: what is forgotten, what stays, what is repaired. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPost } from "../../db/queries/posts.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { cleanUp } from "../../src/domain/upkeep/clean-up.ts";
import { castVote } from "../../src/domain/votes/cast.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";

let stage: TestHouse;
beforeAll(async () => {
  stage = await openTestHouse();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

test("marks of votes go after 31 days, what posts are made of stays, and a thread's time is put right", async () => {
  const { house, db } = stage;
  const group = await createCommunity(house, { slug: "welding", name: "Welding", summary: "" });
  const actorId = await stage.person("ana");
  const letter = (n: number, type: string) => ({
    actorId,
    uri: `https://social.example/${n}`,
    type,
    announceable: true,
    body: "{}",
  });
  const threadId = await startThread(house, {
    groupId: group.id,
    authorId: actorId,
    authorUri: "https://social.example/users/ana",
    text: {
      uri: "https://social.example/post",
      url: "https://social.example/post",
      objectType: "Note",
      name: null,
      html: "<p>Hello</p>",
      warning: "",
      language: null,
      attachments: [],
      publishedAt: new Date(),
      editedAt: null,
    },
    letter: letter(1, "Create"),
  });
  const post = await findPost(db, threadId);
  if (!post) throw new Error("the thread was not written");
  await castVote(house, { post, by: actorId, kind: "up", emoji: "", uri: "x", letter: letter(2, "Like") });
  await db`update received set received_at = now() - interval '40 days'`;
  await db`update threads set active_at = now() - interval '3 days'`;
  await db`insert into tombstones values ('old', 'o', now() - interval '2 years'), ('new', 'o', now())`;
  await db`insert into activities values (1, ${group.id}, '{}')`;
  await db`
    insert into dead_letters (inbox_id, activity_id, thread_id, attempts, reason, died_at)
    select id, 1, 0, 9, 'gone', now() - interval '31 days' from inboxes`;

  const { id } = await makePerson(house, "bo");
  await db`insert into used_tokens values ('old', now() - interval '2 hours'), ('new', now())`;
  await db`
    insert into sign_in_attempts (id, actor_id, address, outcome, at)
    values (1, ${id}, '', 'wrong', now() - interval '31 days'), (2, ${id}, '', 'wrong', now())`;
  await db`
    insert into sessions (id, token_hash, actor_id, seen_at, created_at) values
      (1, 'unused', ${id}, now() - interval '16 days', now() - interval '20 days'),
      (2, 'long', ${id}, now(), now() - interval '92 days')`;
  await db`
    insert into ended_sessions (token_hash, actor_id, ended_at) values
      ('before', ${id}, now() - interval '32 days'), ('lately', ${id}, now() - interval '29 days')`;

  const none = {
    letters: 0,
    deadLetters: 0,
    activities: 0,
    tombstones: 0,
    repaired: 0,
    tokens: 0,
    attempts: 0,
    sessions: 0,
    endedSessions: 0,
    pictures: 0,
    drafts: 0,
    submissions: 0,
  };
  const one = {
    letters: 1,
    deadLetters: 1,
    activities: 1,
    tombstones: 1,
    repaired: 1,
    tokens: 1,
    attempts: 1,
    sessions: 2,
    endedSessions: 1,
    pictures: 0,
    drafts: 0,
    submissions: 0,
  };
  expect(await cleanUp(house)).toEqual(one);
  expect(await db`select type from received`).toEqual([{ type: "Create" }]);
  expect(await db`select uri from tombstones`).toEqual([{ uri: "new" }]);
  expect(await db`select jti from used_tokens`).toEqual([{ jti: "new" }]);
  expect(await db`select id from sign_in_attempts`).toEqual([{ id: "2" }]);
  expect(await db`select count(*)::int as n from sessions`).toEqual([{ n: 1 }]);
  expect(await cleanUp(house)).toEqual(none);
});

test("whatever is forgotten is found by a key in the tables that name it", async () => {
  const unkeyed = await stage.db`
    select c.conrelid::regclass::text as "table", a.attname as "column" from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid in ('received'::regclass, 'activities'::regclass)
      and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`;
  expect(unkeyed).toEqual([]);
});
