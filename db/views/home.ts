/** Reads somebody's home: what is new in their communities, whom they could help, and what has changed. */
import { type Id, idAt } from "../ids.ts";
import type { Db, Queryable } from "../open.ts";
import { avoids, postVisible, threadVisible } from "../visible.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";
import { joinOpening, type ListedThread, listedThreadColumns, replyCount } from "./listed-thread.ts";
import { literal } from "./literal.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Whoever reads again within this time is still at the same visit. */
const VISIT_MS = 4 * HOUR;
/** For those who have read nothing yet, and how far the list of new threads goes back at most. */
const FIRST_VISIT_MS = 14 * DAY;
const LONGEST_MS = 30 * DAY;
/** How long an accepted answer counts as a change. */
const ANSWERED_MS = 14 * DAY;

const MOST_NEW = 12;
const MOST_QUESTIONS = 8;
const MOST_CHANGES = 8;
/** The newest questions of each community in which words are looked for, and the newest posts by which their threads are known. */
const QUESTIONS_LOOKED_AT = 100;
const POSTS_LOOKED_AT = 500;

export interface ChangedCharter {
  slug: string;
  name: string;
  /** The colour that the community chose: `#rrggbb`, or null. */
  colour: string | null;
  /** The version that they know; 0: none. */
  known: number;
  /** Milliseconds since 1970. */
  writtenAt: number;
}

export interface AnsweredThread {
  id: Id;
  title: string;
  slug: string;
  communityName: string;
  colour: string | null;
  postId: Id;
  /** Who gave the answer. */
  authorName: string;
  authorUsername: string;
  /** Milliseconds since 1970. */
  acceptedAt: number;
}

export interface HomePage {
  communities: { slug: string; name: string }[];
  /** Since when threads count as new, in milliseconds since 1970; null: they have read nothing yet, and it goes back two weeks. */
  lastReadAt: number | null;
  newThreads: ListedThread[];
  /** There are more than those. */
  moreNew: boolean;
  /** What they say they can help with. */
  helpsWith: string[];
  questions: ListedThread[];
  charters: ChangedCharter[];
  answered: AnsweredThread[];
}

export async function readHome(db: Db, viewerId: Id, now: Date): Promise<HomePage> {
  const [[you], communities] = await Promise.all([
    db<{ helpsWith: string[]; lastReadAt: number | null }[]>`
      select p.helps_with as "helpsWith", (select date_part('epoch', max(r.read_at)) * 1000 from thread_reads r
          where r.actor_id = p.actor_id and r.read_at < ${new Date(now.getTime() - VISIT_MS)}) as "lastReadAt"
        from profiles p where p.actor_id = ${viewerId}`,
    db<{ slug: string; name: string }[]>`
      select g.username as slug, g.name from memberships m join communities c on c.actor_id = m.group_id
        join actors g on g.id = m.group_id
       where m.actor_id = ${viewerId} and m.state = 'accepted' and g.gone_at is null order by lower(g.name), g.id`,
  ]);
  const helpsWith = you?.helpsWith ?? [];
  const lastReadAt = you?.lastReadAt ?? null;
  if (communities.length === 0)
    return {
      communities,
      lastReadAt,
      newThreads: [],
      moreNew: false,
      helpsWith,
      questions: [],
      charters: [],
      answered: [],
    };

  const since = Math.max(lastReadAt ?? now.getTime() - FIRST_VISIT_MS, now.getTime() - LONGEST_MS);
  const [newThreads, questions, charters, answered] = await Promise.all([
    readNewThreads(db, viewerId, new Date(since), MOST_NEW + 1),
    readQuestions(db, viewerId, helpsWith),
    db<ChangedCharter[]>`
      select g.username as slug, g.name, cm.colour, m.charter_version as known, date_part('epoch', c.written_at) * 1000 as "writtenAt"
        from memberships m
        join actors g on g.id = m.group_id and g.peer_id is null and g.gone_at is null
        join communities cm on cm.actor_id = g.id
        join lateral (select version, written_at, written_by from charters where group_id = m.group_id order by version desc limit 1) c on true
       where m.actor_id = ${viewerId} and m.state = 'accepted' and m.charter_version < c.version and c.written_by <> m.actor_id
       order by c.written_at desc limit ${literal(db, MOST_CHANGES)}`,
    readAnswered(db, viewerId, new Date(now.getTime() - ANSWERED_MS)),
  ]);
  const moreNew = newThreads.length > MOST_NEW;
  if (moreNew) newThreads.pop();
  return { communities, lastReadAt, newThreads, moreNew, helpsWith, questions, charters, answered };
}

/** The threads that others began in somebody's communities since then, newest first, without those that they mute. */
export async function readNewThreads(db: Queryable, viewerId: Id, since: Date, most: number): Promise<ListedThread[]> {
  return db<ListedThread[]>`
    select ${listedThreadColumns(db)}, ${replyCount(db)} from memberships m cross join lateral (
        select * from threads n where n.group_id = m.group_id and n.removed_at is null and n.id > ${idAt(since)}
         order by n.id desc limit ${literal(db, 2 * most)}) t
      ${joinOpening(db)}
     where m.actor_id = ${viewerId} and m.state = 'accepted' and ${threadVisible(db)} and ${othersToThem(db, viewerId)}
     order by t.id desc limit ${literal(db, most)}`;
}

