/** Counts somebody's boost of a post, and takes it back. */
import type { Id } from "../../../db/ids.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { deleteBoost, insertBoost } from "../../../db/queries/votes.ts";
import { Refusal } from "../../base/errors.ts";
import { takeBack } from "../take-back.ts";
import { type House, type Tx, transactInCompany } from "../transact.ts";

export interface Boost {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  uri: string;
  letter?: ReceivedLetter;
}

/** Counts the boost. Returns false when it was counted already. */
export async function boostPost(house: House, act: Boost): Promise<boolean> {
  if (act.post.removedAt) throw new Refusal("gone");
  return change(house, act, "boost.add", (tx, boost) => insertBoost(tx, { ...boost, uri: act.uri }));
}

/** Takes the boost back; `undone` is its id, as its sender says: it may still be on its way. Returns false when there was none. */
export function withdrawBoost(house: House, act: Omit<Boost, "uri"> & { undone?: string | null }): Promise<boolean> {
  return change(house, act, "boost.withdraw", async (tx, boost) => {
    return (await takeBack(house, tx, act, () => deleteBoost(tx, boost))) !== null;
  });
}

async function change(
  house: House,
  act: Omit<Boost, "uri">,
  what: "boost.add" | "boost.withdraw",
  write: (tx: Tx, boost: { postId: Id; actorId: Id }) => Promise<boolean>,
): Promise<boolean> {
  const { post } = act;
  const key = `${post.id} ${act.by}`;
  return transactInCompany(house, what, "anyone", act.letter, key, async (tx) => {
    const changed = await write(tx, { postId: post.id, actorId: act.by });
    return {
      result: changed,
      line: changed
        ? {
            kind: what === "boost.add" ? "thread.boosted" : "boost.withdrawn",
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
