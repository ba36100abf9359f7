/** Reads what the composer's pages need: where something is written, what is answered, what is edited, what was kept, and how names go on. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { openFor } from "../queries/drafts.ts";
import { THREAD_KINDS, type ThreadKind } from "../queries/writing.ts";
import { authorState, avoids, type PostState, stateOf } from "../visible.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";

export interface ComposePlace {
  groupId: Id;
  slug: string;
  name: string;
  /** The colour its facilitators chose: `#rrggbb`, or null. */
  colour: string | null;
  language: string | null;
  posting: "anyone" | "members" | "facilitators";
  topics: { id: string; name: string }[];
}

/** The community `slug`, as it stands in the address, or null: `welding` of this server, or `cooking@lemmy.example` that is known here. */
export async function readComposePlace(db: Db, slug: string): Promise<ComposePlace | null> {
  const [name = "", host = null] = slug.toLowerCase().split("@");
  const [row] = await db<ComposePlace[]>`
    select g.id as "groupId", ${groupSlug(db)} as slug, ${groupName(db)} as name, c.colour, c.language, coalesce(c.posting, 'anyone') as posting,
        ${topicsOf(db)} as topics
      from actors g left join peers ge on ge.id = g.peer_id left join communities c on c.actor_id = g.id
     where g.kind = 'group' and g.gone_at is null and lower(g.username) = ${name} and ge.blocked_at is null
       and ${host === null ? db`g.peer_id is null` : db`ge.host = ${host}`}
     order by g.id limit 1`;
  return row ?? null;
}

function topicsOf(db: Db) {
  return db`(select coalesce(json_agg(json_build_object('id', o.id::text, 'name', o.name) order by o.name), '[]') from topics o where o.group_id = g.id)`;
}

export interface ComposedPost {
  id: Id;
  threadId: Id;
  groupId: Id;
  /** Of its community. */
  slug: string;
  communityName: string;
  /** The colour that its community chose: `#rrggbb`, or null. */
  colour: string | null;
  communityLanguage: string | null;
  topics: { id: string; name: string }[];
  title: string;
  kind: string;
  linkUrl: string | null;
  topicIds: string[];
  retitled: boolean;
  locked: boolean;
  state: PostState;
  authorId: Id;
  authorName: string;
  authorUsername: string;
  /** Null: somebody of this server. */
  authorHost: string | null;
  content: string;
  /** Null: written elsewhere. */
  source: string | null;
  warning: string;
  language: string | null;
  attachments: { url: string; mediaType: string | null; description: string }[];
  publishedAt: number;
}

/** A post with where it stands, or null; its words only where they may be read. `id` as it stands in the address. */
export async function readComposedPost(db: Db, id: string): Promise<ComposedPost | null> {
  const postId = parseId(id);
  if (!postId) return null;
  const [row] = await db<(ComposedPost & { removed: boolean; authorState: PostState })[]>`
    select p.id, t.id as "threadId", g.id as "groupId", ${groupSlug(db)} as slug, ${groupName(db)} as "communityName",
      c.colour, c.language as "communityLanguage", ${topicsOf(db)} as topics, t.title, t.kind, t.link_url as "linkUrl",
      (select coalesce(json_agg(x.topic_id::text), '[]') from thread_topics x where x.thread_id = t.id) as "topicIds",
      t.retitled_at is not null as retitled, t.locked_at is not null as locked,
      p.removed_at is not null or t.removed_at is not null as removed, ${authorState(db)} as "authorState",
      a.id as "authorId", a.name as "authorName", a.username as "authorUsername", pe.host as "authorHost", p.content, p.source, p.warning,
      p.language, coalesce(p.attachments, '[]') as attachments, date_part('epoch', p.published_at) * 1000 as "publishedAt"
    from posts p join threads t on t.id = p.thread_id ${joinGroup(db)}
      join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
    where p.id = ${postId}`;
  if (!row) return null;
  const { removed, authorState: author, ...post } = row;
  const state = stateOf(removed, author);
  return state === "shown" ? { ...post, state } : { ...post, state, content: "", source: null, attachments: [] };
}

export function isThreadKind(kind: string | undefined): kind is ThreadKind {
  return THREAD_KINDS.some((known) => known === kind);
}

export { parseId } from "../ids.ts";
export { THREAD_KINDS, type ThreadKind } from "../queries/writing.ts";

export interface KeptDraft {
  token: string;
  path: string;
  fields: Record<string, string>;
  /** Milliseconds since 1970. */
  savedAt: number;
  /** It is `actorId`'s; else nobody's. */
  own: boolean;
}

/** The draft with this token, if it is or may be theirs. */
export async function readDraft(db: Db, actorId: Id, token: string): Promise<KeptDraft | null> {
  const [row] = await db<KeptDraft[]>`
    select token, path, fields, date_part('epoch', saved_at) * 1000 as "savedAt", actor_id is not null as own from drafts
     where token = ${token} and ${openFor(db, actorId)}`;
  return row ?? null;
}

