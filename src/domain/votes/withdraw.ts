/** Takes a vote or a reaction back. */
import type { Id } from "../../../db/ids.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { deleteVote, type VoteKind } from "../../../db/queries/votes.ts";
import { takeBack } from "../take-back.ts";
import { type House, transact } from "../transact.ts";
import { voteLine } from "./line.ts";

export interface WithdrawVote {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  kind: VoteKind;
  emoji: string;
  /** The id of the activity that cast it, as its sender says: it may still be on its way. */
  undone?: string | null;
  letter?: ReceivedLetter;
}

/** Removes the vote. Returns false when there was none (R82). */
export async function withdrawVote(house: House, act: WithdrawVote): Promise<boolean> {
  const { post } = act;
  return transact(house, "vote.withdraw", "anyone", act.letter, async (tx) => {
    const { kind, emoji } = act;
    const vote = { postId: post.id, actorId: act.by, kind, emoji };
    const uri = await takeBack(house, tx, act, () => deleteVote(tx, vote));
    return { result: uri !== null, line: uri ? voteLine("vote.withdrawn", post, act.by, { kind, emoji, uri }) : null };
  });
}
