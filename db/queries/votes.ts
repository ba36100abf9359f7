/** Votes and boosts: one row per actor and post, so that counting rows is counting people. */
import type { Id } from "../ids.ts";
import type { Queryable, Tx } from "../open.ts";
import { findPost, type PostRow } from "./posts.ts";

export type VoteKind = "up" | "down" | "reaction";

/** Reactions of one person to one post: more are made by machines. */
const MOST_REACTIONS = 8;

/** A vote that is cast, with the id of the activity that casts it. */
interface CastVote {
  postId: Id;
  actorId: Id;
  kind: VoteKind;
  emoji: string;
  uri: string;
}

type Replaced = { kind: VoteKind; uri: string };

/**
 * Casts a vote; an up replaces a down and the other way round. Returns null when it stood already, or is one reaction too many; else what it replaced,
 * if anything: also what another process cast in the same moment.
 */
export async function upsertVote(tx: Tx, vote: CastVote): Promise<{ replaced: Replaced | null } | null> {
  if (vote.emoji !== "") return (await insertReaction(tx, vote)) ? { replaced: null } : null;
  for (;;) {
    const { postId, actorId, kind, uri } = vote;
    // Waits for whoever casts one at this moment; what was not there when it began is only seen by the next statement.
    const inserted = await tx`
      insert into votes (post_id, actor_id, kind, uri) values (${postId}, ${actorId}, ${kind}, ${uri}) on conflict do nothing`;
    if (inserted.count > 0) return { replaced: null };
    const [old] = await tx<Replaced[]>`
      select kind, uri from votes where post_id = ${postId} and actor_id = ${actorId} and emoji = '' for update`;
    // It was taken back in between.
    if (!old) continue;
    if (old.kind === kind) return null;
    await tx`
      update votes set kind = ${kind}, uri = ${uri}, cast_at = now()
      where post_id = ${postId} and actor_id = ${actorId} and emoji = ''`;
    return { replaced: old };
  }
}

/** Returns false when it stood already, or is one too many. */
async function insertReaction(tx: Tx, { postId, actorId, kind, emoji, uri }: CastVote): Promise<boolean> {
  const [, { count }] = await Promise.all([
    // Those of one person are counted one after the other, whichever process they come to.
    holdActor(tx, actorId),
    insertUpToMost(tx, { postId, actorId, kind, emoji, uri }),
  ]);
  return count > 0;
}

async function holdActor(tx: Tx, id: Id): Promise<void> {
  await tx`select from actors where id = ${id} for no key update`;
}

async function insertUpToMost(tx: Tx, { postId, actorId, kind, emoji, uri }: CastVote) {
  return await tx`
    insert into votes (post_id, actor_id, kind, emoji, uri)
    select ${postId}, ${actorId}, ${kind}, ${emoji}, ${uri}
    where ${MOST_REACTIONS} > (
      select count(*) from votes where post_id = ${postId} and actor_id = ${actorId} and emoji <> '')
    on conflict do nothing`;
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
