/** Undo: somebody takes back a follow, a vote or a boost of their own (R82). */
import { findCommunitiesAmong } from "../../db/queries/communities.ts";
import { findFollowed } from "../../db/queries/members.ts";
import { findOwnPeopleAmong } from "../../db/queries/people.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { findActByUri } from "../../db/queries/votes.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome } from "../door.ts";
import { httpUrl, sameOrigin, singleId, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import type { Handler, Letter } from "./letter.ts";
import { readVote } from "./vote.ts";

export const undo: Handler = async (context, letter) => {
  const { object } = letter.document;
  if (!isPlainObject(object) || object.object === undefined) {
    return undoById(context, letter, singleId(object, "object"));
  }
  if (singleId(object.actor ?? letter.sender.uri, "actor") !== letter.sender.uri) {
    throw new Rejection(403, "Only who did it may undo it.");
  }
  return undoEmbedded(context, letter, object);
};

async function undoEmbedded(context: Context, { receipt, sender }: Letter, inner: PlainObject): Promise<Outcome> {
  const [type = ""] = typesOf(inner.type);
  const target = singleId(inner.object, "object");
  switch (type) {
    case "Follow": {
      const [community] = await findCommunitiesAmong(context.db, [target]);
      const [followed] = community ? [community] : await findOwnPeopleAmong(context.db, [target]);
      return followed
        ? context.door.unfollowed({ receipt, groupId: followed.id, undone: undoneId(inner, sender.uri) })
        : ignored("nobody of that name is here to be left");
    }
    case "Like":
    case "Dislike":
    case "EmojiReact": {
      const post = await findPostByUri(context.db, target);
      if (!post) return ignored("what it takes a vote back from is not here");
      return context.door.voteWithdrawn({
        receipt,
        post,
        ...readVote(type, inner),
        undone: undoneId(inner, sender.uri),
      });
    }
    case "ChooseAnswer": {
      const post = await findPostByUri(context.db, target);
      return post
        ? context.door.answerChosen({ receipt, post, chosen: false })
        : ignored("what it no longer accepts is not here");
    }
    case "Announce": {
      const post = await findPostByUri(context.db, target);
      return post
        ? context.door.boostWithdrawn({ receipt, post, undone: undoneId(inner, sender.uri) })
        : ignored("what it takes a boost back from is not here");
    }
    default:
      return ignored(`we do not know how to undo ${type === "" ? "that" : `a ${type}`}`);
  }
}

/** The id of what is undone; null where it is not one of its sender's own server. */
export function undoneId(inner: PlainObject, senderUri: string): string | null {
  const id = httpUrl(inner.id);
  return id && sameOrigin(id, senderUri) ? id : null;
}

/** An Undo that names only the id of what it takes back. */
async function undoById(context: Context, { receipt, sender }: Letter, uri: string): Promise<Outcome> {
  const act = await findActByUri(context.db, sender.id, uri);
  if (act) {
    const { post } = act;
    return act.is === "boost"
      ? context.door.boostWithdrawn({ receipt, post, undone: uri })
      : context.door.voteWithdrawn({ receipt, post, kind: act.kind, emoji: act.emoji, undone: uri });
  }
  const groupId = await findFollowed(context.db, sender.id, uri);
  return groupId ? context.door.unfollowed({ receipt, groupId, undone: uri }) : ignored("what it undoes is not here");
}
