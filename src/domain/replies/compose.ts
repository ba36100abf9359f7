/** Answers a post, as people of this server do it. */
import type { Id } from "../../../db/ids.ts";
import { findAnswerable, insertOwnReply } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import { type Composed, finish, newOwnPost, once, type Posted, postUri, prepare } from "../posts/compose.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

export interface ComposeReply extends Composed {
  /** The post it answers: the opening of a thread, or a reply. */
  parentId: Id;
  /** The hidden key of the form. */
  submissionKey: string;
}

/** Writes the reply under its parent. Throws a Refusal when that is gone, or its thread is closed to further replies. */
export async function composeReply(house: House, viewerId: Id, act: ComposeReply): Promise<Posted> {
  return once(house, viewerId, act.submissionKey, async () => {
    const parent = await findAnswerable(house.db, act.parentId);
    if (!parent?.visible) throw new Refusal("not-found");
    if (parent.gone) throw new Refusal("gone");
    const { threadId } = parent;
    const standings = await standingsOf(house.db, viewerId, { groupId: parent.groupId });
    if (!standings.includes("local")) throw new Refusal("not-allowed");
    if (parent.lockedAt && !may("reply.write.locked", standings)) throw new Refusal("locked");
    const prepared = await prepare(house, parent.groupId, viewerId, act);
    const id = house.makeId();
    const locked = parent.lockedAt !== null;
    return transact(house, locked ? "reply.write.locked" : "reply.write", standings, undefined, async (tx) => {
      const post = newOwnPost(house, id, viewerId, await prepared.text(tx));
      const place = await insertOwnReply(tx, post, act.parentId, locked);
      if (!place) throw new Refusal("gone");
      // It was closed meanwhile: also who may go on there does so knowingly.
      if (place.closed) throw new Refusal("locked");
      await finish(tx, viewerId, act.submissionKey, id, prepared.words.mentions);
      return {
        result: id,
        line: {
          kind: "reply.written",
          groupId: place.groupId,
          actorId: viewerId,
          threadId,
          postId: id,
          data: { uri: postUri(house.origin, id), authorUri: prepared.authorUri },
        },
      };
    });
  });
}