/** What they kept of the page `path`. */
export async function readDraftOf(db: Db, actorId: Id, path: string): Promise<KeptDraft | null> {
  const [row] = await db<KeptDraft[]>`
    select token, path, fields, date_part('epoch', saved_at) * 1000 as "savedAt", true as own from drafts
     where actor_id = ${actorId} and path = ${path}`;
  return row ?? null;
}

export interface ListedDraft {
  token: string;
  path: string;
  savedAt: number;
  what: "thread" | "reply" | "edit";
  /** Of the community, or of the conversation. */
  place: string;
}

/** All that somebody began and did not send, newest first. */
export function listDrafts(db: Db, actorId: Id): Promise<ListedDraft[]> {
  return db<ListedDraft[]>`
    select d.token, d.path, date_part('epoch', d.saved_at) * 1000 as "savedAt",
      case when d.path like '/c/%' then 'thread' when d.path like '%/edit' then 'edit' else 'reply' end as what,
      coalesce(g.name, t.title, '') as place
    from drafts d
      left join actors g on g.peer_id is null and d.path like '/c/%' and lower(g.username) = split_part(d.path, '/', 3)
      left join posts p on p.id = case when d.path like '/posts/%' then split_part(d.path, '/', 3)::bigint end
      left join threads t on t.id = p.thread_id and t.removed_at is null
    where d.actor_id = ${actorId} and (g.id is not null or t.id is not null) order by d.saved_at desc limit 100`;
}

/** Whether the form with this key became a post. */
export async function wasSent(db: Db, actorId: Id, key: string): Promise<boolean> {
  const rows = await db`select from submissions where actor_id = ${actorId} and key = ${key}`;
  return rows.count > 0;
}

export interface Suggestion {
  /** What is put in, such as `@ana@mastodon.example`. */
  value: string;
  /** What they are called. */
  label: string;
}

const MOST_SUGGESTED = 8;

/**
 * People and communities whose user name or name begins with `prefix` (`an`, `ana@mast`): ours first, then those elsewhere that we know; nobody
 * whom the one who writes has blocked.
 */
export async function suggestNames(db: Db, prefix: string, viewerId: Id): Promise<Suggestion[]> {
  const [name = "", host] = prefix.toLowerCase().split("@");
  if (name === "") return [];
  const begins = `${like(name)}%`;
  const word = `% ${like(name)}%`;
  const whole = `${like(name)} %`;
  const found = db`lower(a.username || ' ' || a.name)`;
  const local =
    host === undefined
      ? await db<Suggestion[]>`
          select '@' || a.username as value, coalesce(nullif(a.name, ''), a.username) as label
            from actors a left join accounts ac on ac.actor_id = a.id left join communities c on c.actor_id = a.id
           where a.peer_id is null and a.gone_at is null and (ac.state = 'active' or c.actor_id is not null)
             and (${found} like ${begins} or ${found} like ${word}) and not ${avoids(db, db`${viewerId}`, db`a.id`, db`null`)}
           order by lower(a.username) like ${begins} desc, a.username limit ${MOST_SUGGESTED}`
      : [];
  if (local.length >= MOST_SUGGESTED || (name.length < 2 && host === undefined)) return local;
  const matching =
    host === undefined ? db`(${found} like ${begins} or ${found} like ${word})` : db`${found} like ${whole}`;
  // All that match are found by the index before the best are chosen: with a limit here, Postgres would rather read the whole table.
  const remote = await db<Suggestion[]>`
    with found as materialized (
      select a.id, a.peer_id, a.username, a.name from actors a where a.gone_at is null and a.peer_id is not null and ${matching})
    select '@' || r.username || '@' || pe.host as value, coalesce(nullif(r.name, ''), r.username) as label
      from found r join peers pe on pe.id = r.peer_id
     where pe.blocked_at is null and pe.host like ${`${like(host ?? "")}%`} and not ${avoids(db, db`${viewerId}`, db`r.id`, db`pe.host`)}
     order by lower(r.username) like ${begins} desc, length(r.username), r.username, pe.host limit ${MOST_SUGGESTED - local.length}`;
  return [...local, ...remote];
}

/** Topics that begin with `prefix`: those of the community `slug` first. */
export async function suggestTopics(db: Db, prefix: string, slug: string): Promise<Suggestion[]> {
  const begins = `${like(prefix.toLowerCase())}%`;
  const rows = await db<{ slug: string; name: string }[]>`
    select o.slug, min(o.name) as name from topics o join actors g on g.id = o.group_id
     where o.slug like ${begins} or lower(o.name) like ${begins} group by o.slug
     order by bool_or(lower(g.username) = ${slug.toLowerCase()}) desc, o.slug limit ${MOST_SUGGESTED}`;
  return rows.map((topic) => ({ value: `#${topic.slug}`, label: topic.name }));
}

function like(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
