/** Edits a post: the opening of a thread, or a reply. */
import type { Id } from "../../../db/ids.ts";
import { type PostRow, updatePost } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transact } from "../transact.ts";
import { type PostText, titleFor, toRow } from "./text.ts";

export interface EditPost {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  text: PostText;
  letter?: ReceivedLetter;
}

/**
 * Puts the new text in place of the old; a thread's title follows its opening. Returns false, and changes nothing, when what is here
 * is already newer: edits that overtake each other on the way do not undo each other.
 */
export async function editPost(house: House, act: EditPost): Promise<boolean> {
  const { post } = act;
  if (post.removedAt) throw new Refusal("gone");
  const editedAt = act.text.editedAt ?? house.now();
  if (post.editedAt && post.editedAt > editedAt) return false;
  const opens = post.id === post.threadId;
  return transact(house, "post.edit", post.authorId === act.by ? "author" : "anyone", act.letter, async (tx, receivedId) => {
    const row = toRow({ ...act.text, editedAt }, { id: post.id, authorId: post.authorId, receivedId });
    await updatePost(tx, post.id, row, opens ? titleFor(act.text) : null);
    return {
      result: true,
      line: {
        kind: opens ? "thread.edited" : "reply.edited",
        groupId: post.groupId,
        actorId: act.by,
        threadId: post.threadId,
        postId: post.id,
        data: { uri: post.uri },
      },
    };
  });
}
