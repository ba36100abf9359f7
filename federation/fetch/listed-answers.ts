/** The answers that a question lists as accepted (`result`): those of a question in a community elsewhere are noted here. */
import { findActor } from "../../db/queries/actors.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import type { Context } from "../context.ts";
import type { ReadPost } from "../objects/post.ts";

/**
 * `question` as its author or its own server has just said it. That an answer is accepted no longer is not learned this way: what a server gives may be a
 * while behind, and the community says so itself. In communities of this server, answers are accepted here, or by a letter that says just that.
 */
export async function noteListedAnswers(context: Context, question: ReadPost): Promise<void> {
  if (question.answers.length === 0) return;
  const post = await findPostByUri(context.db, question.text.uri);
  if (!post || post.removedAt || post.id !== post.threadId) return;
  const group = await findActor(context.db, post.groupId);
  if (group && group.peerId !== null) await context.door.answersListed({ post, answers: question.answers });
}
