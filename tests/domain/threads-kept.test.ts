/** What is done with a thread and its answers: who may, what it changes, what the journal and the audit say. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import { deleteOtherAnswers, insertAnswer } from "../../db/queries/answers.ts";
import { findPost } from "../../db/queries/posts.ts";
import { acceptAnswer, withdrawAnswer } from "../../src/domain/answers/accept.ts";
import { sayWorked } from "../../src/domain/answers/worked.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { removeOthersPost } from "../../src/domain/posts/remove.ts";
import { chooseSubscription } from "../../src/domain/subscriptions/choose.ts";
import { classify } from "../../src/domain/threads/classify.ts";
import { setLocked } from "../../src/domain/threads/lock.ts";
import { moveToCommunity } from "../../src/domain/threads/move.ts";
import { setPinned } from "../../src/domain/threads/pin.ts";
import { retitle } from "../../src/domain/threads/retitle.ts";
import type { House, Tx } from "../../src/domain/transact.ts";
import { isEmoji, unvoteHere, voteHere } from "../../src/domain/votes/here.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Seed, seeder } from "../web/seed.ts";

let stage: TestHouse;
let house: House;
let seed: Seed;
let welding: Id;
let gardens: Id;
let people: Record<"facilitator" | "steward" | "member" | "stranger", TestPerson>;
let asker: Id;
let thread: Id;
let replies: Id[];
const lines: JournalLine[] = [];

beforeAll(async () => {
  stage = await openTestHouse();
  house = { ...stage.house, committed: (line) => void lines.push(line) };
  seed = seeder(stage.db);
  welding = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  gardens = (await createCommunity(house, { slug: "gardens", name: "Gardens", summary: "" })).id;
  people = {
    facilitator: await makePerson(house, "fay"),
    steward: await makePerson(house, "stew"),
    member: await makePerson(house, "mem"),
    stranger: await makePerson(house, "stran"),
  };
  await join(people.facilitator.id, welding, "facilitator");
  await join(people.steward.id, welding, "steward");
  await join(people.member.id, welding, "member");
});
afterAll(() => stage?.[Symbol.asyncDispose]());

beforeEach(async () => {
  thread = (await seed.thread("welding", "Why does it warp?", {
    by: "ana@mastodon.example",
    at: "2026-05-01T10:00:00Z",
    html: "<p>Why?</p>",
  })) as Id;
  asker = seed.people.get("ana@mastodon.example") as Id;
  replies = [];
  for (const n of [1, 2]) {
    const at = `2026-05-01T1${n}:00:00Z`;
    replies.push((await seed.reply(thread, { by: "bo@lemmy.example", at, html: `<p>Answer ${n}</p>` })) as Id);
  }
  lines.length = 0;
});

async function join(actorId: Id, groupId: Id, role: string): Promise<void> {
  await stage.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${groupId}, ${actorId}, 'accepted', ${role}, ${`urn:${groupId}:${actorId}`}, now())`;
}

/** The house as somebody has it who looked at everything before `other` happened, and writes after it. */
const rightAfter = (other: () => Promise<unknown>): House => ({
  ...house,
  db: new Proxy(house.db, {
    get: (db, key) =>
      key === "begin"
        ? async (work: (tx: Tx) => Promise<unknown>) => {
            await other();
            return db.begin(work);
          }
        : Reflect.get(db, key),
  }),
});

const refused = { code: "not-allowed" };
const row = async () => (await stage.db`select * from threads where id = ${thread}`)[0];
const audits = () => stage.db<{ act: string; actorId: Id }[]>`
  select act, actor_id as "actorId" from audit where subject_id = ${thread} order by id`;
const acceptedNow = async () =>
  (
    await stage.db<
      { id: Id }[]
    >`select post_id as id from accepted_answers where thread_id = ${thread} order by accepted_at`
  ).map(({ id }) => id);

