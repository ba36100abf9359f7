/** Finds what was said here by its words, communities and people by their names; nothing that the one who looks may not see. */
import { type Id, parseId } from "../ids.ts";
import { type Db, pgCode, type Queryable } from "../open.ts";
import { authorVisible, avoids, postVisible, threadVisible } from "../visible.ts";
import { type Place, readPlace, writePlace } from "./cursor.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";
import { literal } from "./literal.ts";

/** Results on one page. */
export const FOUND_PER_PAGE = 20;
/** So many of the newest matches are weighed against each other. */
export const MOST_WEIGHED = 500;
/** Matches that are read at once where the newest come first. */
const CHUNK = 60;
/** Of those that may not be seen, so many chunks are passed over before a page is shown that is not full. */
const MOST_CHUNKS = 8;
/** Words that are in this many of the newest entries are common. */
const PROBED = 4_000;
const COMMON = 80;
/** Milliseconds for one look into the index. */
const LOOK_MS = 2_500;

/** What a search is narrowed to. Ids, and times in milliseconds since 1970, both inclusive. */
export interface Narrow {
  groupId?: Id;
  kind?: string;
  topicId?: Id;
  authorId?: Id;
  opening?: boolean;
  from?: number;
  /** Before this. */
  to?: number;
}

export interface Ask {
  /** As they were typed, one line. Empty: whatever fits. */
  words: string;
  /** How Postgres reads the asker's own language: `german`. */
  config: string;
  narrow: Narrow;
  order: "best" | "newest";
  /** The word for the page. */
  after: string | undefined;
  viewerId: Id | null;
}

export interface FoundPost {
  id: Id;
  threadId: Id;
  title: string;
  kind: string;
  slug: string;
  communityName: string;
  /** The colour that the community chose: `#rrggbb`, or null. */
  colour: string | null;
  authorId: Id;
  authorName: string;
  authorUsername: string;
  authorHost: string | null;
  /** Milliseconds since 1970. */
  publishedAt: number;
  /** Sanitised HTML. */
  content: string;
  warning: string;
  language: string | null;
  /** How its words were read. */
  config: string;
}

/** `common`: the words are in almost everything; `slow`: looking took too long; `unclear`: the word for the page is none. */
export type Found =
  | { is: "found"; posts: FoundPost[]; next: string | null; queries: ReadonlyMap<string, string> }
  | { is: "common" }
  | { is: "slow" }
  | { is: "unclear" };

interface Match {
  id: Id;
  /** The first sort key: microseconds since 1970, or the weight. */
  key: string;
}

/** A page of posts. */
export async function findPosts(db: Db, ask: Ask): Promise<Found> {
  const after = ask.after === undefined ? null : readPlace(ask.after);
  if (ask.after !== undefined && !after) return { is: "unclear" };
  const read = ask.words === "" ? null : await readQueries(db, ask.words, ask.config);
  if (read?.common) return { is: "common" };
  const queries = read?.queries ?? new Map<string, string>();
  // Words, but none in any language there is.
  if (read && queries.size === 0) return { is: "found", posts: [], next: null, queries };
  try {
    const { posts, next } = await page(db, ask, queries, after);
    return { is: "found", posts, next, queries };
  } catch (error) {
    // 57014: the statement took longer than it may.
    if (pgCode(error) === "57014") return { is: "slow" };
    throw error;
  }
}

/**
 * The words as each language reads them that there are entries in, by its name; languages in which nothing is left of them are left out. `common`
 * when nothing is left of them in the asker's own.
 */
async function readQueries(
  db: Db,
  words: string,
  own: string,
): Promise<{ queries: Map<string, string>; common: boolean }> {
  const rows = await db<{ config: string; query: string; used: boolean }[]>`
    select config, websearch_to_tsquery(('words_' || config)::regconfig, ${words})::text as query, bool_or(used) as used
    from (select unnest(configs) as config, true as used from search_progress union all select ${own}::text, false) c group by config`;
  const said = rows.filter(({ query }) => query !== "");
  return {
    queries: new Map(said.filter(({ used }) => used).map(({ config, query }) => [config, query])),
    common: !said.some(({ config }) => config === own),
  };
}

