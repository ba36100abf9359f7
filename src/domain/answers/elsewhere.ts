/** Accepted answers in communities of other servers, as these tell of them: what is accepted is for them to say, and is only noted here. */
import type { Id } from "../../../db/ids.ts";
import { deleteAnswer, insertAnswer } from "../../../db/queries/answers.ts";
import { findPostsByUri, type PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transact } from "../transact.ts";
import { answerLine } from "./line.ts";

export interface AnswerElsewhere {
  /** As it was just read: a reply in the copy of a thread. */
  post: PostRow;
  by: Id;
  /** What they are there. */
  as: "asker" | "facilitator";
  chosen: boolean;
  letter: ReceivedLetter;
}

/** Notes that it is accepted, beside others, or no longer. Returns false when that is how it was. */
export async function noteAnswer(house: House, { post, by, as, chosen, letter }: AnswerElsewhere): Promise<boolean> {
  if (post.id === post.threadId) throw new Refusal("not-found");
  if (post.removedAt) throw new Refusal("gone");
  return transact(house, "answer.accept", as, letter, async (tx) => {
    if (!chosen) {
      const former = await deleteAnswer(tx, house.origin, post);
      return { result: former !== null, line: former && answerLine("answer.withdrawn", post, by, former) };
    }
    const { id: postId, threadId } = post;
    const accepted = await insertAnswer(tx, { threadId, postId, acceptedBy: by });
    const line = answerLine("answer.accepted", post, by, { ...post, postId, noteId: null });
    return { result: accepted, line: accepted ? line : null };
  });
}

/** Notes the answers that a question lists, beside others; what is not in its thread is passed over. Returns whether anything is new. */
export async function noteAnswers(
  house: House,
  { post, answers }: { post: PostRow; answers: readonly string[] },
): Promise<boolean> {
  const { threadId, authorId: by } = post;
  if (post.id !== threadId) throw new Refusal("not-found");
  const found = await findPostsByUri(house.db, answers);
  const listed = found.filter((answer) => answer?.threadId === threadId && answer.id !== threadId && !answer.removedAt);
  if (listed.length === 0) return false;
  return transact(house, "answer.accept", "asker", undefined, async (tx) => {
    const before = [];
    for (const answer of listed as PostRow[]) {
      const postId = answer.id;
      if (await insertAnswer(tx, { threadId, postId, acceptedBy: by }))
        before.push(answerLine("answer.accepted", post, by, { ...answer, postId, noteId: null }));
    }
    return { result: before.length > 0, before, line: null };
  });
}
