/** Writing by people of this server: who may, what is kept, what is told, and what is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Tx } from "../../db/open.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { removeOthersPost, withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { reviseOwnPost } from "../../src/domain/posts/revise.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { type ComposeThread, composeThread, THREAD_KINDS } from "../../src/domain/threads/compose.ts";
import { expectSafe } from "../base/safe-html.ts";
import { xssVectors } from "../base/xss-vectors.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let groupId: Id;
const people: Record<string, TestPerson> = {};
const lines: JournalLine[] = [];
let n = 0;

beforeAll(async () => {
  stage = await openTestHouse({
    readers: [async (_, told) => void lines.push(...told.map(({ line }) => line))],
  });
  const group = await createCommunity(stage.house, { slug: "welding", name: "Welding", summary: "" });
  groupId = group.id;
  for (const name of ["ana", "bo", "stella", "fay", "olaf"])
    people[name] = await makePerson(stage.house, name, name === "olaf" ? { role: "owner" } : {});
  await member("bo", "member");
  await member("stella", "steward");
  await member("fay", "facilitator");
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(() => {
  lines.length = 0;
});

async function member(name: string, role: string) {
  await stage.db`insert into memberships (group_id, actor_id, role, state, follow_uri, requested_at, accepted_at)
    values (${groupId}, ${id(name)}, ${role}, 'accepted', ${name}, now(), now())`;
}

function id(name: string): Id {
  return (people[name] as TestPerson).id;
}

function thread(more: Partial<ComposeThread> = {}): ComposeThread {
  const rest = { warning: "", language: null, pictures: [], submissionKey: `form-${++n}` };
  return {
    groupId,
    title: "A title",
    source: "Words",
    kind: "discussion",
    topicIds: [],
    linkUrl: null,
    ...rest,
    ...more,
  };
}

function reply(parentId: Id, source = "An answer") {
  return { parentId, source, warning: "", language: null, pictures: [], submissionKey: `form-${++n}` };
}

describe("who may begin a thread", () => {
  const everyone = ["ana", "bo", "stella", "fay", "olaf"];
  it.each([
    ["anyone", "discussion", everyone, ""],
    ["members", "discussion", ["bo", "stella", "fay"], "members-only"],
    ["facilitators", "discussion", ["fay"], "facilitators-only"],
    ["anyone", "announcement", ["fay"], "announcement-restricted"],
  ] as const)("where %s may, a %s is begun by %s", async (posting, kind, allowed, code) => {
    await stage.db`update communities set posting = ${posting}`;
    for (const name of everyone) {
      const act = composeThread(stage.house, id(name), thread({ kind }));
      if ((allowed as readonly string[]).includes(name))
        await expect(act, name).resolves.toMatchObject({ again: false });
      else await expect(act, name).rejects.toMatchObject({ code });
    }
    await stage.db`update communities set posting = 'anyone'`;
  });

  it("nobody without an account here, in no community that there is not", async () => {
    const stranger = await stage.person("stranger");
    await expect(composeThread(stage.house, stranger, thread())).rejects.toMatchObject({ code: "not-allowed" });
    await stage.db`update accounts set state = 'suspended' where actor_id = ${id("ana")}`;
    await expect(composeThread(stage.house, id("ana"), thread())).rejects.toMatchObject({ code: "not-allowed" });
    await stage.db`update accounts set state = 'active' where actor_id = ${id("ana")}`;
    await expect(composeThread(stage.house, id("ana"), thread({ groupId: "1" as Id }))).rejects.toMatchObject({
      code: "not-found",
    });
    expect(lines).toEqual([]);
  });
});

describe("a thread", () => {
  it("keeps its Markdown and what is made of it, its kind, topics and link, and tells the journal", async () => {
    const remote = await stage.person("carla", "social.example");
    await stage.db`insert into topics (id, group_id, slug, name) values (1, ${groupId}, 'tig', 'TIG') on conflict do nothing`;
    const source = "Ask @bo, @carla@social.example, @welding and @nobody. #tig #other";
    const { id: threadId } = await composeThread(
      stage.house,
      id("ana"),
      thread({
        kind: "link",
        linkUrl: "https://x.example/a",
        source,
        topicIds: ["1" as Id, "2" as Id],
        warning: " Burns ",
        language: "en",
      }),
    );
    const [row] = await stage.db`
      select p.source, p.content, p.warning, p.language, p.received_id, p.branch_id, t.kind, t.link_url,
        (select array_agg(topic_id) from thread_topics where thread_id = t.id) as topics,
        (select array_agg(actor_id order by actor_id) from mentions where post_id = p.id) as named
      from posts p join threads t on t.id = p.id where p.id = ${threadId}`;
    expect(row).toMatchObject({
      source,
      warning: "Burns",
      language: "en",
      received_id: null,
      branch_id: threadId,
      kind: "link",
      link_url: "https://x.example/a",
      topics: ["1"],
      named: [id("bo"), remote].sort(),
    });
    expect(row?.content).toContain('<a href="https://commons.example/u/bo" class="u-url mention"');
    expect(row?.content).toContain('<a href="https://social.example/users/carla" class="u-url mention"');
    expect(row?.content).toContain('href="https://commons.example/c/welding/topics/tig" class="mention hashtag"');
    expect(row?.content).toContain('href="https://commons.example/search?q=%23other" class="mention hashtag"');
    expect(row?.content).toContain("@nobody");
    const uri = `https://commons.example/posts/${threadId}`;
    expect(lines).toMatchObject([
      {
        kind: "thread.started",
        groupId,
        actorId: id("ana"),
        threadId,
        postId: threadId,
        data: { uri, authorUri: people.ana?.uri },
      },
    ]);
  });

  it("of every kind that there is can be begun", async () => {
    for (const kind of THREAD_KINDS)
      await composeThread(
        stage.house,
        id("fay"),
        thread({
          kind,
          linkUrl: kind === "link" ? "https://x.example" : null,
          poll: kind === "poll" ? { options: "Argon\nCO2", multiple: false, days: 3 } : null,
        }),
      );
    expect(lines.length).toBe(THREAD_KINDS.length);
  });

  it.each([
    [{ title: " \n" }, "title-missing"],
    [{ title: "x".repeat(201) }, "too-long"],
    [{ source: " \n " }, "text-missing"],
    [{ source: "x".repeat(50_001) }, "too-long"],
    [{ warning: "x".repeat(301) }, "too-long"],
    [{ kind: "link", linkUrl: null }, "link-invalid"],
    [{ kind: "link", linkUrl: "javascript:alert(1)" }, "link-invalid"],
    [{ linkUrl: "mailto:a@b.example" }, "link-invalid"],
    [{ pictures: [{ id: "77", description: "" }] }, "picture-invalid"],
  ])("is refused with %o", async (more, code) => {
    const before = await stage.db`select from threads`;
    await expect(composeThread(stage.house, id("ana"), thread(more as Partial<ComposeThread>))).rejects.toMatchObject({
      code,
    });
    expect((await stage.db`select from threads`).count).toBe(before.count);
  });

  it("is safe whatever is in it", async () => {
    for (const vector of xssVectors.slice(0, 40)) {
      const { id: threadId } = await composeThread(
        stage.house,
        id("ana"),
        thread({ source: `${vector} @bo #${vector}`, title: `T ${vector}`.slice(0, 200) }),
      );
      const [row] = await stage.db`select content from posts where id = ${threadId}`;
      expectSafe(row?.content);
    }
  });

  it("is one, however often and however fast its form is sent", async () => {
    const form = thread({ title: "Only one" });
    const sent = await Promise.all(Array.from({ length: 4 }, () => composeThread(stage.house, id("ana"), form)));
    expect(new Set(sent.map((one) => one.id)).size).toBe(1);
    expect(sent.filter(({ again }) => !again).length).toBe(1);
    expect((await stage.db`select from threads where title = 'Only one'`).count).toBe(1);
    // The same key of somebody else is another form.
    expect((await composeThread(stage.house, id("bo"), form)).again).toBe(false);
  });
});

describe("a reply", () => {
  it("stands in its branch, and makes nobody a member", async () => {
    const { id: threadId } = await composeThread(stage.house, id("bo"), thread());
    const { id: first } = await composeReply(stage.house, id("ana"), reply(threadId));
    const { id: second } = await composeReply(stage.house, id("bo"), reply(first));
    expect(
      await stage.db`select id, parent_id, branch_id from posts where thread_id = ${threadId} order by id`,
    ).toEqual([
      { id: threadId, parent_id: null, branch_id: threadId },
      { id: first, parent_id: threadId, branch_id: first },
      { id: second, parent_id: first, branch_id: first },
    ]);
    expect((await stage.db`select from memberships where actor_id = ${id("ana")}`).count).toBe(0);
    expect(lines.map(({ kind }) => kind)).toEqual(["thread.started", "reply.written", "reply.written"]);
  });

  it("in a locked thread is for facilitators only", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
    await stage.db`update threads set locked_at = now() where id = ${threadId}`;
    for (const name of ["ana", "bo", "stella", "olaf"])
      await expect(composeReply(stage.house, id(name), reply(threadId)), name).rejects.toMatchObject({
        code: "locked",
      });
    await expect(composeReply(stage.house, id("fay"), reply(threadId))).resolves.toBeDefined();
  });

  it("comes too late when the thread was locked while it was sent, also for those who may go on there", async () => {
    for (const name of ["bo", "fay"]) {
      const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
      // Somebody locks it when all was looked at, right before it is written.
      const house = {
        ...stage.house,
        db: new Proxy(stage.house.db, {
          get: (db, key) =>
            key === "begin"
              ? async (work: (tx: Tx) => Promise<unknown>) => {
                  await db`update threads set locked_at = now() where id = ${threadId}`;
                  return db.begin(work);
                }
              : Reflect.get(db, key),
        }),
      };
      await expect(composeReply(house, id(name), reply(threadId))).rejects.toMatchObject({ code: "locked" });
      expect((await stage.db`select from posts where thread_id = ${threadId}`).count).toBe(1);
    }
  });

  it("to what is gone, blocked or never was is refused", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
    await withdrawOwnPost(stage.house, { id: id("ana"), uri: people.ana?.uri ?? "" }, threadId);
    await expect(composeReply(stage.house, id("bo"), reply(threadId))).rejects.toMatchObject({ code: "gone" });
    await expect(composeReply(stage.house, id("bo"), reply("99" as Id))).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("an edit", () => {
  it("by its author keeps what was said, once for each change, and names whom it names now", async () => {
    const { id: threadId } = await composeThread(
      stage.house,
      id("ana"),
      thread({ title: "One", source: "First, @bo" }),
    );
    lines.length = 0;
    const text = { postId: threadId, warning: "", language: null, pictures: [] };
    const as = (title: string) => ({ title, kind: "story" as const, topicIds: [], linkUrl: null });
    expect(await reviseOwnPost(stage.house, id("ana"), { ...text, source: "Second, @stella", thread: as("Two") })).toBe(
      true,
    );
    expect(await reviseOwnPost(stage.house, id("ana"), { ...text, source: "Second, @stella", thread: as("Two") })).toBe(
      false,
    );
    expect(await stage.db`select title, source from post_edits where post_id = ${threadId}`).toEqual([
      { title: "One", source: "First, @bo" },
    ]);
    expect(await stage.db`select actor_id from mentions where post_id = ${threadId}`).toEqual([
      { actor_id: id("stella") },
    ]);
    expect(await stage.db`select title, kind from threads where id = ${threadId}`).toEqual([
      { title: "Two", kind: "story" },
    ]);
    expect(lines.map(({ kind }) => kind)).toEqual(["thread.edited"]);
    await expect(
      reviseOwnPost(stage.house, id("ana"), { ...text, source: "x", thread: { ...as("Two"), kind: "announcement" } }),
    ).rejects.toMatchObject({
      code: "announcement-restricted",
    });
  });

  it("leaves alone a title that a facilitator gave", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread({ title: "Mine" }));
    await stage.db`update threads set title = 'Theirs', retitled_at = now() where id = ${threadId}`;
    const act = { postId: threadId, source: "New", warning: "", language: null, pictures: [] };
    await reviseOwnPost(stage.house, id("ana"), {
      ...act,
      thread: { title: "Mine again", kind: "discussion", topicIds: [], linkUrl: null },
    });
    expect(await stage.db`select title from threads where id = ${threadId}`).toEqual([{ title: "Theirs" }]);
  });

  it("by anybody else is refused", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
    const act = { postId: threadId, source: "x", warning: "", language: null, pictures: [] };
    for (const name of ["bo", "stella", "fay", "olaf"])
      await expect(reviseOwnPost(stage.house, id(name), act), name).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("a removal", () => {
  it("by its author tells whom it named, and leaves no word, old or new", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
    const { id: replyId } = await composeReply(stage.house, id("ana"), reply(threadId, "Hello @bo and @fay"));
    await reviseOwnPost(stage.house, id("ana"), {
      postId: replyId,
      source: "Hi @bo and @fay",
      warning: "",
      language: null,
      pictures: [],
    });
    lines.length = 0;
    const ana = { id: id("ana"), uri: people.ana?.uri ?? "" };
    expect(await withdrawOwnPost(stage.house, ana, replyId)).toBe(true);
    expect(await withdrawOwnPost(stage.house, ana, replyId)).toBe(false);
    expect(await stage.db`select content, source, removed_by from posts where id = ${replyId}`).toEqual([
      { content: "", source: null, removed_by: null },
    ]);
    expect((await stage.db`select from post_edits where post_id = ${replyId}`).count).toBe(0);
    const mentions = [id("bo"), id("fay")].sort().join(",");
    expect(lines).toMatchObject([
      {
        kind: "reply.removed",
        data: { uri: `https://commons.example/posts/${replyId}`, authorUri: ana.uri, mentions },
      },
    ]);
  });

  it("of somebody else's words is for facilitators, and is written down", async () => {
    const { id: threadId } = await composeThread(stage.house, id("ana"), thread());
    for (const name of ["ana", "bo", "stella", "olaf"]) {
      const act = { postId: threadId, by: id(name), reason: "" };
      await expect(removeOthersPost(stage.house, act), name).rejects.toMatchObject({ code: "not-allowed" });
    }
    lines.length = 0;
    expect(await removeOthersPost(stage.house, { postId: threadId, by: id("fay"), reason: "Spam" })).toBe(true);
    expect(await removeOthersPost(stage.house, { postId: threadId, by: id("fay"), reason: "Spam" })).toBe(false);
    expect(lines).toMatchObject([
      {
        kind: "thread.removed",
        actorId: id("fay"),
        data: { authorUri: people.ana?.uri, moderated: true, reason: "Spam" },
      },
    ]);
    expect(await stage.db`select removed_by from posts where id = ${threadId}`).toEqual([{ removed_by: id("fay") }]);
    expect((await stage.db`select from audit where subject_id = ${threadId} and act = 'post.removed'`).count).toBe(1);
    const [gone] = await stage.db`select removed_at from threads where id = ${threadId}`;
    expect(gone?.removed_at).not.toBeNull();
  });
});