async function page(
  db: Db,
  ask: Ask,
  queries: ReadonlyMap<string, string>,
  after: Place | null,
): Promise<{ posts: FoundPost[]; next: string | null }> {
  const best = ask.order === "best" && queries.size > 0;
  const posts: (FoundPost & { key: string })[] = [];
  let from = after;
  for (let chunk = 0; chunk < MOST_CHUNKS && posts.length <= FOUND_PER_PAGE; chunk++) {
    const matches = best ? await weighed(db, ask, queries, from) : await newest(db, ask, queries, from);
    posts.push(...(await shown(db, ask, matches)));
    const last = matches.at(-1);
    if (!last || matches.length < CHUNK) break;
    from = { first: last.key, id: last.id };
  }
  const more = posts.length > FOUND_PER_PAGE;
  const kept = posts.slice(0, FOUND_PER_PAGE);
  const last = kept.at(-1);
  return { posts: kept, next: more && last ? writePlace(last.key, last.id) : null };
}

function newest(db: Db, ask: Ask, queries: ReadonlyMap<string, string>, after: Place | null): Promise<Match[]> {
  return look(
    db,
    (tx) => matching(tx, ask.narrow, queries),
    (tx, fits) => tx<Match[]>`
    select e.post_id as id, (extract(epoch from e.at) * 1000000)::bigint as key from search_entries e where ${fits}
       ${after ? tx`and (e.at, e.post_id) < (timestamptz 'epoch' + ${after.first}::bigint * interval '1 microsecond', ${after.id})` : tx``}
     order by e.at desc, e.post_id desc limit ${literal(db, CHUNK)}`,
  );
}

/** The newest matches, the weightiest first: words in a title weigh more than in a text. */
function weighed(db: Db, ask: Ask, queries: ReadonlyMap<string, string>, after: Place | null): Promise<Match[]> {
  return look(
    db,
    (tx) => matching(tx, ask.narrow, queries),
    (tx, fits) => tx<Match[]>`
    select id, key from (
      select n.post_id as id, 1 + (ts_rank(n.words, ${ownQuery(tx, tx`n`, queries)}, 1) * 10000000)::bigint as key from (
        select e.post_id, e.words, e.config from search_entries e where ${fits}
         order by e.at desc, e.post_id desc limit ${literal(db, MOST_WEIGHED)}) n) w
     ${after ? tx`where (key, id) < (${after.first}::bigint, ${after.id})` : tx``}
     order by key desc, id desc limit ${literal(db, CHUNK)}`,
  );
}

/**
 * What is common is found by walking back from the newest entry, what is rare by the index of words. Which is shorter Postgres knows only when
 * it plans for these very words, and of words that mostly stand together not even then: so a few of the newest entries are looked at first.
 */
function look(
  db: Db,
  fits: (tx: Queryable) => ReturnType<typeof matching>,
  ask: (tx: Queryable, fits: ReturnType<typeof matching>) => PromiseLike<Match[]>,
): Promise<Match[]> {
  return db.begin("read only", async (tx) => {
    await tx`select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
      set_config('statement_timeout', ${String(LOOK_MS)}, true)`;
    const [probe] = await tx<{ n: number }[]>`
      select count(*)::int as n from (select * from search_entries order by at desc, post_id desc limit ${literal(db, PROBED)}) e where ${fits(tx)}`;
    if ((probe?.n ?? 0) >= COMMON)
      await tx`select set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)`;
    return await ask(tx, fits(tx));
  }) as Promise<Match[]>;
}

/** True for an entry `e` that fits. */
function matching(db: Queryable, narrow: Narrow, queries: ReadonlyMap<string, string>) {
  const words = [...new Set(queries.values())];
  const facets = [
    narrow.groupId && `=in:${narrow.groupId}`,
    narrow.authorId && `=by:${narrow.authorId}`,
    narrow.topicId && `=topic:${narrow.topicId}`,
    narrow.kind && `=kind:${narrow.kind}`,
    narrow.opening === undefined ? undefined : narrow.opening ? "=is:thread" : "=is:reply",
  ].filter((facet) => facet !== undefined);
  const either = words.length === 0 ? [] : [`(${words.map((query) => `(${query})`).join(" | ")})`];
  const query = [...either, ...facets.map((facet) => `'${facet}'`)].join(" & ");
  return db`${query === "" ? db`true` : db`e.words @@ ${query}::tsquery`}
    ${words.length > 1 ? db`and e.words @@ ${ownQuery(db, db`e`, queries)}` : db``}
    ${narrow.from === undefined ? db`` : db`and e.at >= ${new Date(narrow.from)}`}
    ${narrow.to === undefined ? db`` : db`and e.at < ${new Date(narrow.to)}`}`;
}

