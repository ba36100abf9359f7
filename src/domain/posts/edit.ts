/** Edits a post: the opening of a thread, or a reply. */
import type { Id } from "../../../db/ids.ts";
import { dropPoll, writePoll } from "../../../db/queries/polls.ts";
import { lockObjects, type PostRow, updatePost } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { countPoll } from "../polls/count.ts";
import { type House, transact } from "../transact.ts";
import { type PostText, titleFor, toRow } from "./text.ts";

export interface EditPost {
  /** As it was just read. */
  post: PostRow;
  by: Id;
  text: PostText;
  letter?: ReceivedLetter;
}

/**
 * Puts the new text in place of the old; a thread's title follows its opening. Throws a Refusal, and keeps nothing of the letter, when the post
 * was removed, or when what is here is as new or newer: edits that overtake each other on the way do not undo each other. Where only the count
 * of a poll is new, that is kept.
 */
export async function editPost(house: House, act: EditPost): Promise<void> {
  try {
    await editWords(house, act);
  } catch (error) {
    // Servers send a poll again when somebody voted.
    if (!(error instanceof Refusal && error.code === "already-done" && act.text.poll)) throw error;
    await countPoll(house, act);
  }
}

async function editWords(house: House, act: EditPost): Promise<void> {
  const { post, text } = act;
  const opens = post.id === post.threadId;
  await transact(
    house,
    "post.edit",
    post.authorId === act.by ? "author" : "anyone",
    act.letter,
    async (tx, receivedId) => {
      const editedAt = text.editedAt ?? house.now();
      const row = { ...toRow({ ...text, editedAt }, { id: post.id, authorId: post.authorId }), receivedId };
      const title = opens ? titleFor(text, row.content) : null;
      const [, edited] = await Promise.all([
        lockObjects(tx, post.uri),
        updatePost(tx, post.id, row, title, text.editedAt),
      ]);
      if (!edited) throw new Refusal("already-done", "What is here was removed, or is as new.");
      if (opens) await (text.poll ? writePoll(tx, post.id, text.poll, house.now()) : dropPoll(tx, post.id));
      return {
        result: undefined,
        line: {
          kind: opens ? "thread.edited" : "reply.edited",
          groupId: post.groupId,
          actorId: act.by,
          threadId: post.threadId,
          postId: post.id,
          data: { uri: post.uri, ...(opens && text.poll && { poll: true }) },
        },
      };
    },
  );
}