/**
 * Questions that nobody but who asks has spoken to, with a word in title or topics of what somebody can help with. Those that are still open are found
 * first: there are few, and to look for words in a title takes ten times as long as to look for a reply.
 */
async function readQuestions(db: Db, viewerId: Id, helpsWith: readonly string[]): Promise<ListedThread[]> {
  const wanted = wordsOf(helpsWith);
  if (wanted === "") return [];
  return db<ListedThread[]>`
    with open as materialized (
      select n.* from memberships m cross join lateral (
        select * from threads q where q.group_id = m.group_id and q.removed_at is null and q.kind = 'question'
         order by q.id desc limit ${literal(db, QUESTIONS_LOOKED_AT)}) n
        join posts o on o.id = n.id
       where m.actor_id = ${viewerId} and m.state = 'accepted' and n.locked_at is null and not exists (
         select from posts r where r.thread_id = n.id and r.removed_at is null and r.author_id <> o.author_id)
    ), near as materialized (
      select n.* from open n where to_tsvector('simple', unaccent(n.title || ' ' || coalesce(
         (select string_agg(o.name || ' ' || o.slug, ' ') from thread_topics tt join topics o on o.id = tt.topic_id where tt.thread_id = n.id),
         ''))) @@ to_tsquery('simple', translate(unaccent(${wanted}), ${SYNTAX}, '')))
    select ${listedThreadColumns(db)}, ${replyCount(db)} from near t ${joinOpening(db)}
     where ${threadVisible(db)} and ${othersToThem(db, viewerId)}
     order by t.id desc limit ${literal(db, MOST_QUESTIONS)}`;
}

async function readAnswered(db: Db, viewerId: Id, since: Date): Promise<AnsweredThread[]> {
  return db<AnsweredThread[]>`
    select t.id, t.title, ${groupSlug(db)} as slug, ${groupName(db)} as "communityName", c.colour, p.id as "postId", a.name as "authorName",
           a.username as "authorUsername", date_part('epoch', w.accepted_at) * 1000 as "acceptedAt"
      from (select distinct on (aa.thread_id) aa.* from accepted_answers aa join (
              select distinct thread_id from (select thread_id from posts where author_id = ${viewerId} and removed_at is null
                order by id desc limit ${literal(db, POSTS_LOOKED_AT)}) few) mine on mine.thread_id = aa.thread_id
             where aa.accepted_at > ${since} and aa.accepted_by <> ${viewerId} order by aa.thread_id, aa.accepted_at desc) w
      join threads t on t.id = w.thread_id ${joinGroup(db)}
      join posts p on p.id = w.post_id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where t.removed_at is null and ${postVisible(db)} and ${othersToThem(db, viewerId)}
     order by w.accepted_at desc limit ${literal(db, MOST_CHANGES)}`;
}

/** True where what `a` of `pe` said in `t` is another's, whom the viewer does not block, and the thread is not muted. */
function othersToThem(db: Queryable, viewerId: Id) {
  return db`a.id <> ${viewerId} and not ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)} and ${notMuted(db, viewerId)}`;
}

function notMuted(db: Queryable, viewerId: Id) {
  return db`not exists (select from thread_subscriptions s
    where s.actor_id = ${viewerId} and s.thread_id = t.id and s.level = 'mute')`;
}

/** What unaccent makes of some letters, and a query's syntax would take for its own. */
const SYNTAX = "'\\<!";

const MOST_THINGS = 20;
const MOST_WORDS = 4;
/** Words that hold others together, in the languages of the site. */
const SMALL = new Set(
  "and the for with from into und der die das den mit von für aus zum zur beim con los las del una uno para por como".split(
    " ",
  ),
);

/**
 * A text search query for what somebody can help with: any of the things, of each all its words that say something, each by its beginning, so
 * that "welding" finds "welder". Words of one or two letters count only where there are no others. Empty when there is no word in it.
 */
export function wordsOf(helpsWith: readonly string[]): string {
  const things = helpsWith.slice(0, MOST_THINGS).flatMap((thing) => {
    const words =
      thing
        .normalize("NFKC")
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? [];
    const telling = words.filter((word) => word.length >= 3 && !SMALL.has(word));
    const stems = (telling.length > 0 ? telling : words).slice(0, MOST_WORDS).map(stemOf);
    return stems.length === 0 ? [] : [`(${stems.map((stem) => `${stem}:*`).join(" & ")})`];
  });
  return things.join(" | ");
}

/** A word without the ending that grammar gives it, roughly and in any language: its first letters. */
function stemOf(word: string): string {
  const letters = Array.from(word);
  return letters.slice(0, Math.max(4, letters.length - 3)).join("");
}
