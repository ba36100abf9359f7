/** Removes a post for its author: its words go, its place stays, and it stays removed. */
import type { Id } from "../../../db/ids.ts";
import { bury, findPostByUri, lockObjects, type PostRow, removePost } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { type House, transact } from "../transact.ts";

export interface RemovePost {
  /** As it was just read; null when it is not here (yet): then only the tombstone is laid, and what comes late stays away. */
  post: PostRow | null;
  uri: string;
  by: Id;
  /** The ActivityPub id of who removes it: the tombstone bears it (R25). */
  ownerUri: string;
  letter?: ReceivedLetter | undefined;
}

/** Removes the post. Returns false when it was removed already, or is not here. */
export function removeOwnPost(house: House, act: RemovePost): Promise<boolean> {
  const standing = act.post === null || act.post.authorId === act.by ? "author" : "anyone";
  return transact(house, "post.remove", standing, act.letter, async (tx) => {
    // Read again behind the lock: it may have been written in this very moment.
    const [, , post] = await Promise.all([
      lockObjects(tx, act.uri),
      bury(tx, act.uri, act.ownerUri),
      findPostByUri(tx, act.uri),
    ]);
    if (!post || post.removedAt || post.authorId !== act.by) return { result: false, line: null };
    await removePost(tx, post.id);
    return {
      result: true,
      line: {
        kind: post.id === post.threadId ? "thread.removed" : "reply.removed",
        groupId: post.groupId,
        actorId: act.by,
        threadId: post.threadId,
        postId: post.id,
        data: { uri: post.uri, authorUri: act.ownerUri },
      },
    };
  });
}
