/** Polls: what may be asked, that a vote is final, and how often others hear of the count. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { ToldPoll } from "../../db/queries/polls.ts";
import { findPost } from "../../db/queries/posts.ts";
import { readPoll } from "../../db/views/poll.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { tellPolls } from "../../src/domain/polls/count.ts";
import { checkedPoll } from "../../src/domain/polls/rules.ts";
import { takePollVote, voteInPoll } from "../../src/domain/polls/vote.ts";
import { editPost } from "../../src/domain/posts/edit.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

const DAY = 24 * 3_600_000;
const MINUTE = 60_000;

let stage: TestHouse;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;
let remote: Id;
let later = 0;
let n = 0;
const lines: JournalLine[] = [];

beforeAll(async () => {
  stage = await openTestHouse({
    now: () => new Date(Date.now() + later),
    readers: [async (_tx, told) => lines.push(...told.map(({ line }) => line))],
  });
  groupId = (await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(stage.house, "ana");
  bo = await makePerson(stage.house, "bo");
  remote = await stage.person("rosa");
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(() => {
  later = 0;
  lines.length = 0;
});

async function begin(
  more: { options?: string; multiple?: boolean; days?: 1 | 3 | 7 | 14; source?: string } = {},
): Promise<Id> {
  const { options = "Argon\nHelium\nBoth", multiple = false, days = 3, source = "" } = more;
  const { id } = await composeThread(stage.house, ana.id, {
    groupId,
    title: "Which gas?",
    source,
    kind: "poll",
    topicIds: [],
    linkUrl: null,
    poll: { options, multiple, days },
    warning: "",
    language: "en",
    pictures: [],
    submissionKey: `key-of-a-form-${++n}`,
  });
  return id;
}

const letter = (actorId: Id) => ({
  actorId,
  uri: `https://social.example/letters/${++n}`,
  type: "Create",
  announceable: false,
  body: "{}",
});
const remoteVote = (threadId: Id, option: string, by = remote) =>
  takePollVote(stage.house, { threadId, by, uri: `https://social.example/votes/${++n}`, option, letter: letter(by) });
const counts = async (id: Id) => (await readPoll(stage.db, id, ana.id))?.options.map(({ votes }) => votes);

describe("a new poll", () => {
  const now = new Date("2026-11-24T00:00:00Z");

  it("takes one option a line and ends after so many days", () => {
    expect(checkedPoll({ options: " Argon \n\n  CO2\u0000 \nBoth", multiple: true, days: 7 }, now)).toEqual({
      options: ["Argon", "CO2", "Both"],
      multiple: true,
      closesAt: new Date("2026-12-01T00:00:00Z"),
    });
  });

  it.each([
    ["Argon"],
    [""],
    ["Argon\nargon"],
    ["Argon\n Argon "],
    [Array.from({ length: 11 }, (_, index) => `Option ${index}`).join("\n")],
    [`Argon\n${"x".repeat(101)}`],
  ])("of %j is refused", (options) => {
    expect(() => checkedPoll({ options, multiple: false, days: 3 }, now)).toThrow(
      expect.objectContaining({ code: "poll-options" }),
    );
  });

  it("needs no words, but options", async () => {
    const id = await begin();
    expect(await readPoll(stage.db, id, null)).toMatchObject({
      multiple: false,
      closed: false,
      voters: 0,
      own: [],
      host: null,
    });
    expect(lines.map(({ kind }) => kind)).toEqual(["thread.started"]);
    await expect(begin({ options: "Argon" })).rejects.toMatchObject({ code: "poll-options" });
  });

  it("keeps its options when its words are edited, and stays a poll", async () => {
    const id = await begin();
    const edit = { postId: id, source: "I ask for a friend.", warning: "", language: "en", pictures: [] };
    const thread = { title: "Which gas, then?", kind: "poll", topicIds: [], linkUrl: null } as const;
    await reviseOwnPost(stage.house, ana.id, { ...edit, thread });
    expect((await readPoll(stage.db, id, null))?.options.map(({ text }) => text)).toEqual(["Argon", "Helium", "Both"]);
    await expect(
      reviseOwnPost(stage.house, ana.id, { ...edit, thread: { ...thread, kind: "question" } }),
    ).rejects.toMatchObject({ code: "input-invalid" });
  });

  it("leaves nothing behind when it is taken away", async () => {
    const id = await begin();
    await voteInPoll(stage.house, { threadId: id, by: bo, chosen: [0] });
    const post = await findPost(stage.db, id);
    if (!post) throw new Error("no post");
    await removeOwnPost(stage.house, { post, uri: post.uri, by: ana.id, ownerUri: ana.uri });
    expect(await stage.db`select from poll_options where thread_id = ${id}`).toHaveLength(0);
    expect(await stage.db`select from poll_votes where thread_id = ${id}`).toHaveLength(0);
    await expect(voteInPoll(stage.house, { threadId: id, by: ana, chosen: [0] })).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

describe("a vote of somebody here", () => {
  it("is final: voting again changes nothing", async () => {
    const id = await begin();
    await voteInPoll(stage.house, { threadId: id, by: ana, chosen: [1] });
    await expect(voteInPoll(stage.house, { threadId: id, by: ana, chosen: [0] })).rejects.toMatchObject({
      code: "already-voted",
    });
    expect(await counts(id)).toEqual([0, 1, 0]);
    expect((await readPoll(stage.db, id, ana.id))?.own).toEqual([1]);
    expect((await readPoll(stage.db, id, bo.id))?.own).toEqual([]);
    expect(lines.filter(({ kind }) => kind === "poll.voted")).toHaveLength(1);
  });

  it.each([
    [[], "choice-missing"],
    [[0, 1], "input-invalid"],
    [[3], "input-invalid"],
    [[-1], "input-invalid"],
  ])("for %j is refused where one of three may be chosen", async (chosen, code) => {
    const id = await begin();
    await expect(voteInPoll(stage.house, { threadId: id, by: bo, chosen })).rejects.toMatchObject({ code });
    expect(await counts(id)).toEqual([0, 0, 0]);
  });

  it("may be for several where that is allowed, and counts as one person", async () => {
    const id = await begin({ multiple: true });
    await voteInPoll(stage.house, { threadId: id, by: bo, chosen: [2, 0, 0] });
    expect(await readPoll(stage.db, id, bo.id)).toMatchObject({ voters: 1, own: [0, 2] });
    expect(await counts(id)).toEqual([1, 0, 1]);
  });

  it("comes too late when the poll is closed", async () => {
    const id = await begin({ days: 1 });
    later = DAY + MINUTE;
    await expect(voteInPoll(stage.house, { threadId: id, by: bo, chosen: [0] })).rejects.toMatchObject({
      code: "poll-closed",
    });
  });

  it("counts once, also when it is sent twice in the same moment", async () => {
    const id = await begin();
    const ends = await Promise.allSettled(
      [0, 1, 2].map((option) => voteInPoll(stage.house, { threadId: id, by: bo, chosen: [option] })),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await counts(id))?.reduce((a, b) => a + b)).toBe(1);
    const other = await begin();
    const same = () => voteInPoll(stage.house, { threadId: other, by: bo, chosen: [2] });
    await Promise.all([same(), same()]);
    later = 4 * DAY;
    await same();
    expect(await counts(other)).toEqual([0, 0, 1]);
    expect(lines.filter(({ kind, threadId }) => kind === "poll.voted" && threadId === other)).toHaveLength(1);
  });

  it("is not for those who have no account here", async () => {
    const id = await begin();
    await expect(
      voteInPoll(stage.house, {
        threadId: id,
        by: { id: remote, uri: "https://social.example/users/rosa" },
        chosen: [0],
      }),
    ).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("a vote from elsewhere", () => {
  it("counts once for a person and an option", async () => {
    const id = await begin({ multiple: true });
    expect(await remoteVote(id, "Argon")).toBe("counted");
    expect(await remoteVote(id, "Argon")).toBe("voted-before");
    expect(await remoteVote(id, "Both")).toBe("counted");
    expect(await counts(id)).toEqual([1, 0, 1]);
    expect((await readPoll(stage.db, id, null))?.voters).toBe(1);
  });

  it("counts once for a person where one may be chosen", async () => {
    const id = await begin();
    expect(await remoteVote(id, "Argon")).toBe("counted");
    expect(await remoteVote(id, "Helium")).toBe("voted-before");
    expect(await counts(id)).toEqual([1, 0, 0]);
  });

  it("for what is not offered, or after the end, counts for nothing", async () => {
    const id = await begin({ days: 1 });
    expect(await remoteVote(id, "Propane")).toBe("unknown");
    later = DAY + 1;
    expect(await remoteVote(id, "Argon")).toBe("closed");
    expect(await counts(id)).toEqual([0, 0, 0]);
  });
});

describe("the count of a poll of ours", () => {
  const told = () => lines.filter(({ kind }) => kind === "poll.counted").length;

  it("is told when somebody voted, every five minutes at most, and once more at the end", async () => {
    await stage.db`update polls set closed_told_at = now(), changed_at = null`;
    const id = await begin({ days: 1, multiple: true });
    expect(await tellPolls(stage.house)).toBe(0);
    await remoteVote(id, "Argon");
    expect(await tellPolls(stage.house)).toBe(1);
    await remoteVote(id, "Helium");
    later = 4 * MINUTE;
    expect(await tellPolls(stage.house)).toBe(0);
    later = 6 * MINUTE;
    expect(await tellPolls(stage.house)).toBe(1);
    later = 20 * MINUTE;
    expect(await tellPolls(stage.house)).toBe(0);
    later = DAY + MINUTE;
    expect(await tellPolls(stage.house)).toBe(1);
    expect(await tellPolls(stage.house)).toBe(0);
    expect(told()).toBe(3);
    expect(lines.at(-1)).toMatchObject({ kind: "poll.counted", threadId: id, actorId: ana.id });
  });
});

describe("a poll of another server", () => {
  const asked = (votes: number[], more: Partial<ToldPoll> = {}): ToldPoll => ({
    multiple: false,
    closesAt: new Date("2100-01-01T00:00:00Z"),
    voters: votes.reduce((a, b) => a + b),
    options: ["Argon", "Helium"].map((text, index) => ({ text, votes: votes[index] ?? 0 })),
    ...more,
  });
  const textOf = (uri: string, poll: ToldPoll | null, html = "<p>Which gas?</p>", editedAt: Date | null = null) => ({
    uri,
    url: uri,
    objectType: "Question",
    name: null,
    html,
    warning: "",
    language: null,
    attachments: [],
    poll,
    publishedAt: new Date(),
    editedAt,
  });
  async function arrive(poll: ToldPoll) {
    const uri = `https://social.example/polls/${++n}`;
    const authorUri = "https://social.example/users/rosa";
    const id = await startThread(stage.house, {
      groupId,
      authorId: remote,
      authorUri,
      text: textOf(uri, poll),
      letter: letter(remote),
    });
    const edit = async (text: ReturnType<typeof textOf>) => {
      const post = await findPost(stage.db, id);
      if (post) await editPost(stage.house, { post, by: remote, text, letter: letter(remote) });
    };
    return { id, uri, edit };
  }

  test("is counted by its server; what somebody here chose is on its way until that says so", async () => {
    const { id, uri, edit } = await arrive(asked([4, 2]));
    expect(await stage.db`select kind from threads where id = ${id}`).toEqual([{ kind: "poll" }]);
    await voteInPoll(stage.house, { threadId: id, by: bo, chosen: [0] });
    expect(await readPoll(stage.db, id, bo.id)).toMatchObject({
      host: "social.example",
      voters: 6,
      own: [0],
      onItsWay: true,
    });
    expect(await counts(id)).toEqual([4, 2]);
    later = 1_000;
    await edit(textOf(uri, asked([5, 2])));
    expect(await readPoll(stage.db, id, bo.id)).toMatchObject({ voters: 7, own: [0], onItsWay: false });
    expect(await counts(id)).toEqual([5, 2]);
    expect(lines.map(({ kind }) => kind)).toEqual(["thread.started", "poll.voted", "poll.counted"]);
    await expect(edit(textOf(uri, asked([5, 2])))).rejects.toMatchObject({ code: "already-done" });
    expect(await tellPolls(stage.house)).toBe(0);
  });

  test("that asks something else is another poll, in which nobody has voted; one that is none any more is a discussion", async () => {
    const { id, uri, edit } = await arrive(asked([4, 2]));
    await voteInPoll(stage.house, { threadId: id, by: bo, chosen: [0] });
    await edit(
      textOf(
        uri,
        {
          ...asked([0, 0]),
          options: [
            { text: "CO2", votes: 0 },
            { text: "None", votes: 0 },
          ],
        },
        "<p>Hm</p>",
        new Date(),
      ),
    );
    expect((await readPoll(stage.db, id, bo.id))?.own).toEqual([]);
    await edit(textOf(uri, null, "<p>Never mind</p>", new Date(Date.now() + 1_000)));
    expect(await readPoll(stage.db, id, null)).toBeNull();
    expect(await stage.db`select kind from threads where id = ${id}`).toEqual([{ kind: "discussion" }]);
  });

  test("takes no votes of others here", async () => {
    const { id } = await arrive(asked([1, 1]));
    await expect(remoteVote(id, "Argon")).rejects.toMatchObject({ code: "not-found" });
  });
});
