/** Casts a vote on a post, up or down, or reacts to it with an emoji. */
import type { Id } from "../../../db/ids.ts";
import { takesDownVotes } from "../../../db/queries/communities.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import { markTakenBack, type ReceivedLetter } from "../../../db/queries/received.ts";
import { deleteVote, upsertVote, type VoteKind } from "../../../db/queries/votes.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transactInCompany } from "../transact.ts";
import { voteLine } from "./line.ts";

export interface CastVote {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  kind: VoteKind;
  emoji: string;
  uri: string;
  letter?: ReceivedLetter;
}

/**
 * Counts the vote; an up replaces a down. Where the community has no votes down, one takes the up back and is not told to anybody, as on Lemmy (R81).
 * Returns false when nothing changed: it stood already, or is one reaction too many.
 */
export async function castVote(house: House, act: CastVote): Promise<boolean> {
  const { post } = act;
  if (post.removedAt) throw new Refusal("gone");
  const key = `${post.id} ${act.by}`;
  return transactInCompany(house, "vote.cast", "anyone", act.letter, key, async (tx) => {
    const { kind, emoji, uri } = act;
    if (kind === "down" && !(await takesDownVotes(tx, post.groupId))) {
      const up = await deleteVote(tx, { postId: post.id, actorId: act.by, kind: "up", emoji });
      const before = up === null ? [] : [voteLine("vote.withdrawn", post, act.by, { kind: "up", emoji, uri: up })];
      return { result: before.length > 0, before, line: null };
    }
    const counted = await upsertVote(tx, { postId: post.id, actorId: act.by, kind, emoji, uri });
    if (!counted) return { result: false, line: null };
    const { replaced } = counted;
    if (replaced && act.letter) await markTakenBack(tx, replaced.uri, act.letter);
    return {
      result: true,
      before: replaced ? [voteLine("vote.withdrawn", post, act.by, { ...replaced, emoji })] : [],
      line: voteLine("vote.cast", post, act.by, { kind, emoji, uri }),
    };
  });
}
