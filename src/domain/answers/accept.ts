/** Accepts an answer to a question, or takes that back: by whoever asked, or by those who look after the community. */
import type { Id } from "../../../db/ids.ts";
import { deleteAnswer, deleteOtherAnswers, insertAnswer } from "../../../db/queries/answers.ts";
import { findPost } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { findThread, type ThreadRow } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { provenStandings } from "../threads/look-after.ts";
import { type House, transact } from "../transact.ts";
import { answerLine } from "./line.ts";

export interface Answer {
  postId: Id;
  by: Id;
  /** Whether they have shown a second factor in this session; whoever asks from elsewhere has none. */
  secondFactor?: boolean;
  letter?: ReceivedLetter;
}

/** Accepts it; unless the community keeps several, it takes the place of the one before. Returns false when it was accepted already. */
export async function acceptAnswer(house: House, act: Answer): Promise<boolean> {
  const { post, thread } = await needReply(house, act.postId);
  const standings = await standingsFor(house, thread, act);
  const noteId = house.makeId();
  return transact(house, "answer.accept", standings, act.letter, async (tx) => {
    if (!(await insertAnswer(tx, { threadId: thread.id, postId: post.id, acceptedBy: act.by, noteId })))
      return { result: false, line: null };
    const replaced = thread.manyAnswers ? [] : await deleteOtherAnswers(tx, house.origin, thread.id, post.id);
    return {
      result: true,
      before: replaced.map((former) => answerLine("answer.withdrawn", post, act.by, former, { replaced: true })),
      line: answerLine("answer.accepted", post, act.by, { ...post, postId: post.id, noteId }),
    };
  });
}

/** Takes it back. Returns false when it was not accepted. */
export async function withdrawAnswer(house: House, act: Answer): Promise<boolean> {
  const { post, thread } = await needReply(house, act.postId);
  const standings = await standingsFor(house, thread, act);
  return transact(house, "answer.accept", standings, act.letter, async (tx) => {
    const former = await deleteAnswer(tx, house.origin, post);
    return { result: former !== null, line: former && answerLine("answer.withdrawn", post, act.by, former) };
  });
}

function standingsFor(house: House, thread: ThreadRow, { by, secondFactor = false }: Answer) {
  return provenStandings(house, thread, "answer.accept", { by, secondFactor });
}

async function needReply(house: House, postId: Id) {
  const post = await findPost(house.db, postId);
  const thread = post && (await findThread(house.db, post.threadId));
  if (!post || !thread || post.id === thread.id) throw new Refusal("not-found");
  if (post.removedAt || thread.removed) throw new Refusal("gone");
  return { post, thread };
}
