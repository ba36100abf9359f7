/** What a post from elsewhere said before its author edited it there: kept within bounds, shown to everybody, gone with the post. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findPost, KEPT_EDITS } from "../../db/queries/posts.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { editPost } from "../../src/domain/posts/edit.ts";
import { removeOthersPost, removeOwnPost } from "../../src/domain/posts/remove.ts";
import type { PostText } from "../../src/domain/posts/text.ts";
import { writeReply } from "../../src/domain/replies/write.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { expectSafe } from "../base/safe-html.ts";
import { xssVectors } from "../base/xss-vectors.ts";
import { makePerson } from "../support/people.ts";
import { type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let seed: Seed;
let groupId: Id;
let carla: Id;
let id: Id;
let n = 0;
const AUTHOR = "https://social.example/users/carla";
const minute = (at: number) => new Date(Date.UTC(2026, 4, 3, 10, at));

beforeAll(async () => {
  site = await openSite();
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" })).id;
  seed = seeder(site.db);
  carla = (await seed.person({ handle: "carla@social.example", name: "Carla" })) as Id;
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  id = await startThread(site.house, {
    groupId,
    authorId: carla,
    authorUri: AUTHOR,
    text: said("<p>Turn the gas up</p>", { name: "Gas" }),
  });
});

function said(html: string, more: Partial<PostText> = {}): PostText {
  const uri = `https://social.example/posts/${++n}`;
  return {
    uri,
    url: uri,
    objectType: "Page",
    name: null,
    html,
    warning: "",
    language: "en",
    attachments: [],
    publishedAt: minute(0),
    editedAt: null,
    ...more,
  };
}

/** Its author's server says now that it says this. */
async function edit(html: string, more: Partial<PostText> = {}, postId = id) {
  const post = await findPost(site.db, postId);
  if (!post) throw new Error("no such post");
  return editPost(site.house, { post, by: carla, text: said(html, { name: "Gas", uri: post.uri, ...more }) });
}

const history = () => site.read(`/posts/${id}/history`);
const kept = () => site.db`select edited_at, title, content, warning from post_edits where post_id = ${id} order by 1`;

test("everybody reads when it was edited, what it said, and what changed", async () => {
  expect(await history()).toContain("It has not been edited.");
  await edit("<p>Turn the gas down</p>", { editedAt: minute(1) });
  await edit("<p>Turn the gas down</p>", { editedAt: minute(2), name: "Gas and heat", warning: "burns" });
  expect(await kept()).toEqual([
    { edited_at: minute(1), title: "Gas", content: "<p>Turn the gas up</p>", warning: "" },
    { edited_at: minute(2), title: "Gas", content: "<p>Turn the gas down</p>", warning: "" },
  ]);
  const page = await history();
  expect(page.match(/<li><h2>/g)).toHaveLength(3);
  expect(page).toContain("<p>Turn the gas up</p>");
  expect(page).toContain(`Until <time datetime="${minute(1).toISOString()}">`);
  const changes = page
    .split("What changed</summary>")
    .slice(1)
    .map((part) => part.split("</details>")[0] ?? "");
  expect(changes).toHaveLength(2);
  expect(changes[0]).toMatch(/<ins>.*heat<\/ins>/);
  expect(changes[1]).toMatch(/<del>.*up<\/del><ins>.*down<\/ins>/);
  expect(await site.read(`/c/welding/t/${id}`)).toContain(`<a class="edited" href="/posts/${id}/history">`);
});

test("an edit that changes no words leaves none, and the page says so", async () => {
  const picture = { url: "https://social.example/a.png", mediaType: "image/png", description: "" };
  await edit("<p>Turn the gas up</p>", { editedAt: minute(1) });
  await edit("<p>Turn the gas up</p>", { editedAt: minute(2), attachments: [picture] });
  await edit("<p>Turn   the gas down</p>", { editedAt: minute(1) }).catch(() => {});
  expect(await kept()).toEqual([]);
  expect(await history()).toContain("What it said before is not kept here.");
});

