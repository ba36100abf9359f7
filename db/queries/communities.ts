/** Communities: the groups of this server. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface CommunityRow {
  id: Id;
  uri: string;
  slug: string;
  name: string;
  summary: string;
  summarySource: string;
  createdAt: Date;
  updatedAt: Date;
}

const COMMUNITY = (db: Queryable) => db`
  a.id, a.uri, a.username as slug, a.name, a.summary, c.summary_source as "summarySource", a.created_at as "createdAt",
  a.updated_at as "updatedAt"
  from communities c join actors a on a.id = c.actor_id`;

export async function findCommunity(db: Queryable, slug: string): Promise<CommunityRow | null> {
  const [row] = await db<
    CommunityRow[]
  >`select ${COMMUNITY(db)} where lower(a.username) = ${slug.toLowerCase()} and a.gone_at is null`;
  return row ?? null;
}

export async function findCommunityById(db: Queryable, id: Id): Promise<CommunityRow | null> {
  const [row] = await db<CommunityRow[]>`select ${COMMUNITY(db)} where c.actor_id = ${id} and a.gone_at is null`;
  return row ?? null;
}

/** Those of `uris` that are communities of this server, in the order given. */
export async function findCommunitiesAmong(db: Queryable, uris: readonly string[]): Promise<CommunityRow[]> {
  if (uris.length === 0) return [];
  const rows = await db<
    CommunityRow[]
  >`select ${COMMUNITY(db)} where a.uri = any(${uris as string[]}) and a.gone_at is null`;
  return rows.toSorted((a, b) => uris.indexOf(a.uri) - uris.indexOf(b.uri));
}

/** Makes a local group actor a community. */
export async function insertCommunity(db: Queryable, actorId: Id, summarySource: string): Promise<void> {
  await db`insert into communities (actor_id, summary_source) values (${actorId}, ${summarySource})`;
}
