/** Votes and boosts: one row per actor and post, so that counting rows is counting people. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { findPost, type PostRow } from "./posts.ts";

export type VoteKind = "up" | "down" | "reaction";

/** Reactions of one person to one post: more are made by machines. */
const MOST_REACTIONS = 8;

/**
 * Casts a vote; an up replaces a down and the other way round. Returns null when it stood already, or is one reaction too many; else what it replaced,
 * if anything.
 */
export async function upsertVote(
  db: Queryable,
  vote: { postId: Id; actorId: Id; kind: VoteKind; emoji: string; uri: string },
): Promise<{ replaced: { kind: VoteKind; uri: string } | null } | null> {
  const [row] = await db<{ replaced: { kind: VoteKind; uri: string } | null }[]>`
    with old as (
      select kind, uri from votes where post_id = ${vote.postId} and actor_id = ${vote.actorId} and emoji = ${vote.emoji}
    )
    insert into votes (post_id, actor_id, kind, emoji, uri)
    select ${vote.postId}, ${vote.actorId}, ${vote.kind}, ${vote.emoji}, ${vote.uri}
    where ${vote.emoji} = '' or ${MOST_REACTIONS} > (
      select count(*) from votes where post_id = ${vote.postId} and actor_id = ${vote.actorId} and emoji <> '')
    on conflict (post_id, actor_id, emoji) do update set kind = excluded.kind, uri = excluded.uri, cast_at = now()
      where votes.kind <> excluded.kind
    returning (select json_build_object('kind', old.kind, 'uri', old.uri) from old) as replaced`;
  return row ?? null;
}

/** Takes a vote of that kind back; returns the id of the activity that cast it, or null when there was none (R82). */
export async function deleteVote(
  db: Queryable,
  vote: { postId: Id; actorId: Id; kind: VoteKind; emoji: string },
): Promise<string | null> {
  const [row] = await db<{ uri: string }[]>`
    delete from votes where post_id = ${vote.postId} and actor_id = ${vote.actorId} and kind = ${vote.kind} and emoji = ${vote.emoji}
    returning uri`;
  return row?.uri ?? null;
}

/** A vote or boost by the id of the activity that cast it, so that an Undo of a bare id can be understood. */
export async function findActByUri(
  db: Queryable,
  actorId: Id,
  uri: string,
): Promise<{ is: "vote" | "boost"; post: PostRow; kind: VoteKind; emoji: string } | null> {
  const [row] = await db<{ is: "vote" | "boost"; postId: Id; kind: VoteKind; emoji: string }[]>`
    select 'vote' as is, post_id as "postId", kind, emoji from votes where actor_id = ${actorId} and uri = ${uri}
    union all
    select 'boost', post_id, 'up', '' from boosts where actor_id = ${actorId} and uri = ${uri} limit 1`;
  const post = row ? await findPost(db, row.postId) : null;
  return row && post ? { is: row.is, post, kind: row.kind, emoji: row.emoji } : null;
}

/** Counts a boost. Returns false when it was counted already. */
export async function insertBoost(db: Queryable, boost: { postId: Id; actorId: Id; uri: string }): Promise<boolean> {
  const rows = await db`
    insert into boosts (post_id, actor_id, uri) values (${boost.postId}, ${boost.actorId}, ${boost.uri}) on conflict do nothing`;
  return rows.count > 0;
}

/** Takes a boost back; returns the id of the activity that boosted, or null when there was none. */
export async function deleteBoost(db: Queryable, boost: { postId: Id; actorId: Id }): Promise<string | null> {
  const [row] = await db<{ uri: string }[]>`
    delete from boosts where post_id = ${boost.postId} and actor_id = ${boost.actorId} returning uri`;
  return row?.uri ?? null;
}

/** Takes back all an actor ever voted or boosted. */
export async function deleteActsOf(db: Queryable, actorId: Id): Promise<void> {
  await Promise.all([
    db`delete from votes where actor_id = ${actorId}`,
    db`delete from boosts where actor_id = ${actorId}`,
  ]);
}
