/** The count of a poll: told to others by us for those that began here, and to us by their own servers. */
import type { Id } from "../../../db/ids.ts";
import { markPollTold, pollsToTell, writePoll } from "../../../db/queries/polls.ts";
import { lockObjects, type PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import type { PostText } from "../posts/text.ts";
import { type House, transact } from "../transact.ts";

/** Others hear of new votes in one poll at most this often. */
const TOLD_EVERY_MS = 5 * 60_000;
const MOST_AT_ONCE = 200;

/** Tells of the polls of this server in which people voted since, and of those that closed. Returns how many. */
export async function tellPolls(house: House): Promise<number> {
  const now = house.now();
  const before = new Date(now.getTime() - TOLD_EVERY_MS);
  const polls = await pollsToTell(house.db, now, before, MOST_AT_ONCE);
  let told = 0;
  for (const { threadId, groupId, authorId, uri } of polls) {
    const done = await transact(house, "poll.count", "operator", undefined, async (tx) => {
      const marked = await markPollTold(tx, threadId, now, before);
      const line = {
        kind: "poll.counted",
        groupId,
        actorId: authorId,
        threadId,
        postId: threadId,
        data: { uri },
      } as const;
      return { result: marked, line: marked ? line : null };
    });
    if (done) told++;
  }
  return told;
}

/** Its author's server counted again, and its words are as they were. Throws a Refusal when the count is as it was, too. */
export async function countPoll(
  house: House,
  act: { post: PostRow; by: Id; text: PostText; letter?: ReceivedLetter },
): Promise<void> {
  const { post, text, by } = act;
  const { poll } = text;
  const overtaken = text.editedAt !== null && post.editedAt !== null && text.editedAt < post.editedAt;
  if (!poll || post.id !== post.threadId || post.removedAt || overtaken) throw new Refusal("already-done");
  await transact(house, "poll.count", post.authorId === by ? "author" : "anyone", act.letter, async (tx) => {
    await lockObjects(tx, post.uri);
    if (!(await writePoll(tx, post.threadId, poll, house.now()))) throw new Refusal("already-done");
    return {
      result: undefined,
      line: {
        kind: "poll.counted",
        groupId: post.groupId,
        actorId: by,
        threadId: post.threadId,
        postId: post.id,
        data: { uri: post.uri },
      },
    };
  });
}