/** The words as the language of the entry reads them: what is not to be in it must not be in it in its own language. */
function ownQuery(db: Queryable, entry: ReturnType<typeof literal>, queries: ReadonlyMap<string, string>) {
  const cases = [...queries].map(([config, query]) => db`when ${config} then ${query}::tsquery`);
  return db`case ${entry}.config ${cases.reduce((all, one) => db`${all} ${one}`, db``)} end`;
}

/** Those of the matches that may be seen and still are what was asked for, in their order. */
async function shown(db: Db, { narrow, viewerId }: Ask, matches: Match[]): Promise<(FoundPost & { key: string })[]> {
  if (matches.length === 0) return [];
  const rows = await db<FoundPost[]>`
    select p.id, t.id as "threadId", t.title, t.kind, ${groupSlug(db)} as slug, ${groupName(db)} as "communityName", c.colour,
      a.id as "authorId", a.name as "authorName", a.username as "authorUsername", pe.host as "authorHost",
      date_part('epoch', p.published_at) * 1000 as "publishedAt", p.content, p.warning, p.language, e.config
    from search_entries e join posts p on p.id = e.post_id join threads t on t.id = p.thread_id
      ${joinGroup(db)}
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where e.post_id = any(${matches.map(({ id }) => id)}) and g.gone_at is null and ${postVisible(db)} and ${notBlocked(db, viewerId)}
      and exists (select from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
        where p.id = t.id and ${threadVisible(db)})
      ${narrow.groupId ? db`and t.group_id = ${narrow.groupId}` : db``}
      ${narrow.kind ? db`and t.kind = ${narrow.kind}` : db``}
      ${narrow.topicId ? db`and exists (select from thread_topics o where o.thread_id = t.id and o.topic_id = ${narrow.topicId})` : db``}`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return matches.flatMap(({ id, key }) => {
    const row = byId.get(id);
    return row ? [{ ...row, key }] : [];
  });
}

/** True where the one who looks has blocked neither the author nor their server. */
function notBlocked(db: Db, viewerId: Id | null) {
  return viewerId === null ? db`true` : db`not ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)}`;
}

/** Around each word that was looked for; no text that was cleaned holds them. */
export const MARK = { start: "\u0002", end: "\u0003" } as const;

export interface Snippet {
  title: string;
  text: string;
}

/** As long as a part of a longer text, about: it is shown whole. */
const SHORT_TEXT = 200;

/** For each post its text, or the part of it, and its title, in which the words are marked by MARK. Plain text in, plain text out. */
export async function markWords(
  db: Db,
  posts: readonly { id: string; config: string; title: string; text: string }[],
  queries: ReadonlyMap<string, string>,
): Promise<Map<string, Snippet>> {
  const rows = posts
    .filter(({ config }) => queries.has(config))
    .map((post) => ({ ...post, query: queries.get(post.config) }));
  if (rows.length === 0) return new Map();
  const select = `StartSel="${MARK.start}", StopSel="${MARK.end}"`;
  const all = `${select}, HighlightAll=true`;
  const part = `${select}, MaxFragments=2, MaxWords=26, MinWords=12, FragmentDelimiter=" … "`;
  const marked = await db<{ id: string; title: string; text: string }[]>`
    select x.id, ts_headline(('words_' || x.config)::regconfig, x.title, x.query::tsquery, ${all}) as title,
      ts_headline(('words_' || x.config)::regconfig, x.text, x.query::tsquery,
        case when length(x.text) <= ${SHORT_TEXT} then ${all} else ${part} end) as text
    from jsonb_to_recordset(${db.json(rows as never)}) as x (id text, config text, query text, title text, text text)`;
  return new Map(marked.map(({ id, title, text }) => [id, { title, text }]));
}

export interface FoundPerson {
  id: Id;
  username: string;
  name: string;
  /** Null: somebody of this server. */
  host: string | null;
  /** What they do, in their own words; only people of this server say so. */
  does: string;
}

const MOST_NAMES = 8;
/** So many that are alike are compared. */
const MOST_ALIKE = 300;

