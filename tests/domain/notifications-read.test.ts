/** Notifications from being told to being forgotten: read, removed with what they are about, and gone after half a year. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { readNotifications } from "../../db/views/notifications.ts";
import { forgetOldNotifications } from "../../src/domain/notifications/forget.ts";
import { markAllRead, markReadFor } from "../../src/domain/notifications/read.ts";
import { removeOwnPost } from "../../src/domain/posts/remove.ts";
import { openStage, type Stage } from "./notifications.ts";

let stage: Stage;
let ana: Id;
let bo: Id;
let rosa: Id;

beforeAll(async () => {
  stage = await openStage();
  ana = await stage.local("ana");
  bo = await stage.local("bo");
  rosa = await stage.remote("rosa");
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("reading", () => {
  it("a thread marks what was told of it as read, for the reader alone", async () => {
    const hal = await stage.local("hal");
    const thread = await stage.thread(hal);
    const other = await stage.thread(hal);
    await stage.reply(rosa, thread, [ana]);
    await stage.reply(rosa, other);
    await markReadFor(stage.db, hal, thread);
    const mine = (await stage.told()).filter(({ to }) => to === hal);
    expect(mine.map(({ read }) => read)).toEqual([true, false]);
    const [anas] = await stage.db`select read_at from notifications where actor_id = ${ana} and thread_id = ${thread}`;
    expect(anas?.read_at).toBeNull();
  });

  it("everything up to what was shown leaves new what came since", async () => {
    const ida = await stage.local("ida");
    const thread = await stage.thread(ida);
    await stage.reply(rosa, thread);
    const [shown] = (await readNotifications(stage.db, ida, undefined))?.notifications ?? [];
    await stage.reply(bo, thread);
    await markAllRead(stage.db, ida, shown?.id as Id);
    const page = await readNotifications(stage.db, ida, undefined);
    expect(page?.notifications.map(({ fromId, read }) => ({ fromId, read }))).toEqual([
      { fromId: bo, read: false },
      { fromId: rosa, read: true },
    ]);
  });

  it("goes page by page, and knows what is no place in it", async () => {
    const jo = await stage.local("jo");
    const thread = await stage.thread(jo);
    for (let i = 0; i < 45; i++) await stage.reply(rosa, thread);
    const first = await readNotifications(stage.db, jo, undefined);
    expect(first?.notifications).toHaveLength(40);
    const second = await readNotifications(stage.db, jo, first?.older ?? "");
    expect(second?.notifications).toHaveLength(5);
    expect(second?.older).toBeNull();
    const ids = [...(first?.notifications ?? []), ...(second?.notifications ?? [])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(45);
    expect(await readNotifications(stage.db, jo, "1; drop table posts")).toBeNull();
  });
});

describe("what was removed", () => {
  const remove = async (postId: Id, by: Id) => {
    const [post] =
      await stage.db`select p.id, p.uri, p.thread_id as "threadId", t.group_id as "groupId", p.author_id as "authorId",
      a.uri as "authorUri" from posts p join threads t on t.id = p.thread_id join actors a on a.id = p.author_id where p.id = ${postId}`;
    await removeOwnPost(stage.house, {
      post: post as never,
      uri: String(post?.uri),
      by,
      ownerUri: String(post?.authorUri),
    });
  };

  it("is told of no more, and leaves no number behind", async () => {
    const kim = await stage.local("kim");
    const thread = await stage.thread(kim);
    const reply = await stage.reply(rosa, thread);
    await stage.reply(bo, thread);
    await remove(reply, rosa);
    const page = await readNotifications(stage.db, kim, undefined);
    expect(page?.notifications.map(({ fromId }) => fromId)).toEqual([bo]);
    expect((await stage.told(reply)).map(({ read }) => read)).toEqual([true]);
  });

  it("as a whole thread takes along what was told of everything in it", async () => {
    const lea = await stage.local("lea");
    const thread = await stage.thread(rosa, [lea]);
    const mine = await stage.reply(lea, thread);
    await stage.reply(bo, mine);
    await remove(thread, rosa);
    expect((await readNotifications(stage.db, lea, undefined))?.notifications).toEqual([]);
    expect((await stage.told()).filter(({ to, read }) => to === lea && !read)).toEqual([]);
  });
});

describe("what was told half a year ago", () => {
  it("is forgotten, and nothing else", async () => {
    const mia = await stage.local("mia");
    const thread = await stage.thread(mia);
    const old = await stage.reply(rosa, thread);
    await stage.reply(bo, thread);
    await stage.db`update notifications set at = now() - interval '181 days' where post_id = ${old}`;
    expect(await forgetOldNotifications(stage.house)).toEqual({ notifications: 1 });
    expect((await stage.told()).filter(({ to }) => to === mia)).toHaveLength(1);
  });
});
