/** Starts a thread in a community. */
import type { Id } from "../../../db/ids.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { demandPosting } from "../communities/posting.ts";
import { namedHere, type PostText, titleFor, toRow } from "../posts/text.ts";
import { writePost } from "../posts/write.ts";
import type { House } from "../transact.ts";

export interface StartThread {
  groupId: Id;
  authorId: Id;
  authorUri: string;
  /** Not everybody may: whether they may is looked up. */
  restricted?: boolean;
  /** It is not news: it was said before anybody here listened. */
  past?: boolean;
  text: PostText;
  letter?: ReceivedLetter;
}

/** Writes the thread and its opening post; returns their id. Throws a Refusal where its author may not start threads. */
export async function startThread(house: House, act: StartThread): Promise<Id> {
  if (act.restricted) await demandPosting(house.db, act.groupId, act.authorId);
  const { groupId, authorId, authorUri, past = false, text, letter } = act;
  const id = house.makeId();
  const named = namedHere(house, text);
  const opening = toRow(text, { id, authorId, past });
  return writePost(house, {
    act: "thread.start",
    row: {
      ...opening,
      groupId,
      title: titleFor(text, opening.content),
      kind: text.kind ?? null,
    },
    line: {
      kind: "thread.started",
      groupId,
      actorId: authorId,
      threadId: id,
      postId: id,
      data: { uri: text.uri, authorUri, named: named.length, ...(past && { past }), ...(text.poll && { poll: true }) },
    },
    letter,
    named,
    poll: text.poll ?? null,
  });
}
