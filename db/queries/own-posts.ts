/** Posts written here, with all that a letter about them says: whom they name, what they answer, where they stand. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface NamedActor {
  id: Id;
  uri: string;
  username: string;
  /** Null: somebody of this server. */
  host: string | null;
}

export interface OwnPoll {
  multiple: boolean;
  /** As it is sent. */
  closesAt: string | null;
  closed: boolean;
  voters: number;
  options: { text: string; votes: number }[];
}

export interface OwnPost {
  id: Id;
  uri: string;
  /** The same as `id` where it opens a thread. */
  threadId: Id;
  author: { id: Id; uri: string };
  group: NamedActor;
  /** The group is a community of this server. */
  ownGroup: boolean;
  /** The letter by which the opening of its thread came; only where the thread is in a community elsewhere. */
  opening: string | null;
  title: string;
  kind: string;
  linkUrl: string | null;
  topics: { slug: string; name: string }[];
  parent: { uri: string; author: NamedActor } | null;
  mentions: NamedActor[];
  /** Ids of the answers that were accepted, where it opens a question. */
  accepted: string[];
  /** Where it opens a poll. */
  poll: OwnPoll | null;
  content: string;
  source: string;
  warning: string;
  language: string | null;
  attachments: { url: string; mediaType: string | null; description: string; width?: number; height?: number }[];
  publishedAt: Date;
  editedAt: Date | null;
}

const NAMED = (db: Queryable, actor: string, peer: string) => db`
  json_build_object('id', ${db(actor)}.id::text, 'uri', ${db(actor)}.uri, 'username', ${db(actor)}.username, 'host', ${db(peer)}.host)`;

const POLL = (db: Queryable) => db`
  (select json_build_object('multiple', l.multiple, 'closesAt', to_char(l.closes_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'closed', coalesce(l.closes_at <= now(), false),
      'voters', (select count(distinct v.actor_id) from poll_votes v where v.thread_id = l.thread_id),
      'options', (select json_agg(json_build_object('text', o.text, 'votes',
          (select count(*) from poll_votes v where v.thread_id = l.thread_id and v.position = o.position)) order by o.position)
        from poll_options o where o.thread_id = l.thread_id))
     from polls l where l.thread_id = p.id)`;

/** A post of somebody of this server, or null; neither it nor its thread was removed. */
export async function readOwnPost(db: Queryable, id: Id): Promise<OwnPost | null> {
  const [row] = await db<OwnPost[]>`
    select p.id, p.uri, p.thread_id as "threadId", json_build_object('id', a.id::text, 'uri', a.uri) as author,
      ${NAMED(db, "g", "gp")} as group, g.peer_id is null as "ownGroup",
      case when g.peer_id is not null then (
        select nullif(r.body, '') from posts o join received r on r.id = o.received_id where o.id = t.id) end as opening,
      t.title, t.kind, t.link_url as "linkUrl", p.content, coalesce(p.source, '') as source, p.warning, p.language,
      coalesce(p.attachments, '[]') as attachments, p.published_at as "publishedAt", p.edited_at as "editedAt",
      (select coalesce(json_agg(json_build_object('slug', o.slug, 'name', o.name) order by o.slug), '[]')
         from thread_topics x join topics o on o.id = x.topic_id where x.thread_id = p.id) as topics,
      (select json_build_object('uri', q.uri, 'author', ${NAMED(db, "qa", "qp")})
         from posts q join actors qa on qa.id = q.author_id left join peers qp on qp.id = qa.peer_id where q.id = p.parent_id) as parent,
      (select coalesce(json_agg(${NAMED(db, "ma", "mp")} order by ma.id), '[]')
         from mentions m join actors ma on ma.id = m.actor_id left join peers mp on mp.id = ma.peer_id where m.post_id = p.id) as mentions,
      (select coalesce(json_agg(w.uri order by x.accepted_at), '[]')
         from accepted_answers x join posts w on w.id = x.post_id where x.thread_id = p.id) as accepted, ${POLL(db)} as poll
    from posts p join threads t on t.id = p.thread_id join actors a on a.id = p.author_id
      join actors g on g.id = t.group_id left join peers gp on gp.id = g.peer_id
    where p.id = ${id} and a.peer_id is null and p.removed_at is null and t.removed_at is null and a.gone_at is null`;
  return row ?? null;
}

