/** The end of a poll: told once to whoever began it and to those here who voted, on the site and by mail; and polls in the export of somebody's data. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { ToldPoll } from "../../db/queries/polls.ts";
import { findPost } from "../../db/queries/posts.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { writeDigests } from "../../src/domain/notifications/digests.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { blockPerson } from "../../src/domain/people/block.ts";
import { exportOf } from "../../src/domain/people/export.ts";
import { closePolls } from "../../src/domain/polls/close.ts";
import { voteInPoll } from "../../src/domain/polls/vote.ts";
import { editPost } from "../../src/domain/posts/edit.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import type { PostText } from "../../src/domain/posts/text.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import type { House } from "../../src/domain/transact.ts";
import { composer } from "../../src/jobs/digests.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const DAY = 24 * 3_600_000;
const MINUTE = 60_000;
const ROSA = "https://social.example/users/rosa";
let site: TestSite;
let house: House;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;
let cy: TestPerson;
let rosa: Id;
let later = 0;
let n = 0;

beforeAll(async () => {
  site = await openSite();
  house = {
    ...site.house,
    now: () => new Date(Date.now() + later),
    readers: [openNotifier(site.house.makeId)],
  };
  groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(house, "ana");
  bo = await makePerson(house, "bo");
  cy = await makePerson(house, "cy");
  rosa = (await seeder(site.db).person({ handle: "rosa@social.example", name: "Rosa" })) as Id;
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  later = 0;
  await site.db`delete from notifications`;
  await site.db`delete from polls`;
});

async function begun(): Promise<Id> {
  const { id } = await composeThread(house, ana.id, {
    groupId,
    title: "Which gas?",
    source: "",
    kind: "poll",
    topicIds: [],
    linkUrl: null,
    poll: { options: "Argon\nHelium", multiple: false, days: 1 },
    warning: "",
    language: null,
    pictures: [],
    submissionKey: `key-of-a-poll-${++n}`,
  });
  return id;
}

function asked(more: Partial<ToldPoll> = {}): ToldPoll {
  const options = ["Argon", "Helium"].map((text) => ({ text, votes: 1 }));
  return { multiple: false, closesAt: new Date(Date.now() + DAY), voters: 2, options, ...more };
}

function textOf(uri: string, poll: ToldPoll): PostText {
  const rest = { name: "Gas elsewhere", html: "<p>Which?</p>", warning: "", language: null, attachments: [] };
  return { uri, url: uri, objectType: "Question", ...rest, poll, publishedAt: new Date(), editedAt: null };
}

function arrived(poll = asked()): Promise<Id> {
  const text = textOf(`https://social.example/polls/${++n}`, poll);
  return startThread(house, { groupId, authorId: rosa, authorUri: ROSA, text });
}

const vote = (threadId: Id, ...people: TestPerson[]) =>
  Promise.all(people.map((by) => voteInPoll(house, { threadId, by, chosen: [0] })));

async function told() {
  return await site.db`
    select a.username as to, n.kind, f.username as from, n.thread_id as thread from notifications n
      join actors a on a.id = n.actor_id left join actors f on f.id = n.from_id order by n.thread_id, a.username`;
}

test("whoever began it and those who voted are told once, and not before it is over", async () => {
  const thread = await begun();
  await vote(thread, ana, bo);
  expect(await closePolls(house)).toBe(0);
  later = DAY + MINUTE;
  const closed = await Promise.all([closePolls(house), closePolls(house)]);
  expect(closed.toSorted()).toEqual([0, 1]);
  expect(await closePolls(house)).toBe(0);
  expect(await told()).toEqual([
    { to: "ana", kind: "poll", from: null, thread },
    { to: "bo", kind: "poll", from: "ana", thread },
  ]);
});

test("a round that is cut off changes nothing, and the next one tells", async () => {
  const thread = await begun();
  await vote(thread, bo);
  later = DAY + MINUTE;
  const broken = { ...house, readers: [...house.readers, () => Promise.reject(new Error("cut off"))] };
  await expect(closePolls(broken)).rejects.toThrow("cut off");
  expect(await told()).toEqual([]);
  expect(await closePolls(house)).toBe(1);
  expect(await told()).toHaveLength(2);
});

test("a poll of another server is told to those here who voted, when its last count has had its time", async () => {
  const thread = await arrived();
  const nobodys = await arrived();
  await vote(thread, bo);
  later = DAY + MINUTE;
  expect(await closePolls(house)).toBe(0);
  later = DAY + 6 * MINUTE;
  expect(await closePolls(house)).toBe(1);
  expect(await told()).toEqual([{ to: "bo", kind: "poll", from: "rosa", thread }]);
  const noticed =
    await site.db`select from polls where thread_id in (${thread}, ${nobodys}) and end_noticed_at is not null`;
  expect(noticed.count).toBe(2);
});

test("one that was over and goes on is told of to those who vote then, and to nobody twice", async () => {
  const thread = await arrived();
  const edit = async (closesAt: Date | null) => {
    const post = await findPost(site.db, thread);
    if (post) await editPost(house, { post, by: rosa, text: textOf(post.uri, asked({ closesAt })) });
  };
  await vote(thread, bo);
  later = DAY + 6 * MINUTE;
  await closePolls(house);
  await edit(new Date(Date.now() + 3 * DAY));
  await vote(thread, cy);
  later = 3 * DAY + 6 * MINUTE;
  expect(await closePolls(house)).toBe(1);
  expect((await told()).map(({ to }) => to)).toEqual(["bo", "cy"]);
});

test("nobody is told who muted it or blocks who began it, and nobody once it is removed", async () => {
  const thread = await begun();
  await vote(thread, ana, bo, cy);
  await site.db`insert into thread_subscriptions (actor_id, thread_id, level) values (${cy.id}, ${thread}, 'mute')`;
  await blockPerson(house, bo.id, ana.id);
  later = DAY + MINUTE;
  await closePolls(house);
  expect((await told()).map(({ to }) => to)).toEqual(["ana"]);
  await site.db`delete from blocks`;

  later = 0;
  const other = await begun();
  await vote(other, bo);
  const post = await findPost(site.db, other);
  const removal = { post, uri: post?.uri ?? "", by: ana.id, ownerUri: ana.uri };
  later = DAY + MINUTE;
  await closePolls(house);
  const unread = () => site.db`select from notifications where thread_id = ${other} and read_at is null`;
  expect((await unread()).count).toBe(2);
  await removeOwnPost(house, removal);
  expect((await unread()).count).toBe(0);
});

test("it stands among the notices and in the mail, in the reader's language", async () => {
  const thread = await begun();
  await vote(thread, bo);
  await site.db`update accounts set mail_rhythm = 'at-once', language = case when actor_id = ${bo.id} then 'de' end`;
  later = DAY + MINUTE;
  await closePolls(house);
  const page = async (person: TestPerson) =>
    (await site.app.request("/notifications", { headers: { cookie: person.cookie } })).text();
  expect(await page(ana)).toMatch(new RegExp(`Your poll <a href="/posts/${thread}">.*Which gas.*</a> has closed`));
  expect(await page(bo)).toMatch(/Die Umfrage <a .*Which gas.*<\/a>, in der du abgestimmt hast, ist zu Ende/);
  const compose = composer(ORIGIN, openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN }));
  expect(await writeDigests(house, compose)).toEqual({ mails: 2, failed: [] });
  const mails = await site.db`select text_body from mails`;
  expect(JSON.stringify(mails)).toContain("Your poll “Which gas?” has closed");
  expect(JSON.stringify(mails)).toContain("Die Umfrage „Which gas?“, in der du abgestimmt hast, ist zu Ende");
});

test("the export holds one's own polls with their counts, and what one voted, but nobody else's vote", async () => {
  const thread = await begun();
  await vote(thread, bo);
  const elsewhere = await arrived();
  await vote(elsewhere, ana);
  let text = "";
  for await (const piece of exportOf(house, ana.id)) text += piece;
  const { polls, pollVotes } = JSON.parse(text);
  const options = [
    { text: "Argon", votes: 1 },
    { text: "Helium", votes: 0 },
  ];
  expect(polls).toMatchObject([
    { poll: `${ORIGIN}/posts/${thread}`, title: "Which gas?", multiple: false, voters: 1, options },
  ]);
  expect(pollVotes).toMatchObject([{ poll: expect.stringContaining("social.example/polls"), option: "Argon" }]);
  expect(text).not.toContain(bo.uri);
});
