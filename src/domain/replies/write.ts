/** Writes a reply in a thread. */
import type { Id } from "../../../db/ids.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { namedHere, type PostText, toRow } from "../posts/text.ts";
import { writePost } from "../posts/write.ts";
import type { House } from "../transact.ts";

export interface WriteReply {
  groupId: Id;
  threadId: Id;
  parentId: Id;
  authorId: Id;
  /** It is not news: it was said before anybody here listened. */
  past?: boolean;
  text: PostText;
  letter?: ReceivedLetter;
}

/** Writes the reply under its parent; returns its id. */
export function writeReply(house: House, act: WriteReply): Promise<Id> {
  const { groupId, threadId, parentId, authorId, past = false, text, letter } = act;
  const id = house.makeId();
  return writePost(house, {
    act: "reply.write",
    row: { ...toRow(text, { id, authorId, past }), threadId, parentId },
    line: {
      kind: "reply.written",
      groupId,
      actorId: authorId,
      threadId,
      postId: id,
      data: { uri: text.uri, ...(past && { past }) },
    },
    letter,
    named: namedHere(house, text),
    poll: null,
  });
}
