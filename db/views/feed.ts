/** Reads what the feeds tell: the threads started last, here, in one community or about one topic, and the posts written last in a thread or by a person. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorVisible, postVisible, type ThreadState, threadState, threadVisible } from "../visible.ts";
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
  of: "server" | "community" | "topic" | "thread" | "person";
  /** The name of the community, the topic or the person, or the thread's title; empty for the whole server. */
  title: string;
  /** The community it is in, for a topic or a thread. */
  communityName: string;
  /** What the community says of itself. */
  summary: string;
  /** The path of the page that shows the same; empty for the whole server. */
  path: string;
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
  const updatedAt = newest(entries, instance?.at ?? 0);
  return { of: "server", title: "", communityName: "", summary: "", path: "", updatedAt, entries };
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
  const { name: title, summary } = community;
  const [path, updatedAt] = [`/c/${community.slug}`, newest(entries, community.at)];
  return { is: "shown", feed: { of: "community", title, communityName: "", summary, path, updatedAt, entries } };
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
  const [path, updatedAt] = [`/c/${thread.slug}/t/${threadId}`, newest(entries, thread.at)];
  return {
    is: "shown",
    feed: { of: "thread", title: thread.title, communityName: thread.name, summary: "", path, updatedAt, entries },
  };
}

/** The threads started last about a topic of a community; both as they stand in the address. */
export async function readTopicFeed(db: Db, slug: string, topic: string): Promise<FeedAnswer> {
  const [found] = await db<
    {
      id: string;
      slug: string;
      name: string;
      communitySlug: string;
      communityName: string;
      gone: boolean;
      at: number;
    }[]
  >`
    select o.id, o.slug, o.name, g.username as "communitySlug", g.name as "communityName", g.gone_at is not null as gone,
           date_part('epoch', o.created_at) * 1000 as at
      from topics o join actors g on g.id = o.group_id
     where g.peer_id is null and lower(g.username) = ${slug.toLowerCase()} and o.slug = ${topic.toLowerCase()}`;
  if (!found) return { is: "none" };
  if (found.gone) return { is: "gone" };
  const entries = await db<FeedEntry[]>`
    select ${columns(db)} from thread_topics o join threads t on t.id = o.thread_id join actors g on g.id = t.group_id
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where o.topic_id = ${found.id} and ${threadVisible(db)} order by o.thread_id desc limit ${literal(db, NEWEST)}`;
  const { name: title, communityName } = found;
  const [path, updatedAt] = [`/c/${found.communitySlug}/topics/${found.slug}`, newest(entries, found.at)];
  return { is: "shown", feed: { of: "topic", title, communityName, summary: "", path, updatedAt, entries } };
}

/** Who a feed is of: somebody of this server by their name, or somebody elsewhere by their id here; as they stand in the address. */
export type FeedPerson = { username: string } | { id: string };

/** What a person wrote last, in conversations that can be read. Somebody elsewhere has one only when they wrote something here. */
export async function readPersonFeed(db: Db, who: FeedPerson): Promise<FeedAnswer> {
  const id = "id" in who ? parseId(who.id) : null;
  if ("id" in who && !id) return { is: "none" };
  const [person] = await db<
    { id: string; username: string; name: string; here: boolean; gone: boolean; visible: boolean; at: number }[]
  >`
    select a.id, a.username, a.name, a.peer_id is null as here, a.gone_at is not null as gone, ${authorVisible(db)} as visible,
           date_part('epoch', a.created_at) * 1000 as at
      from actors a left join peers pe on pe.id = a.peer_id
     where a.kind in ('person', 'service') and ${"username" in who ? db`a.peer_id is null and lower(a.username) = ${who.username.toLowerCase()}` : db`a.id = ${id}`}`;
  if (!person) return { is: "none" };
  if (person.gone) return { is: "gone" };
  const entries = await db<FeedEntry[]>`
    select ${columns(db)} from posts p join threads t on t.id = p.thread_id
      join communities c on c.actor_id = t.group_id join actors g on g.id = c.actor_id
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where p.author_id = ${person.id} and ${postVisible(db)} and exists (
       select from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
        where p.id = t.id and ${threadVisible(db)})
     order by p.id desc limit ${literal(db, NEWEST)}`;
  if (!person.visible || (!person.here && entries.length === 0)) return { is: "none" };
  const path = person.here ? `/u/${person.username}` : `/people/${person.id}`;
  const [title, updatedAt] = [person.name || person.username, newest(entries, person.at)];
  return { is: "shown", feed: { of: "person", title, communityName: "", summary: "", path, updatedAt, entries } };
}

function newest(entries: readonly FeedEntry[], otherwise: number): number {
  return (
    entries.reduce((latest, { publishedAt, editedAt }) => Math.max(latest, publishedAt, editedAt ?? 0), 0) || otherwise
  );
}
