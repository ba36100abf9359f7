/** Delete: an author removes a post, or closes their account. */
import { findPostByUri } from "../../db/queries/posts.ts";
import { ignored } from "../door.ts";
import { sameOrigin, singleId } from "../gate/limits.ts";
import { Rejection } from "../gate/rejection.ts";
import type { Handler } from "./letter.ts";

export const remove: Handler = async (context, { document, sender, receipt }) => {
  const uri = singleId(document.object, "object");
  if (uri === sender.uri) return context.door.actorRemoved({ receipt, uri });
  const post = await findPostByUri(context.db, uri);
  if (post) {
    if (post.authorId !== sender.id) throw new Rejection(403, "Only its author may remove a post.");
    return context.door.removed({ receipt, post, uri, ownerUri: sender.uri });
  }
  // It may still be on its way: whatever this actor wrote under that id stays away (R25).
  if (!sameOrigin(uri, sender.uri)) return ignored("what it deletes is not here");
  return context.door.removed({ receipt, post: null, uri, ownerUri: sender.uri });
};
