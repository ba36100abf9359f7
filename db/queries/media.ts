/** Pictures that people here put in: kept, put to use, taken away, and forgotten when nobody used them. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export type MediaPurpose = "avatar" | "community" | "post";

export interface NewMedia {
  id: Id;
  ownerId: Id;
  purpose: MediaPurpose;
  mediaType: string;
  width: number;
  height: number;
  description: string;
  content: Buffer;
}

export async function insertMedia(db: Queryable, media: NewMedia): Promise<void> {
  await db`insert into media (id, owner_id, purpose, media_type, width, height, description, content)
    values (${media.id}, ${media.ownerId}, ${media.purpose}, ${media.mediaType}, ${media.width}, ${media.height},
      ${media.description}, ${media.content})`;
}

/** Notes that somebody brings a picture `at` a time. False, and not noted, when they have brought `most` after `since`. */
export async function noteBrought(
  db: Queryable,
  ownerId: Id,
  { at, since, most }: { at: Date; since: Date; most: number },
): Promise<boolean> {
  const lately = db`select x from unnest(pictures_brought_at) x where x > ${since}`;
  const { count } = await db`
    update accounts set pictures_brought_at = array(${lately}) || ${at}::timestamptz
    where actor_id = ${ownerId} and cardinality(array(${lately})) < ${most}`;
  return count > 0;
}

export interface UsableMedia {
  id: Id;
  mediaType: string;
  width: number;
  height: number;
  used: boolean;
}

/** Those of `ids` that `ownerId` put in for posts; in a transaction, held until its end: two posts cannot both take one up. */
export function findOwnMedia(db: Queryable, ownerId: Id, ids: readonly Id[]): Promise<UsableMedia[]> {
  return db<UsableMedia[]>`
    select id, media_type as "mediaType", width, height, used_at is not null as used from media
    where id = any(${ids as Id[]}::bigint[]) and owner_id = ${ownerId} and purpose = 'post'
    order by id for no key update`;
}

/** Marks pictures of `ownerId` as used, so that they are kept. Returns how many of them are theirs. */
export async function useMedia(db: Queryable, ownerId: Id, ids: readonly Id[]): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await db`
    update media set used_at = coalesce(used_at, now()) where id = any(${ids as Id[]}::bigint[]) and owner_id = ${ownerId}`;
  return rows.count;
}

/** Takes pictures of `ownerId` away for good. */
export async function removeMedia(db: Queryable, ownerId: Id, ids: readonly Id[]): Promise<void> {
  if (ids.length > 0) await db`delete from media where id = any(${ids as Id[]}::bigint[]) and owner_id = ${ownerId}`;
}

/** Forgets pictures that were put in before `before` and never used; `limit` at most. Returns how many. */
export async function forgetUnusedMedia(db: Queryable, before: Date, limit = 200): Promise<number> {
  const gone = await db`delete from media where id in (
    select id from media where used_at is null and created_at < ${before} order by created_at limit ${limit})`;
  return gone.count;
}
