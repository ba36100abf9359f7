/** Writes a reply in a thread. */
import type { Id } from "../../../db/ids.ts";
import { insertReply, lockObject } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { type PostText, toRow } from "../posts/text.ts";
import { type House, transact } from "../transact.ts";

export interface WriteReply {
  groupId: Id;
  threadId: Id;
  parentId: Id;
  authorId: Id;
  text: PostText;
  letter?: ReceivedLetter;
}

/** Writes the reply under its parent; returns its id. */
export function writeReply(house: House, act: WriteReply): Promise<Id> {
  const id = house.makeId();
  return transact(house, "reply.write", "anyone", act.letter, async (tx, receivedId) => {
    const [, written] = await Promise.all([
      lockObject(tx, act.text.uri),
      insertReply(tx, toRow(act.text, { id, authorId: act.authorId, receivedId }), act.threadId, act.parentId),
    ]);
    if (!written) throw new Refusal("gone");
    return {
      result: id,
      line: {
        kind: "reply.written",
        groupId: act.groupId,
        actorId: act.authorId,
        threadId: act.threadId,
        postId: id,
        data: { uri: act.text.uri },
      },
    };
  });
}
