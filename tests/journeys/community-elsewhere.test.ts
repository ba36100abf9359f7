/** A community of another server, followed from here: its history is fetched, what is new arrives, and what is answered here goes there. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";

let here: TestServer;
let there: TestServer;
let ana: TestPerson;
let bo: TestPerson;
let cooking: { id: Id; uri: string };
let question: Id;
let home: string;

const words = { warning: "", language: "en", pictures: [] };

beforeAll(async () => {
  [here, there] = [await openTestServer(), await openTestServer()];
  ana = await makePerson(here.app.house, "ana");
  bo = await makePerson(there.app.house, "bo");
  cooking = await there.found("cooking", "Cooking");
  home = `/c/cooking@${there.host}`;
  question = (await start("How long do beans need?", "They are old.", "one")).id;
  await composeReply(there.app.house, bo.id, {
    ...words,
    parentId: question,
    source: "Soak them.",
    submissionKey: "two",
  });
});
afterAll(async () => {
  await here?.[Symbol.asyncDispose]();
  await there?.[Symbol.asyncDispose]();
});

test("is looked up by its handle, by whoever has an account", async () => {
  expect((await page(home)).status).toBe(404);
  const asked = await fetch(here.origin + home, { headers: { cookie: ana.cookie }, redirect: "manual" });
  expect([asked.status, asked.headers.get("location")]).toEqual([
    302,
    `/search?q=${encodeURIComponent(`@cooking@${there.host}`)}`,
  ]);
  const found = await page(`/search?q=${encodeURIComponent(`@cooking@${there.host}`)}`, ana);
  expect(found.text).toContain(home);
  expect((await page(home, ana)).text).toContain("Follow it from here");
});

test("is followed, and its history is fetched", async () => {
  const followed = await fetch(`${here.origin}${home}/join`, formOf(here.origin, ana, {}));
  expect(followed.status).toBe(303);
  expect((await fetch(`${here.origin}${home}/join`, formOf(here.origin, null, {}))).headers.get("location")).toContain(
    "/sign-in",
  );
  await settled();
  await expect.poll(async () => (await page(home, ana)).text).toContain("You follow it");
  const done = await here.app.federation.fetchNextHistory();
  expect(done).toContain("1 threads, 1 replies");
  expect(await here.app.federation.fetchNextHistory()).toBeNull();
  const shown = await page(home);
  expect(shown.text).toContain("How long do beans need?");
  expect(shown.text).toContain("All that its server lists is here.");
  const thread = await page(await threadPath());
  expect(thread.text).toContain("Soak them.");
  expect(thread.text).toContain("some replies may be missing");
});

test("sends what is new, and takes what is answered here to all its followers", async () => {
  await start("Which lentils?", "For soup.", "three");
  await settled();
  await expect.poll(async () => (await page(home)).text).toContain("Which lentils?");
  const parent = await findPostByUri(here.app.db, `${there.origin}/posts/${question}`);
  const answer = await composeReply(here.app.house, ana.id, {
    ...words,
    parentId: parent?.id as Id,
    source: "A night in salted water.",
    submissionKey: "four",
  });
  await settled();
  const arrived = await findPostByUri(there.app.db, `${here.origin}/posts/${answer.id}`);
  expect(arrived).toMatchObject({ threadId: question, authorUri: ana.uri });
  expect((await there.page(`/c/cooking/t/${question}`)).text).toContain("A night in salted water.");
  // It says that it belongs to the thread there, as its parent does; ours is not to be had.
  const { json } = await here.document(`/posts/${answer.id}`);
  expect(json.context).toBe(`${there.origin}/posts/${question}/context`);
  // Whose question it is hears of it.
  const [told] = await there.app.db<
    { kind: string }[]
  >`select kind from notifications where actor_id = ${bo.id} and post_id = ${arrived?.id as Id}`;
  expect(told?.kind).toBe("reply");
});

test("takes a thread that is begun here, through the pages", async () => {
  const form = await page(`${home}/new?kind=discussion`, ana);
  expect(form.status).toBe(200);
  const key = /name="key" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
  const fields = {
    key,
    kind: "discussion",
    title: "Salt when?",
    source: "Before or after?",
    language: "en",
    do: "publish",
  };
  const sent = await fetch(`${here.origin}${home}/new`, formOf(here.origin, ana, fields));
  expect(sent.status).toBe(303);
  expect(sent.headers.get("location")).toContain(`${home}/t/`);
  await settled();
  await expect.poll(async () => (await there.page("/c/cooking")).text).toContain("Salt when?");
});

test("is left again", async () => {
  expect((await fetch(`${here.origin}${home}/leave`, formOf(here.origin, ana, {}))).status).toBe(303);
  await settled();
  const [left] = await there.app.db<{ n: number }[]>`
    select count(*)::int as n from memberships m join actors a on a.id = m.actor_id where a.uri = ${ana.uri}`;
  expect(left?.n).toBe(0);
  expect((await page(home, ana)).text).toContain("Nobody here follows it any more");
});

function start(title: string, source: string, submissionKey: string) {
  const thread = { groupId: cooking.id, title, source, kind: "question" as const, topicIds: [], linkUrl: null };
  return composeThread(there.app.house, bo.id, { ...words, ...thread, submissionKey });
}

async function threadPath(): Promise<string> {
  const post = await findPostByUri(here.app.db, `${there.origin}/posts/${question}`);
  return `${home}/t/${post?.threadId}`;
}

async function page(path: string, person?: TestPerson) {
  const answer = await fetch(here.origin + path, {
    headers: { accept: "text/html", ...(person && { cookie: person.cookie }) },
  });
  return { status: answer.status, text: await answer.text() };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await here.worker.settled();
    await there.worker.settled();
  }
}
