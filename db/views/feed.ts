/** Reads what the Atom feeds tell: the threads started last, here or in one community, and the posts written last in a thread. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { postVisible, type ThreadState, threadState, threadVisible } from "../visible.ts";
import { literal } from "./literal.ts";

const NEWEST = 30;

export interface FeedEntry {
  /** The post's ActivityPub id: unique and never changing, as Atom wants it. */
  uri: string;
  postId: string;
  threadId: string;
  parentId: string | null;
  slug: string;
  title: string;
  authorName: string;
  authorUsername: string;
  authorUrl: string;
  /** Milliseconds since 1970. */
  publishedAt: number;
  editedAt: number | null;
  /** Sanitised HTML. */
  content: string;
  warning: string;
  language: string | null;
}

export interface Feed {
  /** What it is the feed of; empty for the whole server. */
  title: string;
  subtitle: string;
  slug: string | null;
  threadId: string | null;
  /** Milliseconds since 1970: the newest thing in it, or the beginning. */
  updatedAt: number;
  entries: FeedEntry[];
}

export type FeedAnswer = { is: "shown"; feed: Feed } | { is: "gone" } | { is: "none" };

function columns(db: Db) {
  return db`p.uri, p.id as "postId", p.thread_id as "threadId", p.parent_id as "parentId", g.username as slug, t.title,
    a.name as "authorName", a.username as "authorUsername", a.url as "authorUrl",
    date_part('epoch', p.published_at) * 1000 as "publishedAt", date_part('epoch', p.edited_at) * 1000 as "editedAt",
    p.content, p.warning, p.language`;
}

/** The threads started last on this server. */
export async function readServerFeed(db: Db): Promise<Feed> {
  const [[instance], entries] = await Promise.all([
    db<{ at: number }[]>`select date_part('epoch', created_at) * 1000 as at from instance`,
    db<FeedEntry[]>`
      select ${columns(db)} from threads t join communities c on c.actor_id = t.group_id join actors g on g.id = c.actor_id
        join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
       where ${threadVisible(db)} order by t.id desc limit ${literal(db, NEWEST)}`,
  ]);
  return {
    title: "",
    subtitle: "",
    slug: null,
    threadId: null,
    updatedAt: newest(entries, instance?.at ?? 0),
    entries,
  };
}

/** The threads started last in the community `slug`, as it stands in the address. */
export async function readCommunityFeed(db: Db, slug: string): Promise<FeedAnswer> {
  const [community] = await db<
    { id: string; name: string; slug: string; summary: string; gone: boolean; at: number }[]
  >`
    select g.id, g.name, g.username as slug, c.summary_source as summary, g.gone_at is not null as gone,
           date_part('epoch', g.created_at) * 1000 as at
      from actors g join communities c on c.actor_id = g.id where g.peer_id is null and lower(g.username) = ${slug.toLowerCase()}`;
  if (!community) return { is: "none" };
  if (community.gone) return { is: "gone" };
  const entries = await db<FeedEntry[]>`
    select ${columns(db)} from threads t join actors g on g.id = t.group_id
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where t.group_id = ${community.id} and ${threadVisible(db)} order by t.id desc limit ${literal(db, NEWEST)}`;
  const { name: title, summary: subtitle } = community;
  return {
    is: "shown",
    feed: { title, subtitle, slug: community.slug, threadId: null, updatedAt: newest(entries, community.at), entries },
  };
}

/** The posts written last in a thread; `slug` and `id` as they stand in the address. */
export async function readThreadFeed(db: Db, slug: string, id: string): Promise<FeedAnswer> {
  const threadId = parseId(id);
  if (!threadId) return { is: "none" };
  const [[thread], entries] = await Promise.all([
    db<{ title: string; slug: string; state: ThreadState; at: number; name: string }[]>`
      select t.title, g.username as slug, g.name, ${threadState(db)} as state, date_part('epoch', t.active_at) * 1000 as at
        from threads t join communities c on c.actor_id = t.group_id join actors g on g.id = c.actor_id
        join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
       where t.id = ${threadId}`,
    db<FeedEntry[]>`
      select ${columns(db)} from posts p join threads t on t.id = p.thread_id join actors g on g.id = t.group_id
        join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
       where p.thread_id = ${threadId} and ${postVisible(db)} order by p.id desc limit ${literal(db, NEWEST)}`,
  ]);
  if (!thread || thread.slug !== slug.toLowerCase() || thread.state === "hidden") return { is: "none" };
  if (thread.state === "gone") return { is: "gone" };
  return {
    is: "shown",
    feed: {
      title: thread.title,
      subtitle: `A conversation in ${thread.name}`,
      slug: thread.slug,
      threadId,
      updatedAt: newest(entries, thread.at),
      entries,
    },
  };
}

function newest(entries: readonly FeedEntry[], otherwise: number): number {
  return (
    entries.reduce((latest, { publishedAt, editedAt }) => Math.max(latest, publishedAt, editedAt ?? 0), 0) || otherwise
  );
}
