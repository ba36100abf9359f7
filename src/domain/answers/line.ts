/** What the journal says of an accepted answer, and of one that is accepted no longer. */
import type { Id } from "../../../db/ids.ts";
import type { JournalLine } from "../../../db/journal.ts";
import type { FormerAnswer } from "../../../db/queries/answers.ts";

/** `at` is where it stands; `more` is what a reader needs beyond that. */
export function answerLine(
  kind: "answer.accepted" | "answer.withdrawn",
  at: { groupId: Id; threadId: Id },
  by: Id,
  { postId, uri, authorUri, noteId }: FormerAnswer,
  more: JournalLine["data"] = {},
): Omit<JournalLine, "id"> {
  const { groupId, threadId } = at;
  return { kind, groupId, actorId: by, threadId, postId, data: { uri, authorUri, noteId, ...more } };
}
