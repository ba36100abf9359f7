/** The index of words: what is to be read for it, what is written to it, and how far it has come. */
import { type Id, idAt } from "../ids.ts";
import type { Queryable, Tx } from "../open.ts";

/** Only one process at a time brings the index up to date. */
const LOCK = 7_302_611;

/** What the journal says of posts that can change what is found. */
const KINDS = [
  "thread.started",
  "reply.written",
  "thread.edited",
  "reply.edited",
  "thread.removed",
  "reply.removed",
  "thread.moved",
];

export interface Progress {
  journalId: Id;
  postsId: Id;
  /** Null before the first run. */
  postsUntil: Id | null;
}

/** How far the index has come, for whoever holds it until their transaction ends; null when somebody else does. */
export async function takeProgress(tx: Tx): Promise<Progress | null> {
  await tx`set local statement_timeout = '30s'`;
  const [lock] = await tx<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(${LOCK}) as mine`;
  if (!lock?.mine) return null;
  const [row] = await tx<Progress[]>`
    select journal_id as "journalId", posts_id as "postsId", posts_until as "postsUntil" from search_progress`;
  return row ?? null;
}

/** Keeps how far it has come. */
export async function writeProgress(tx: Tx, progress: Progress): Promise<void> {
  await tx`update search_progress set journal_id = ${progress.journalId}, posts_id = ${progress.postsId}, posts_until = ${progress.postsUntil}`;
}

/**
 * The id before which everything is there to be read. Ids are made from the clock before the transaction that writes them ends, so a line
 * may appear after a later one. But whoever made an id had begun their transaction by then: what is older than the oldest transaction
 * of ours that still writes has been committed or never will be. `settleMs` is for clocks that do not agree to the millisecond.
 */
export async function settledUntil(tx: Tx, settleMs: number): Promise<Id> {
  const [row] = await tx<{ at: Date }[]>`
    select coalesce(least(clock_timestamp(), min(xact_start)), clock_timestamp()) - ${settleMs} * interval '1 millisecond' as at
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null
      and starts_with(application_name, 'commonplace')`;
  return idAt(row?.at ?? new Date(0));
}

/** Posts of an older database, by id: after one, before another. */
export async function postsBetween(tx: Tx, after: Id, until: Id, limit: number): Promise<Id[]> {
  const rows = await tx<
    { id: Id }[]
  >`select id from posts where id > ${after} and id < ${until} order by id limit ${limit}`;
  return rows.map((row) => row.id);
}

export interface PostLine {
  id: Id;
  kind: string;
  threadId: Id;
  postId: Id;
}

/** Lines of the journal about posts, in order: after one, before another. */
export function linesBetween(tx: Tx, after: Id, until: Id, limit: number): Promise<PostLine[]> {
  return tx<PostLine[]>`
    select id, kind, coalesce(thread_id, post_id) as "threadId", coalesce(post_id, thread_id) as "postId" from journal
    where id > ${after} and id < ${until} and kind = any(${KINDS}) and (post_id is not null or thread_id is not null)
    order by id limit ${limit}`;
}

export interface PostSource {
  id: Id;
  /** Of a thread; replies have none of their own. */
  title: string | null;
  warning: string;
  /** Sanitised HTML. */
  content: string;
  /** What its pictures show. */
  pictures: string;
  /** BCP 47: its own, else its community's. */
  language: string | null;
  at: Date;
  facets: string[];
}

/** What those of `ids` say that can still be read. */
export function readSources(tx: Tx, ids: readonly Id[]): Promise<PostSource[]> {
  return tx<PostSource[]>`
    select p.id, case when p.parent_id is null then t.title end as title, p.warning, p.content, coalesce(p.language, c.language) as language,
      coalesce((select string_agg(x ->> 'description', E'\n') from jsonb_array_elements(p.attachments) x), '') as pictures,
      p.published_at as at, ${facets(tx)} as facets
    from posts p join threads t on t.id = p.thread_id left join communities c on c.actor_id = t.group_id
    where p.id = any(${ids as Id[]}) and p.removed_at is null and t.removed_at is null`;
}

export interface Entry {
  id: Id;
  title: string;
  text: string;
  /** `german`: one that Postgres has, see db/migrations/0011_search.sql. */
  config: string;
  at: Date;
  facets: string[];
}

/** Writes entries anew; what Postgres does not have a configuration for is read as `simple`. */
export async function writeEntries(tx: Tx, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ id, title, text, config, at, facets: words }) => ({
    id,
    title,
    text,
    config,
    at: at.toISOString(),
    facets: words,
  }));
  await tx`
    with entry as (
      select x.id, x.at, x.facets, coalesce(k.config, 'simple') as config, x.title, x.text
      from jsonb_to_recordset(${tx.json(rows as never)}) as x (id bigint, title text, text text, config text, at timestamptz, facets text[])
      left join lateral (select x.config from pg_ts_config where cfgname = 'words_' || x.config and pg_ts_config_is_visible(oid)) k on true
    ), known as (
      update search_progress set configs = (select array_agg(distinct one) from unnest(configs || array(select config from entry)) one)
      where not configs @> array(select config from entry)
    )
    insert into search_entries (post_id, at, config, facets, words)
    select id, at, config, facets,
      setweight(to_tsvector(('words_' || config)::regconfig, title), 'A') || setweight(to_tsvector(('words_' || config)::regconfig, text), 'B')
        || array_to_tsvector(facets)
    from entry
    on conflict (post_id) do update set at = excluded.at, config = excluded.config, facets = excluded.facets, words = excluded.words`;
}

/** Forgets entries of posts that are not to be found any more. */
export async function forgetEntries(tx: Tx, ids: readonly Id[]): Promise<void> {
  if (ids.length > 0) await tx`delete from search_entries where post_id = any(${ids as Id[]})`;
}

/** Forgets all of removed threads among `threadIds`, and puts right what the others' posts can be narrowed to where that has changed. */
export async function followThreads(tx: Tx, threadIds: readonly Id[]): Promise<void> {
  if (threadIds.length === 0) return;
  await tx`
    delete from search_entries e using posts p join threads t on t.id = p.thread_id
    where t.id = any(${threadIds as Id[]}) and t.removed_at is not null and e.post_id = p.id`;
  // Most edits change nothing of that: it is told by the opening post, before thousands of replies are looked at.
  await tx`
    with changed as materialized (
      select t.id from search_entries e join posts p on p.id = e.post_id join threads t on t.id = p.thread_id
      where t.id = any(${threadIds as Id[]}) and p.parent_id is null and e.facets <> ${facets(tx)}
    ), fresh as materialized (
      select p.id, ${facets(tx)} as facets from changed join threads t on t.id = changed.id join posts p on p.thread_id = t.id
    )
    update search_entries e set facets = fresh.facets, words = ts_delete(e.words, e.facets) || array_to_tsvector(fresh.facets)
    from fresh where e.post_id = fresh.id`;
}

/** What a post `p` of a thread `t` can be narrowed to, always in the same order. */
function facets(db: Queryable) {
  return db`(array['=in:' || t.group_id, '=by:' || p.author_id, '=kind:' || t.kind,
    case when p.parent_id is null then '=is:thread' else '=is:reply' end]
    || array(select '=topic:' || o.topic_id from thread_topics o where o.thread_id = t.id order by o.topic_id))`;
}