/** The newest public posts of somebody of this server, newest first. */
export async function newestPostsOf(db: Queryable, authorId: Id, limit: number): Promise<OwnPost[]> {
  const rows = await db<{ id: Id }[]>`
    select p.id from posts p join threads t on t.id = p.thread_id
    where p.author_id = ${authorId} and p.removed_at is null and t.removed_at is null order by p.id desc limit ${limit}`;
  const posts = await Promise.all(rows.map(({ id }) => readOwnPost(db, id)));
  return posts.filter((post) => post !== null);
}

/** How many posts of theirs stand. */
export async function countPostsOf(db: Queryable, authorId: Id): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from posts p join threads t on t.id = p.thread_id
    where p.author_id = ${authorId} and p.removed_at is null and t.removed_at is null`;
  return row?.n ?? 0;
}

export interface PostAddressees {
  uri: string;
  authorId: Id;
  authorUri: string;
  parentAuthorId: Id | null;
  /** Those whom it names. */
  mentioned: Id[];
  uris: string[];
  /** False for what a community never announced, and never may (R48, R50). */
  announceable: boolean;
}

/** To whom a letter about a post goes besides followers, also when the post was just removed; null when there is none of that id. */
export async function readAddressees(db: Queryable, postId: Id): Promise<PostAddressees | null> {
  const [row] = await db<PostAddressees[]>`
    select p.uri, p.author_id as "authorId", a.uri as "authorUri", q.author_id as "parentAuthorId",
      (select coalesce(array_agg(m.actor_id), '{}') from mentions m where m.post_id = p.id) as mentioned,
      (select coalesce(array_agg(x.uri), '{}') from actors x
        where x.id = q.author_id or x.id in (select m.actor_id from mentions m where m.post_id = p.id)) as uris,
      coalesce(r.announceable, a.peer_id is null) as announceable
    from posts p join actors a on a.id = p.author_id left join posts q on q.id = p.parent_id left join received r on r.id = p.received_id
    where p.id = ${postId}`;
  return row ?? null;
}

/** A reply, and the question that it answers. */
export interface Answer {
  threadId: Id;
  postId: Id;
  questionUri: string;
  questionAuthor: NamedActor;
  answerUri: string;
  answerUrl: string;
  answerAuthor: NamedActor;
  group: { id: Id; uri: string; username: string };
}

/** One that was accepted, and the note that says so. */
export interface AcceptedAnswer extends Answer {
  noteId: Id;
  acceptedAt: Date;
}

const ANSWER = (db: Queryable) => db`
  t.id as "threadId", p.id as "postId", o.uri as "questionUri", ${NAMED(db, "oa", "op")} as "questionAuthor",
  p.uri as "answerUri", p.url as "answerUrl", ${NAMED(db, "pa", "pp")} as "answerAuthor",
  json_build_object('id', g.id::text, 'uri', g.uri, 'username', g.username) as group`;

const OF_ANSWER = (db: Queryable) => db`
  posts p join threads t on t.id = p.thread_id join posts o on o.id = t.id join actors g on g.id = t.group_id
    join actors oa on oa.id = o.author_id left join peers op on op.id = oa.peer_id
    join actors pa on pa.id = p.author_id left join peers pp on pp.id = pa.peer_id`;

/** A reply as an answer to what opens its thread, accepted or not, also when it was just removed; null when there is none of that id. */
export async function readAnswer(db: Queryable, postId: Id): Promise<Answer | null> {
  const [row] = await db<Answer[]>`select ${ANSWER(db)} from ${OF_ANSWER(db)} where p.id = ${postId} and p.id <> t.id`;
  return row ?? null;
}

/** An answer that stands as accepted in a community of this server, by the id of the note that says so; or null. */
export async function readAcceptedAnswer(db: Queryable, noteId: Id): Promise<AcceptedAnswer | null> {
  const [row] = await db<AcceptedAnswer[]>`
    select ${ANSWER(db)}, x.note_id as "noteId", x.accepted_at as "acceptedAt"
    from ${OF_ANSWER(db)} join accepted_answers x on x.post_id = p.id and x.thread_id = t.id
    where x.note_id = ${noteId} and g.peer_id is null and p.removed_at is null and t.removed_at is null`;
  return row ?? null;
}
