/** A stage for tests of notifications: people who say things, with whom they name, through the one way in. */
import type { Id } from "../../db/ids.ts";
import { insertPosts } from "../../db/queries/posts.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { type PostText, toRow } from "../../src/domain/posts/text.ts";
import { type House, transact } from "../../src/domain/transact.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";

export interface Told {
  to: Id;
  kind: string;
  from: Id | null;
  postId: Id | null;
  groupId: Id | null;
  read: boolean;
}

export interface Stage extends TestHouse {
  groupId: Id;
  /** Makes somebody of this server. */
  local(name: string): Promise<Id>;
  /** Somebody of another server, known for a week unless they are `fresh`. */
  remote(name: string, options?: { host?: string; fresh?: boolean }): Promise<Id>;
  thread(by: Id, named?: readonly Id[]): Promise<Id>;
  reply(by: Id, to: Id, named?: readonly Id[]): Promise<Id>;
  subscribe(who: Id, threadId: Id, level: "follow" | "mute"): Promise<void>;
  /** What was told of a post, or all there is, in the order of who is told. */
  told(postId?: Id): Promise<Told[]>;
}

/** With `readers` beside the one that is tested. */
export async function openStage(overrides: Partial<House> = {}): Promise<Stage> {
  const ground = await openTestHouse(overrides);
  const house: House = { ...ground.house, readers: [openNotifier(ground.house.makeId)] };
  const { db, makeId } = house;
  const groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;

  const textOf = (id: Id): PostText => ({
    uri: `https://posts.example/${id}`,
    url: `https://posts.example/${id}`,
    objectType: "Note",
    name: `Thread ${id}`,
    html: "<p>Words.</p>",
    warning: "",
    language: null,
    attachments: [],
    publishedAt: house.now(),
    editedAt: null,
  });
  const name = (postId: Id, named: readonly Id[]) =>
    named.map((actor_id) => ({ post_id: postId, actor_id }) as Record<string, string>);

  return {
    ...ground,
    house,
    groupId,
    local: async (username) => {
      const { id } = await makePerson(house, username);
      await db`update actors set created_at = now() - interval '1 week' where id = ${id}`;
      return id;
    },
    remote: async (username, { host = "social.example", fresh = false } = {}) => {
      const id = await ground.person(username, host);
      if (!fresh) await db`update actors set created_at = now() - interval '1 week' where id = ${id}`;
      return id;
    },
    thread: (by, named = []) => {
      const id = makeId();
      return transact(house, "thread.start", "anyone", undefined, async (tx) => {
        await insertPosts(tx, [
          { ...toRow(textOf(id), { id, authorId: by }), receivedId: null, groupId, title: `Thread ${id}` },
        ]);
        if (named.length > 0) await tx`insert into mentions ${tx(name(id, named))}`;
        const line = { kind: "thread.started" as const, groupId, actorId: by, threadId: id, postId: id, data: {} };
        return { result: id, line };
      });
    },
    reply: async (by, to, named = []) => {
      const id = makeId();
      const [parent] = await db<{ threadId: Id }[]>`select thread_id as "threadId" from posts where id = ${to}`;
      if (!parent) throw new Error(`There is no post ${to}.`);
      const { threadId } = parent;
      return transact(house, "reply.write", "anyone", undefined, async (tx) => {
        await insertPosts(tx, [
          { ...toRow(textOf(id), { id, authorId: by }), receivedId: null, threadId, parentId: to },
        ]);
        if (named.length > 0) await tx`insert into mentions ${tx(name(id, named))}`;
        const line = { kind: "reply.written" as const, groupId, actorId: by, threadId, postId: id, data: {} };
        return { result: id, line };
      });
    },
    subscribe: async (who, threadId, level) => {
      await db`insert into thread_subscriptions (actor_id, thread_id, level) values (${who}, ${threadId}, ${level})
        on conflict (actor_id, thread_id) do update set level = excluded.level`;
    },
    told: async (postId) => db<Told[]>`
      select actor_id as "to", kind, from_id as "from", post_id as "postId", group_id as "groupId", read_at is not null as read
        from notifications where ${postId === undefined ? db`true` : db`post_id = ${postId}`} order by actor_id, id`,
  };
}
