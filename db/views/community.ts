/** Reads a community's page: what it is, who follows it, and its threads by activity. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { threadVisible } from "../visible.ts";
import { readPlace, writePlace } from "./cursor.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

/** Threads on one page. */
export const THREADS_PER_PAGE = 30;
/** More pinned threads than this would push everything else from the page. */
const MOST_PINNED = 10;

export const KINDS = ["discussion", "question", "story", "how-to", "request", "link", "announcement", "poll"] as const;
export type Kind = (typeof KINDS)[number];

export interface CommunityHead {
  id: Id;
  slug: string;
  name: string;
  /** One sentence, as it was written. */
  summary: string;
  /** Its ActivityPub id. */
  uri: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  followers: number;
  /** How many servers those followers are on, or rather how many inboxes they share. */
  servers: number;
  /** How many members have an account here. */
  here: number;
  /** `#rrggbb`; null: its name decides. */
  colour: string | null;
  pictureId: Id | null;
  language: string | null;
  joining: "open" | "request" | "invitation";
  posting: "anyone" | "members" | "facilitators";
  rules: string[];
  /** Its facilitators must have a second factor. */
  secondFactor: boolean;
  /** The version of its charter that is in force, 0 while there is none. */
  charter: number;
}

export interface Topic {
  slug: string;
  name: string;
}

export interface CommunityPage {
  community: CommunityHead;
  /** Only on the first page of all threads. */
  pinned: ListedThread[];
  threads: ListedThread[];
  topics: Topic[];
  /** The kinds of thread that there are. */
  kinds: Kind[];
  /** The kind that was asked for, and those threads alone, newest first. */
  kind: Kind | null;
  first: boolean;
  /** The word for the page of older threads, null on the last. */
  older: string | null;
  /** The word for the page of newer threads; "" is the first page, null there. */
  newer: string | null;
}

export type CommunityAnswer = ({ is: "shown" } & CommunityPage) | { is: "gone" } | { is: "none" };

/**
 * The community alone; `slug` as it stands in the address, in any case. Who belongs to it here is counted account by account: behind `offset 0`, since
 * a community may have a thousand times as many followers as its server has accounts.
 */
export async function readCommunityHead(db: Db, slug: string): Promise<(CommunityHead & { gone: boolean }) | null> {
  const [row] = await db<(CommunityHead & { gone: boolean })[]>`
    select g.id, g.username as slug, g.name, c.summary_source as summary, g.uri, g.gone_at is not null as gone,
           date_part('epoch', g.created_at) * 1000 as "createdAt", f.followers, f.servers, c.colour, c.picture_id as "pictureId", c.language,
           c.joining, c.posting, c.rules, c.second_factor as "secondFactor",
           (select count(*)::int from accounts ac, lateral (select from memberships m
             where m.group_id = g.id and m.actor_id = ac.actor_id and m.state = 'accepted' offset 0) own) as here,
           (select coalesce(max(version), 0) from charters h where h.group_id = g.id) as charter
      from actors g join communities c on c.actor_id = g.id,
           lateral (select coalesce(sum(members), 0)::int as followers, count(*)::int as servers from audience where group_id = g.id) f
     where g.peer_id is null and lower(g.username) = ${slug.toLowerCase()}`;
  return row ?? null;
}

/** `slug`, `before` and `kind` as they stand in the address. */
export async function readCommunity(
  db: Db,
  slug: string,
  before: string | undefined,
  asked?: string | undefined,
): Promise<CommunityAnswer> {
  const kind = asked === undefined ? null : (KINDS.find((one) => one === asked) ?? null);
  if (asked !== undefined && kind === null) return { is: "none" };
  const community = await readCommunityHead(db, slug);
  if (!community) return { is: "none" };
  if (community.gone) return { is: "gone" };
  const [page, topics, kinds] = await Promise.all([
    kind ? readOfKind(db, community, kind, before) : readAll(db, community, before),
    readTopics(db, community.id),
    readKinds(db, community.id),
  ]);
  if (!page) return { is: "none" };
  return { is: "shown", community, topics, kinds, kind, ...page };
}

type Threads = Pick<CommunityPage, "pinned" | "threads" | "first" | "older" | "newer">;

async function readAll(db: Db, { id }: CommunityHead, before: string | undefined): Promise<Threads | null> {
  const place = before === undefined ? null : readPlace(before);
  if (before !== undefined && !place) return null;
  const keys = place ? db`and (t.active_at, t.id) < (${moment(db, place.first)}, ${place.id})` : db``;
  const [threads, pinned] = await Promise.all([
    db<ListedThread[]>`
      select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
       where t.group_id = ${id} and t.pinned_at is null and ${threadVisible(db)} ${keys}
       order by t.active_at desc, t.id desc limit ${literal(db, THREADS_PER_PAGE + 1)}`,
    place ? [] : readPinned(db, id),
  ]);
  if (place && threads.length === 0) return null;
  const more = threads.length > THREADS_PER_PAGE;
  if (more) threads.pop();
  const last = threads.at(-1);
  return {
    pinned,
    threads,
    first: !place,
    older: more && last ? writePlace(last.activeMicros, last.id) : null,
    newer: place && threads[0] ? await readNewer(db, id, threads[0]) : null,
  };
}