describe("who looks after a thread", () => {
  const acts: Record<string, { act: (by: Id) => Promise<boolean>; may: string[] }> = {
    pin: { act: (by) => setPinned(house, { threadId: thread, by, pinned: true }), may: ["facilitator"] },
    lock: { act: (by) => setLocked(house, { threadId: thread, by, locked: true }), may: ["facilitator"] },
    retitle: {
      act: (by) => retitle(house, { threadId: thread, by, title: "Better" }),
      may: ["facilitator", "steward", "asker"],
    },
    classify: {
      act: (by) => classify(house, { threadId: thread, by, kind: "question", topics: [] }),
      may: ["facilitator", "steward", "asker"],
    },
    accept: {
      act: (by) => acceptAnswer(house, { postId: replies[0] as Id, by }),
      may: ["facilitator", "steward", "asker"],
    },
  };
  test.each(Object.keys(acts))("%s is for those whom the policy names, and nobody else", async (name) => {
    const { act, may } = acts[name] as (typeof acts)[string];
    for (const standing of ["stranger", "member", "steward", "facilitator", "asker"] as const) {
      const by = standing === "asker" ? asker : people[standing].id;
      await stage.db`update threads set pinned_at = null, locked_at = null, title = 'Old', kind = 'discussion' where id = ${thread}`;
      await stage.db`delete from accepted_answers where thread_id = ${thread}`;
      lines.length = 0;
      if (may.includes(standing)) expect(await act(by), standing).toBe(true);
      else await expect(act(by), standing).rejects.toMatchObject(refused);
      expect(lines, standing).toHaveLength(may.includes(standing) ? 1 : 0);
    }
  });

  test("what is already so changes nothing and leaves no line", async () => {
    const by = people.facilitator.id;
    expect(await setPinned(house, { threadId: thread, by, pinned: true })).toBe(true);
    expect(await setPinned(house, { threadId: thread, by, pinned: true })).toBe(false);
    expect(await setPinned(house, { threadId: thread, by, pinned: false })).toBe(true);
    expect(lines.map((line) => line.kind)).toEqual(["thread.pinned", "thread.unpinned"]);
    expect((await audits()).map((line) => line.act)).toEqual(["thread.pinned", "thread.unpinned"]);
  });

  test("where the community asks for a second factor, a facilitator without one is told so", async () => {
    await stage.db`update communities set second_factor = true where actor_id = ${welding}`;
    const act = { threadId: thread, by: people.facilitator.id, locked: true };
    await expect(setLocked(house, act)).rejects.toMatchObject({ code: "second-factor-first" });
    expect(await setLocked(house, { ...act, secondFactor: true })).toBe(true);
    expect(await retitle(house, { threadId: thread, by: asker, title: "By the asker" })).toBe(true);
    await stage.db`update communities set second_factor = false where actor_id = ${welding}`;
  });

  test("a new title is one line with words in it, and is known as somebody's own", async () => {
    const by = people.steward.id;
    await expect(retitle(house, { threadId: thread, by, title: " \n " })).rejects.toMatchObject({
      code: "title-missing",
    });
    await expect(retitle(house, { threadId: thread, by, title: "x".repeat(201) })).rejects.toMatchObject({
      code: "too-long",
    });
    await retitle(house, { threadId: thread, by, title: "Why does thin\nsheet warp?" });
    expect(await row()).toMatchObject({ title: "Why does thin sheet warp?" });
    expect((await row())?.retitled_at).not.toBeNull();
    expect(lines[0]).toMatchObject({ kind: "thread.edited", data: { title: "Why does thin sheet warp?" } });
  });

  test("a thread takes only topics of its own community, and is no poll by being called one", async () => {
    const [own, other] = [house.makeId(), house.makeId()];
    await stage.db`insert into topics (id, group_id, slug, name) values (${own}, ${welding}, ${`t${own}`}, 'TIG'), (${other}, ${gardens}, 'frost', 'Frost')`;
    const act = { threadId: thread, by: people.steward.id };
    expect(await classify(house, { ...act, kind: "how-to", topics: [`t${own}`, "frost"] })).toBe(true);
    expect(await stage.db`select topic_id as id from thread_topics where thread_id = ${thread}`).toEqual([{ id: own }]);
    expect(await classify(house, { ...act, kind: "how-to", topics: [`t${own}`] })).toBe(false);
    expect(await classify(house, { ...act, kind: "how-to", topics: [] })).toBe(true);
    await expect(classify(house, { ...act, kind: "poll", topics: [] })).rejects.toMatchObject({
      code: "input-invalid",
    });
  });

  test("moving needs a facilitator of both communities, leaves pin and topics behind, and remembers where it was", async () => {
    const act = { threadId: thread, by: people.facilitator.id, toId: gardens };
    await expect(moveToCommunity(house, act)).rejects.toMatchObject(refused);
    await join(people.facilitator.id, gardens, "facilitator");
    await join(people.steward.id, gardens, "facilitator");
    await expect(moveToCommunity(house, { ...act, by: people.steward.id })).rejects.toMatchObject(refused);
    await setPinned(house, { ...act, pinned: true });
    expect(await moveToCommunity(house, act)).toBe(true);
    expect(await row()).toMatchObject({ group_id: gardens, moved_from_id: welding, pinned_at: null });
    expect(lines.at(-1)).toMatchObject({
      kind: "thread.moved",
      groupId: welding,
      data: { fromId: welding, toId: gardens },
    });
    await stage.db`delete from memberships where group_id = ${gardens}`;
  });

  test("two who move it at once move it once: to where it is, the second would have to look after it there", async () => {
    const allotments = (await createCommunity(house, { slug: "allotments", name: "Allotments", summary: "" })).id;
    for (const groupId of [gardens, allotments]) await join(people.facilitator.id, groupId, "facilitator");
    const act = { threadId: thread, by: people.facilitator.id };
    const second = rightAfter(() => moveToCommunity(house, { ...act, toId: gardens }));
    expect(await moveToCommunity(second, { ...act, toId: allotments })).toBe(false);
    expect(await row()).toMatchObject({ group_id: gardens, moved_from_id: welding });
    expect(lines.filter(({ kind }) => kind === "thread.moved")).toHaveLength(1);
    await stage.db`delete from memberships where group_id = ${gardens}`;
  });

  test("moving into a community that asks for a second factor needs one, too", async () => {
    await join(people.facilitator.id, gardens, "facilitator");
    await stage.db`update communities set second_factor = true where actor_id = ${gardens}`;
    const act = { threadId: thread, by: people.facilitator.id, toId: gardens };
    await expect(moveToCommunity(house, act)).rejects.toMatchObject({ code: "second-factor-first" });
    expect(await moveToCommunity(house, { ...act, secondFactor: true })).toBe(true);
    await stage.db`update communities set second_factor = false where actor_id = ${gardens}`;
    await stage.db`delete from memberships where group_id = ${gardens}`;
  });

  test("what was removed is gone, and what never was is not found", async () => {
    await stage.db`update threads set removed_at = now() where id = ${thread}`;
    const by = people.facilitator.id;
    await expect(setLocked(house, { threadId: thread, by, locked: true })).rejects.toMatchObject({ code: "gone" });
    await expect(setLocked(house, { threadId: "1" as Id, by, locked: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("an accepted answer", () => {
  test("is replaced by the next one, unless the community keeps several", async () => {
    const [first, second] = replies as [Id, Id];
    await acceptAnswer(house, { postId: first, by: asker });
    expect(await acceptAnswer(house, { postId: first, by: asker })).toBe(false);
    await acceptAnswer(house, { postId: second, by: asker });
    expect(await acceptedNow()).toEqual([second]);
    await stage.db`update communities set many_answers = true where actor_id = ${welding}`;
    await acceptAnswer(house, { postId: first, by: people.steward.id });
    expect((await acceptedNow()).toSorted()).toEqual([first, second].toSorted());
    await stage.db`update communities set many_answers = false where actor_id = ${welding}`;
    expect(await withdrawAnswer(house, { postId: first, by: asker })).toBe(true);
    expect(await withdrawAnswer(house, { postId: first, by: asker })).toBe(false);
    const post = await findPost(stage.db, first);
    expect(lines.map((line) => line.kind)).toEqual([
      "answer.accepted",
      // The one that was replaced.
      "answer.withdrawn",
      "answer.accepted",
      "answer.accepted",
      "answer.withdrawn",
    ]);
    expect(lines[1]).toMatchObject({ postId: first, actorId: asker, data: { uri: post?.uri, replaced: true } });
    const notes = lines.map((line) => line.data.noteId);
    expect(notes).toEqual([notes[0], notes[0], notes[2], notes[3], notes[3]]);
    expect(new Set(notes).size).toBe(3);
    expect(lines.at(-1)).toMatchObject({ postId: first, threadId: thread, data: { uri: post?.uri } });
  });

  test("is one only, also when two are accepted at once", async () => {
    await Promise.all(replies.map((postId) => acceptAnswer(house, { postId, by: asker })));
    expect(await acceptedNow()).toHaveLength(1);
  });

  test("is a reply that stands: not the question itself, nor what was removed", async () => {
    await expect(acceptAnswer(house, { postId: thread, by: asker })).rejects.toMatchObject({ code: "not-found" });
    await stage.db`update posts set removed_at = now() where id = ${replies[0] as Id}`;
    await expect(acceptAnswer(house, { postId: replies[0] as Id, by: asker })).rejects.toMatchObject({ code: "gone" });
  });

  test("is none when it is removed in the very moment in which it is accepted", async () => {
    const [postId = "" as Id] = replies;
    const by = people.facilitator.id;
    const removesFirst = rightAfter(() => removeOthersPost(house, { postId, by, reason: "" }));
    expect(await acceptAnswer(removesFirst, { postId, by: asker })).toBe(false);
    expect(await acceptedNow()).toEqual([]);
    expect(lines.map(({ kind }) => kind)).toEqual(["reply.removed"]);
  });

  test("of a question that is removed while another is accepted makes neither fail", async () => {
    const [first = "" as Id, second = "" as Id] = replies;
    await acceptAnswer(house, { postId: first, by: asker });
    let removed: Promise<boolean> | undefined;
    // What accepting another one does, step by step.
    await stage.db.begin(async (tx) => {
      await insertAnswer(tx, { threadId: thread, postId: second, acceptedBy: asker });
      removed = removeOthersPost(house, { postId: thread, by: people.facilitator.id, reason: "" });
      await expect
        .poll(
          async () =>
            (
              await stage.db`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
            ).count,
        )
        .toBe(1);
      expect(await deleteOtherAnswers(tx, house.origin, thread, second)).toMatchObject([{ postId: first }]);
    });
    expect(await removed).toBe(true);
    expect(await acceptedNow()).toEqual([]);
  });
});

describe("worked for me, too", () => {
  test("counts once for anybody of this server, and not for whoever wrote it", async () => {
    const postId = replies[0] as Id;
    expect(await sayWorked(house, { postId, by: people.stranger.id, worked: true })).toBe(true);
    expect(await sayWorked(house, { postId, by: people.stranger.id, worked: true })).toBe(false);
    expect(await sayWorked(house, { postId, by: people.member.id, worked: true })).toBe(true);
    expect(await sayWorked(house, { postId, by: people.member.id, worked: false })).toBe(true);
    const author = seed.people.get("bo@lemmy.example") as Id;
    await expect(sayWorked(house, { postId, by: author, worked: true })).rejects.toMatchObject(refused);
    await expect(sayWorked(house, { postId, by: asker, worked: true })).rejects.toMatchObject(refused);
    expect(await stage.db`select actor_id as id from worked where post_id = ${postId}`).toEqual([
      { id: people.stranger.id },
    ]);
  });
});

describe("a vote of somebody of this server", () => {
  test("is one, up or down, with a name of its own, and can be taken back", async () => {
    const postId = replies[0] as Id;
    const by = people.member;
    expect(await voteHere(house, { postId, by, kind: "up", emoji: "" })).toBe(true);
    expect(await voteHere(house, { postId, by, kind: "up", emoji: "" })).toBe(false);
    expect(await voteHere(house, { postId, by, kind: "down", emoji: "" })).toBe(true);
    expect(await stage.db`select kind from votes where post_id = ${postId}`).toEqual([{ kind: "down" }]);
    expect(await unvoteHere(house, { postId, by, kind: "up", emoji: "" })).toBe(false);
    expect(await unvoteHere(house, { postId, by, kind: "down", emoji: "" })).toBe(true);
    expect(lines.map((line) => line.kind)).toEqual(["vote.cast", "vote.withdrawn", "vote.cast", "vote.withdrawn"]);
    expect(String(lines[0]?.data.uri)).toMatch(/^https:\/\/commons\.example\/u\/mem#like\/\d+$/);
    expect(lines[1]?.data).toEqual(lines[0]?.data);
    expect(lines[3]?.data.uri).toBe(lines[2]?.data.uri);
  });

  test("against something is refused where the community has no such votes", async () => {
    await stage.db`update communities set down_votes = false where actor_id = ${welding}`;
    const act = { postId: replies[0] as Id, by: people.member, emoji: "" };
    await expect(voteHere(house, { ...act, kind: "down" })).rejects.toMatchObject(refused);
    expect(await voteHere(house, { ...act, kind: "up" })).toBe(true);
    await stage.db`update communities set down_votes = true where actor_id = ${welding}`;
  });

  test("on one's own words is refused", async () => {
    await stage.db`update posts set author_id = ${people.member.id} where id = ${replies[0] as Id}`;
    const act = { postId: replies[0] as Id, by: people.member, kind: "up", emoji: "" } as const;
    await expect(voteHere(house, act)).rejects.toMatchObject(refused);
  });

  test("reactions are emoji, one of each", async () => {
    const act = { postId: replies[0] as Id, by: people.member, kind: "reaction" } as const;
    expect(await voteHere(house, { ...act, emoji: "🎉" })).toBe(true);
    expect(await voteHere(house, { ...act, emoji: "🎉" })).toBe(false);
    expect(await voteHere(house, { ...act, emoji: "🤔" })).toBe(true);
    for (const emoji of ["", "a", "🎉🎉", "<b>", ":blob:", "1"])
      await expect(voteHere(house, { ...act, emoji }), emoji).rejects.toMatchObject({ code: "input-invalid" });
    expect(["👍", "❤️", "👩‍🔧", "🇪🇸"].every(isEmoji)).toBe(true);
    await expect(voteHere(house, { ...act, kind: "up", emoji: "🎉" })).rejects.toMatchObject({ code: "input-invalid" });
  });
});

test("a thread is followed, muted or neither", async () => {
  const by = people.member.id;
  const level = async () =>
    (await stage.db`select level from thread_subscriptions where actor_id = ${by} and thread_id = ${thread}`)[0]
      ?.level ?? null;
  for (const chosen of ["follow", "mute", null] as const) {
    await chooseSubscription(house, { threadId: thread, by, level: chosen });
    expect(await level()).toBe(chosen);
  }
});
