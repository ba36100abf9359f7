/** ChooseAnswer: who asked a question, or who looks after the community, accepts an answer to it (PieFed). */
import { findPostByUri } from "../../db/queries/posts.ts";
import { ignored } from "../door.ts";
import { singleId } from "../gate/limits.ts";
import type { Handler } from "./letter.ts";

export const chooseAnswer: Handler = async (context, { document, sender, receipt }) => {
  const post = await findPostByUri(context.db, singleId(document.object, "object"));
  if (!post) return ignored("what it accepts is not here");
  // The community tells everybody of it by a post.
  context.paces.posted(sender, post.groupId);
  context.paces.acted(sender, post.groupId);
  return context.door.answerChosen({ receipt, post, chosen: true });
};