async function readPinned(db: Db, groupId: Id): Promise<ListedThread[]> {
  return await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
     where t.group_id = ${groupId} and t.pinned_at is not null and ${threadVisible(db)}
     order by t.pinned_at limit ${literal(db, MOST_PINNED)}`;
}

/** Threads of one kind stand in the order in which they were started: that is the order they are kept in. */
async function readOfKind(
  db: Db,
  { id }: CommunityHead,
  kind: Kind,
  before: string | undefined,
): Promise<Threads | null> {
  const place = before === undefined ? null : parseId(before);
  if (before !== undefined && !place) return null;
  const threads = await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from threads t ${joinOpening(db)}
     where t.group_id = ${id} and t.kind = ${kind} and ${threadVisible(db)} ${place ? db`and t.id < ${place}` : db``}
     order by t.id desc limit ${literal(db, THREADS_PER_PAGE + 1)}`;
  return { pinned: [], ...newestFirst(threads, place) };
}

/** A page of threads that were read newest first, one more than is shown. */
function newestFirst(threads: ListedThread[], place: Id | null): Omit<Threads, "pinned"> {
  const more = threads.length > THREADS_PER_PAGE;
  if (more) threads.pop();
  return { threads, first: !place, older: more ? (threads.at(-1)?.id ?? null) : null, newer: place ? "" : null };
}

export interface TopicPage extends Omit<Threads, "pinned"> {
  community: CommunityHead;
  topic: Topic;
}

/** The threads of a topic, newest first; null when there is no such topic or page. */
export async function readTopicPage(
  db: Db,
  community: CommunityHead,
  slug: string,
  before: string | undefined,
): Promise<TopicPage | null> {
  const place = before === undefined ? null : parseId(before);
  if (before !== undefined && !place) return null;
  const [topic] = await db<(Topic & { id: Id })[]>`
    select id, slug, name from topics where group_id = ${community.id} and slug = ${slug}`;
  if (!topic) return null;
  const threads = await db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from thread_topics tt join threads t on t.id = tt.thread_id ${joinOpening(db)}
     where tt.topic_id = ${topic.id} and t.group_id = ${community.id} and ${threadVisible(db)} ${place ? db`and tt.thread_id < ${place}` : db``}
     order by tt.thread_id desc limit ${literal(db, THREADS_PER_PAGE + 1)}`;
  return { community, topic: { slug: topic.slug, name: topic.name }, ...newestFirst(threads, place) };
}

/** The topics of a community, by name. */
export async function readTopics(db: Db, groupId: Id): Promise<Topic[]> {
  return await db<Topic[]>`select slug, name from topics where group_id = ${groupId} order by lower(name), id`;
}

/** The topics with how many threads each has. */
export async function readCountedTopics(db: Db, groupId: Id): Promise<(Topic & { threads: number })[]> {
  return await db<(Topic & { threads: number })[]>`
    select o.slug, o.name, (select count(*)::int from thread_topics tt join threads t on t.id = tt.thread_id
        where tt.topic_id = o.id and t.removed_at is null) as threads
      from topics o where o.group_id = ${groupId} order by lower(o.name), o.id`;
}

/** Which kinds of thread there are: one look each. */
async function readKinds(db: Db, groupId: Id): Promise<Kind[]> {
  const rows = await db<{ kind: Kind }[]>`
    select kind from unnest(${KINDS as unknown as string[]}::text[]) with ordinality as k (kind, place)
     where exists (select from threads t where t.group_id = ${groupId} and t.kind = k.kind and t.removed_at is null) order by place`;
  return rows.map((row) => row.kind);
}

/** Where the page before `first` begins: below the thread that stands a page and one above it. */
async function readNewer(db: Db, groupId: Id, first: ListedThread): Promise<string> {
  const [row] = await db<{ id: string; activeMicros: string }[]>`
    select t.id, (extract(epoch from t.active_at) * 1000000)::bigint as "activeMicros" from threads t ${joinOpening(db)}
     where t.group_id = ${groupId} and t.pinned_at is null and ${threadVisible(db)}
       and (t.active_at, t.id) > (${moment(db, first.activeMicros)}, ${first.id})
     order by t.active_at, t.id offset ${literal(db, THREADS_PER_PAGE)} limit 1`;
  return row ? writePlace(row.activeMicros, row.id) : "";
}

/** Microseconds since 1970 as a timestamp; numbers up to 2^53 are exact in an interval's factor. */
function moment(db: Db, micros: string) {
  return db`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
}

export interface CommunitySettingsRow {
  questions: string[];
  downVotes: boolean;
  manyAnswers: boolean;
  welcome: string;
}

/** What only its settings and the forms of joining show. */
export async function readCommunitySettings(db: Db, groupId: Id): Promise<CommunitySettingsRow> {
  const [row] = await db<CommunitySettingsRow[]>`
    select questions, down_votes as "downVotes", many_answers as "manyAnswers", welcome_source as welcome
      from communities where actor_id = ${groupId}`;
  if (!row) throw new Error(`community ${groupId} is gone`);
  return row;
}

/** Who may found a community here. */
export async function readWhoFounds(db: Db): Promise<"administrators" | "members"> {
  const [row] = await db<{ founding: "administrators" | "members" }[]>`select founding from instance`;
  return row?.founding ?? "members";
}
