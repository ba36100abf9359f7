/** Whom posts of ours name: finding the actors behind names, and keeping who was named. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import type { ActorKind } from "./actors.ts";

export interface NamedActorRow {
  id: Id;
  /** In lower case, as they were asked for; a host of null is this server. */
  name: string;
  host: string | null;
  /** Their page. */
  url: string;
  kind: ActorKind;
}

/** The actors we know by these names; names and hosts in lower case, a host of null for this server. None that is gone, or whose server is blocked. */
export async function findNamed(
  db: Queryable,
  names: readonly { name: string; host: string | null }[],
): Promise<NamedActorRow[]> {
  if (names.length === 0) return [];
  const local = names.filter(({ host }) => host === null).map(({ name }) => name);
  const remote = names.filter(({ host }) => host !== null);
  return db<NamedActorRow[]>`
    select a.id, lower(a.username) as name, null as host, a.uri as url, a.kind from actors a
     where a.peer_id is null and lower(a.username) = any(${local}) and a.gone_at is null
       and not exists (select from accounts ac where ac.actor_id = a.id and ac.state <> 'active')
    union all
    select distinct on (w.name, w.host) a.id, w.name, w.host, a.url, a.kind
      from unnest(${remote.map(({ name }) => name)}::text[], ${remote.map(({ host }) => host ?? "")}::text[]) as w (name, host)
      join peers pe on pe.host = w.host and pe.blocked_at is null
      join actors a on a.peer_id = pe.id and lower(a.username) = w.name
     where a.gone_at is null`;
}

/** Writes whom a post names now, in place of whom it named before. */
export async function writeMentions(db: Queryable, postId: Id, actorIds: readonly Id[]): Promise<void> {
  await db`
    with old as (delete from mentions where post_id = ${postId} and actor_id <> all(${actorIds as Id[]}::bigint[]))
    insert into mentions (post_id, actor_id) select ${postId}, unnest(${actorIds as Id[]}::bigint[]) on conflict do nothing`;
}

/** Writes whom posts from elsewhere name, by ActivityPub ids: those of them that are people here. */
export async function writeNamed(db: Queryable, named: readonly { postId: Id; uri: string }[]): Promise<void> {
  if (named.length === 0) return;
  const posts = named.map(({ postId }) => postId);
  const uris = named.map(({ uri }) => uri);
  await db`
    insert into mentions (post_id, actor_id)
    select w.post_id, a.id from unnest(${posts as Id[]}::bigint[], ${uris}::text[]) as w (post_id, uri)
      join actors a on a.uri = w.uri and a.peer_id is null and a.kind = 'person' and a.gone_at is null
    on conflict do nothing`;
}

/** Whom a post names. */
export async function readMentions(db: Queryable, postId: Id): Promise<Id[]> {
  const rows = await db<{ id: Id }[]>`select actor_id as id from mentions where post_id = ${postId} order by actor_id`;
  return rows.map(({ id }) => id);
}

/** Which of these slugs (in lower case) are topics of a community. */
export async function findTopicSlugs(db: Queryable, groupId: Id, slugs: readonly string[]): Promise<string[]> {
  if (slugs.length === 0) return [];
  const rows = await db<{ slug: string }[]>`
    select slug from topics where group_id = ${groupId} and slug = any(${slugs as string[]})`;
  return rows.map(({ slug }) => slug);
}