test("a title that a facilitator gave is none of its author's edits", async () => {
  await site.db`update threads set title = 'Shielding gas', retitled_at = now() where id = ${id}`;
  await edit("<p>Turn the gas up</p>", { editedAt: minute(1), name: "Gaz" });
  expect(await kept()).toEqual([]);
});

test("whoever edits without end has only their newest edits kept", async () => {
  for (let i = 1; i <= KEPT_EDITS + 5; i++) await edit(`<p>Edit ${i}</p>`, { editedAt: minute(i) });
  const rows = await kept();
  expect(rows.map(({ content }) => content)).toEqual(
    Array.from({ length: KEPT_EDITS }, (_, i) => `<p>Edit ${i + 5}</p>`),
  );
  const page = await history();
  expect(page).toContain(`<p>Edit ${KEPT_EDITS + 5}</p>`);
  expect(page.match(/<li><h2>/g)).toHaveLength(KEPT_EDITS + 1);
});

test("nothing in it runs", async () => {
  const vectors = xssVectors.slice(0, KEPT_EDITS - 1);
  for (const [i, vector] of vectors.entries()) await edit(`<p>${i}</p>${vector}`, { editedAt: minute(i + 1) });
  await edit("<p>Harmless</p>", { editedAt: minute(58) });
  for (const { content } of await kept()) expectSafe(content as string);
});

test("long texts that were changed all over and over are shown in bounded time and space", async () => {
  const long = (word: string) => `${Array.from({ length: 6_000 }, (_, i) => `<p>${word}${i}</p>`).join("")}`;
  for (let i = 1; i <= 10; i++) await edit(long(String.fromCharCode(96 + i)), { editedAt: minute(i) });
  expect(await kept()).toHaveLength(10);
  const began = performance.now();
  const page = await history();
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(page.length).toBeLessThan(2_500_000);
  expect(page).toContain("What changed</summary>");
  expect(page).toContain("Older versions are not shown.");
});

test("what was removed has no history, by whomever it was removed and whatever comes late", async () => {
  await edit("<p>Turn the gas down</p>", { editedAt: minute(1) });
  const post = await findPost(site.db, id);
  await removeOwnPost(site.house, { post, uri: post?.uri ?? "", by: carla, ownerUri: AUTHOR });
  await expect(edit("<p>Late</p>", { editedAt: minute(2) })).rejects.toMatchObject({ code: "already-done" });
  expect(await kept()).toEqual([]);
  expect((await site.app.request(`/posts/${id}/history`)).status).toBe(404);
});

test("a reply keeps a history, too, until a facilitator removes it", async () => {
  const fay = await makePerson(site.house, "fay", { secondFactor: true });
  await site.db`insert into memberships (group_id, actor_id, role, state, follow_uri, requested_at, accepted_at)
    values (${groupId}, ${fay.id}, 'facilitator', 'accepted', 'fay', now(), now())`;
  const threadId = id;
  id = await writeReply(site.house, {
    groupId,
    threadId,
    parentId: threadId,
    authorId: carla,
    text: said("<p>One</p>"),
  });
  await edit("<p>Two</p>", { editedAt: minute(1), name: null });
  expect(await kept()).toEqual([{ edited_at: minute(1), title: null, content: "<p>One</p>", warning: "" }]);
  expect(await history()).toContain("<p>One</p>");
  await removeOthersPost(site.house, { postId: id, by: fay.id, reason: "" });
  expect(await kept()).toEqual([]);
  expect((await site.app.request(`/posts/${id}/history`)).status).toBe(404);
});

test("what stands in a thread that is not shown any more has none, whoever wrote it", async () => {
  const opener = (await seed.person({ handle: "ned@blocked.example", name: "Ned" })) as Id;
  const authorUri = "https://blocked.example/users/ned";
  const text = said("<p>How?</p>", { name: "A title of theirs" });
  const threadId = await startThread(site.house, { groupId, authorId: opener, authorUri, text });
  id = await writeReply(site.house, {
    groupId,
    threadId,
    parentId: threadId,
    authorId: carla,
    text: said("<p>One</p>"),
  });
  expect(await history()).toContain("A title of theirs");
  await site.db`update peers set blocked_at = now() where host = 'blocked.example'`;
  expect((await site.app.request(`/posts/${id}/history`)).status).toBe(404);
});
