/** Counts somebody's boost of a post, and takes it back. */
import type { Id } from "../../../db/ids.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { deleteBoost, insertBoost } from "../../../db/queries/votes.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transactInCompany } from "../transact.ts";

export interface Boost {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  uri: string;
  letter?: ReceivedLetter;
}

/** Counts the boost. Returns false when it was counted already. */
export function boostPost(house: House, act: Boost): Promise<boolean> {
  return change(house, act, true);
}

/** Takes the boost back. Returns false when there was none. */
export function withdrawBoost(house: House, act: Boost): Promise<boolean> {
  return change(house, act, false);
}

async function change(house: House, act: Boost, add: boolean): Promise<boolean> {
  const { post } = act;
  if (add && post.removedAt) throw new Refusal("gone");
  const key = `${post.id} ${act.by}`;
  return transactInCompany(house, add ? "boost.add" : "boost.withdraw", "anyone", act.letter, key, async (tx) => {
    const boost = { postId: post.id, actorId: act.by, uri: act.uri };
    const changed = add ? await insertBoost(tx, boost) : await deleteBoost(tx, boost);
    return {
      result: changed,
      line: changed
        ? {
            kind: add ? "thread.boosted" : "boost.withdrawn",
            groupId: post.groupId,
            actorId: act.by,
            threadId: post.threadId,
            postId: post.id,
            data: {},
          }
        : null,
    };
  });
}
