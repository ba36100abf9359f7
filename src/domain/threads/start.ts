/** Starts a thread in a community. */
import type { Id } from "../../../db/ids.ts";
import { writePoll } from "../../../db/queries/polls.ts";
import { insertThread, lockObject } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { type PostText, titleFor, toRow } from "../posts/text.ts";
import { type House, transact } from "../transact.ts";

export interface StartThread {
  groupId: Id;
  authorId: Id;
  authorUri: string;
  text: PostText;
  letter?: ReceivedLetter;
}

/** Writes the thread and its opening post; returns their id. */
export function startThread(house: House, act: StartThread): Promise<Id> {
  const id = house.makeId();
  const title = titleFor(act.text);
  return transact(house, "thread.start", "anyone", act.letter, async (tx, receivedId) => {
    const [, written] = await Promise.all([
      lockObject(tx, act.text.uri),
      insertThread(tx, toRow(act.text, { id, authorId: act.authorId, receivedId }), act.groupId, title),
    ]);
    if (!written) throw new Refusal("gone");
    if (act.text.poll) await writePoll(tx, id, act.text.poll, house.now());
    return {
      result: id,
      line: {
        kind: "thread.started",
        groupId: act.groupId,
        actorId: act.authorId,
        threadId: id,
        postId: id,
        data: { uri: act.text.uri, authorUri: act.authorUri },
      },
    };
  });
}
