/** What the journal says of a vote, and of one that was taken back. */
import type { Id } from "../../../db/ids.ts";
import type { JournalLine } from "../../../db/journal.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import type { VoteKind } from "../../../db/queries/votes.ts";

/** `vote.uri` is the id of the activity that cast it. */
export function voteLine(
  kind: "vote.cast" | "vote.withdrawn",
  post: PostRow,
  by: Id,
  vote: { kind: VoteKind; emoji: string; uri: string },
): Omit<JournalLine, "id"> {
  const { groupId, threadId, id } = post;
  return {
    kind,
    groupId,
    actorId: by,
    threadId,
    postId: id,
    data: { kind: vote.kind, emoji: vote.emoji, uri: vote.uri },
  };
}
