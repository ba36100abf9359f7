/** "Worked for me, too": what people of this server say of what somebody else wrote. It stays here. */
import type { Id } from "../../../db/ids.ts";
import { deleteWorked, insertWorked } from "../../../db/queries/answers.ts";
import { findPost } from "../../../db/queries/posts.ts";
import { Refusal } from "../../base/errors.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

/** Says so (`worked`), or takes it back. Returns whether anything changed. */
export async function sayWorked(house: House, act: { postId: Id; by: Id; worked: boolean }): Promise<boolean> {
  const post = await findPost(house.db, act.postId);
  if (!post) throw new Refusal("not-found");
  if (post.removedAt) throw new Refusal("gone");
  const standings = await standingsOf(house.db, act.by, { groupId: post.groupId, authorId: post.authorId });
  if (standings.includes("author") || !standings.includes("local")) throw new Refusal("not-allowed");
  return transact(house, "answer.worked", standings, undefined, async (tx) => ({
    result: act.worked ? await insertWorked(tx, post.id, act.by) : await deleteWorked(tx, post.id, act.by),
    line: null,
  }));
}
