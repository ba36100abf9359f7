/** Announce: somebody boosts a post, or a group that is followed from here passes on what happened in it (FEP-1b12). */
import { findCommunitiesAmong } from "../../db/queries/communities.ts";
import { isFollowed } from "../../db/queries/members.ts";
import { findPostByUri } from "../../db/queries/posts.ts";
import { type Context, isOurs } from "../context.ts";
import { ignored, type Outcome, type Receipt } from "../door.ts";
import { lookUpActor } from "../fetch/actor.ts";
import { FetchFailed, fetchDocument } from "../fetch/document.ts";
import { toFetchedPost } from "../fetch/post.ts";
import { bringThread } from "../fetch/thread.ts";
import { idsOf, sameOrigin, singleId, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { isFor } from "../objects/post.ts";
import type { Handler, Letter } from "./letter.ts";
import { actPassedOn } from "./passed-on.ts";

export const announce: Handler = async (context, letter) => {
  const { object } = letter.document;
  // Lemmy boosts a Page with an `actor` put on it: only what has an object of its own is an activity.
  const inner = isPlainObject(object) && object.object !== undefined ? object : null;
  const uri = singleId(inner ? inner.object : object, "object");
  const fromFollowed = letter.sender.kind === "group" && (await isFollowed(context.db, letter.sender.id));
  if (fromFollowed) return passOn(context, letter, inner, uri);
  if (inner) return ignored("it comes from a group that nobody here follows");
  const post = await context.findPost(uri);
  return post ? context.door.boosted({ receipt: letter.receipt, post }) : ignored("what it boosts is not here");
};

/**
 * What a followed group says is not believed of what others wrote: a post is fetched from its own server and read there (R21). What it says of its own
 * content is its to say, if it was done by those who may (R45).
 */
async function passOn(context: Context, letter: Letter, inner: PlainObject | null, uri: string): Promise<Outcome> {
  const [type = ""] = typesOf(inner ? inner.type : "Create");
  if (type === "Create" || type === "Update") {
    if (isOurs(context, uri)) return ignored("it passes on what is ours");
    return bringUpToDate(context, letter, uri, type);
  }
  if (inner && !(type === "Delete" && (await isByAuthor(context, inner, uri))))
    return actPassedOn(context, letter, inner);
  return isOurs(context, uri) ? ignored("it passes on what is ours") : confirmRemoval(context, letter, uri);
}

async function isByAuthor(context: Context, inner: PlainObject, uri: string): Promise<boolean> {
  const post = await findPostByUri(context.db, uri);
  return post?.authorUri === singleId(inner.actor, "actor");
}

/**
 * An announced Create never changes what is here already (R23), and a group speaks only for its own threads: what belongs to a community of
 * this server comes from its author first-hand, and only then is it passed on to those who follow it here.
 */
async function bringUpToDate(context: Context, letter: Letter, uri: string, type: string): Promise<Outcome> {
  const { id: groupId } = letter.sender;
  const before = await findPostByUri(context.db, uri);
  if (before && type === "Create") return ignored("it is here already");
  const { id, document, raw } = await fetchDocument(context, uri, letter.spend);
  const [told = ""] = typesOf(document.type);
  if (told === "Create" || told === "Update") {
    // Mbin passes on an edit by the id of the activity: its author's server says by it what is to be looked at, there and nowhere else.
    const [object = ""] = idsOf(document.object);
    if (!sameOrigin(object, id)) return ignored("it passes on an activity about what is on another server");
    return bringUpToDate(context, letter, object, told);
  }
  const found = toFetchedPost(context, document, raw);
  if (!found) return ignored("what it passes on is not a public post");
  const { post: read, authorUri } = found;
  const author = await lookUpActor(context, authorUri, letter.spend);
  const receipt = secondHand(letter, found.raw, author.id);
  const known = await findPostByUri(context.db, read.text.uri);
  if (known) {
    if (type === "Create") return ignored("it is here already");
    if (known.authorId !== author.id) return ignored("it changed its author");
    if (known.groupId !== groupId) return ignored("it is in another community");
    return context.door.edited({ receipt, post: known, text: read.text });
  }
  const look = () => context.findPlace({ uri: read.text.uri, authorUri: author.uri, parentUri: read.inReplyTo });
  let place = await look();
  if (place.buried) return ignored("its author deleted it before");
  if (read.inReplyTo === null) {
    const [ours] = await findCommunitiesAmong(context.db, read.addressed);
    if (ours) return ignored("it addresses a community of this server");
    // Whoever writes decides where: no group takes what is not for it.
    if (!isFor(read, letter.sender.uri)) return ignored("its author did not address it to that group");
    return context.door.threadStarted({ receipt, authorUri: author.uri, groupId, text: read.text });
  }
  if (!place.parentId) {
    const problem = await bringThread(context, letter, read, letter.sender);
    if (problem !== null) return ignored(problem);
    place = await look();
  }
  const { threadId, parentId } = place;
  if (!threadId || !parentId) return ignored("what it answers has no place here");
  if (place.groupId !== groupId) return ignored("what it answers is in another community");
  if (place.threadRemoved) return ignored("its thread was removed");
  return context.door.replied({ receipt, groupId, threadId, parentId, text: read.text });
}

async function confirmRemoval(context: Context, letter: Letter, uri: string): Promise<Outcome> {
  const post = await findPostByUri(context.db, uri);
  if (!post || post.groupId !== letter.sender.id) return ignored("what it removes is not in that group");
  const gone = await fetchDocument(context, uri, letter.spend).then(
    (fetched) => typesOf(fetched.document.type).includes("Tombstone"),
    (error: unknown) => {
      if (error instanceof FetchFailed && !error.passing) return error.gone;
      throw error;
    },
  );
  if (!gone) return ignored("what it removes is still there on its own server");
  const receipt = { ...letter.receipt, actorId: post.authorId, announceable: false };
  return context.door.removed({ receipt, post, uri, ownerUri: post.authorUri });
}

/** The receipt of what we fetched: its author's, never announced again (R52). An edit of the same object is another letter. */
function secondHand(letter: Letter, raw: string, actorId: Receipt["actorId"]): Receipt {
  return { actorId, uri: letter.receipt.uri, type: "Announce", announceable: false, body: raw };
}