/** People with an account here, or who wrote something here, whose name or handle is like `words`; the most alike first. */
export async function findPeople(db: Db, words: string, viewerId: Id | null): Promise<FoundPerson[]> {
  const [name = "", host] = words.toLowerCase().replace(/^@/, "").split("@");
  if (name === "") return [];
  return await db<FoundPerson[]>`
    with alike as materialized (
      (select id from actors where gone_at is null and lower(username) = ${name} and peer_id is null)
      union
      (select id from actors where ${alike(db, name)} limit ${literal(db, MOST_ALIKE)})
    )
    select a.id, a.username, a.name, pe.host, coalesce(pr.does, '') as does
    from alike join actors a on a.id = alike.id left join peers pe on pe.id = a.peer_id
      left join accounts ac on ac.actor_id = a.id left join profiles pr on pr.actor_id = a.id
    where a.kind in ('person', 'service') and ${authorVisible(db)} and ${notBlocked(db, viewerId)}
      ${host ? db`and pe.host = ${host}` : db``}
      and case when a.peer_id is null then ac.state = 'active' else exists (
        select from posts w where w.author_id = a.id and w.removed_at is null) end
    order by lower(a.username) = ${name} desc, word_similarity(${name}, lower(a.username || ' ' || a.name)) desc, a.peer_id is null desc, a.id
    limit ${literal(db, MOST_NAMES)}`;
}

export interface FoundCommunity {
  id: Id;
  slug: string;
  name: string;
  /** The colour its facilitators chose: `#rrggbb`, or null. */
  colour: string | null;
  summary: string;
}

/** Communities of this server whose name is like `words`, or whose sentence has them. */
export async function findCommunities(db: Db, words: string, config: string): Promise<FoundCommunity[]> {
  const name = words.toLowerCase().replace(/^[!@]/, "").split("@", 1)[0] ?? "";
  if (name === "") return [];
  return await db<FoundCommunity[]>`
    select a.id, a.username as slug, a.name, c.colour, c.summary_source as summary
    from communities c join actors a on a.id = c.actor_id
    where a.gone_at is null and (lower(a.username) = ${name} or ${name} <% lower(a.username || ' ' || a.name)
      or to_tsvector(('words_' || ${config}::text)::regconfig, a.name || ' ' || c.summary_source)
        @@ websearch_to_tsquery(('words_' || ${config}::text)::regconfig, ${words}))
    order by lower(a.username) = ${name} desc, word_similarity(${name}, lower(a.username || ' ' || a.name)) desc, a.id
    limit ${literal(db, MOST_NAMES)}`;
}

/** Fewer than three letters are alike to everything: they are only found where a word begins with them, which the index cannot tell. */
function alike(db: Db, name: string) {
  const text = db`lower(username || ' ' || name)`;
  const part = `%${name.replace(/[\\%_]/g, "\\$&")}%`;
  return name.length < 3
    ? db`gone_at is null and lower(username) = ${name} and peer_id is null`
    : db`gone_at is null and (${text} like ${part} or ${name} <% ${text})`;
}

/** What the fields of the form name; null for what is not here. */
export interface Named {
  group: { id: Id; slug: string; name: string } | null;
  topicId: Id | null;
  authorId: Id | null;
}

/** Looks up what a search is narrowed to: a community's slug, a topic's of that community, and an author's name here or handle. */
export async function findNamed(
  db: Db,
  asked: { community: string; topic: string; author: string },
  ownHost: string,
): Promise<Named> {
  const [name = "", host = ""] = asked.author.toLowerCase().replace(/^@/, "").split("@");
  const [groups, authors] = await Promise.all([
    asked.community === ""
      ? []
      : db<{ id: Id; slug: string; name: string; topicId: Id | null }[]>`
          select a.id, a.username as slug, a.name, o.id as "topicId" from communities c join actors a on a.id = c.actor_id
          left join topics o on o.group_id = a.id and o.slug = ${asked.topic.toLowerCase()}
          where lower(a.username) = ${asked.community.toLowerCase()} and a.gone_at is null`,
    name === ""
      ? []
      : host === "" || host === ownHost
        ? db<
            { id: Id }[]
          >`select id from actors where lower(username) = ${name} and peer_id is null and gone_at is null and kind = 'person'`
        : db<{ id: Id }[]>`
            select a.id from actors a join peers pe on pe.id = a.peer_id
            where pe.host = ${host} and lower(a.username) = ${name} and ${authorVisible(db)} limit 1`,
  ]);
  const group = groups[0] ?? null;
  return { group, topicId: group?.topicId ?? null, authorId: authors[0]?.id ?? null };
}

/** What is here of somebody or something that was looked up elsewhere: whether they wrote here, and where a post stands. */
export async function isWriter(db: Db, id: string): Promise<boolean> {
  const actorId = parseId(id);
  if (!actorId) return false;
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from posts p join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
      where p.author_id = ${actorId} and ${postVisible(db)}) as yes`;
  return row?.yes ?? false;
}
