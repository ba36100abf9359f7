/** Create: somebody starts a thread by addressing a community, or replies to something in one. */
import { findPostByUri } from "../../db/queries/posts.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome } from "../door.ts";
import { fetchDocument } from "../fetch/document.ts";
import { bringThread } from "../fetch/thread.ts";
import { sameOrigin, singleId } from "../gate/limits.ts";
import { isPlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { type ReadPollVote, readPollVote } from "../objects/poll.ts";
import { type ReadPost, readPost } from "../objects/post.ts";
import type { Handler, Letter } from "./letter.ts";
import { hasVote } from "./vote.ts";

export const create: Handler = async (context, letter) => {
  const { object } = letter.document;
  const vote = isPlainObject(object) ? readPollVote(object) : null;
  if (vote) return voteInPoll(context, letter, vote);
  const post = await readAuthored(context, letter);
  return post ? place(context, letter, post) : ignored("it holds nothing to show");
};

/** A vote is only ever sent to the poll's author, so it cannot be looked up anywhere: it must be its sender's own, on its sender's server (R20). */
async function voteInPoll(context: Context, { sender, receipt }: Letter, vote: ReadPollVote): Promise<Outcome> {
  const { uri, option } = vote;
  if (vote.authorUri !== sender.uri || !sameOrigin(uri, sender.uri))
    throw new Rejection(403, "The vote is somebody else's.");
  if (!hasVote(sender)) return ignored("bots have no vote");
  const post = await findPostByUri(context.db, vote.pollUri);
  if (!post) return ignored("the poll it votes in is not here");
  return context.door.pollVoted({ receipt: { ...receipt, announceable: false }, post, uri, option });
}

/**
 * The post in a Create or an Update, believed only when it is on its author's server and its author is the sender (R20). An embedded
 * object that does not say who wrote it, or none at all, is fetched from where it lives.
 */
export async function readAuthored(context: Context, letter: Letter): Promise<ReadPost | null> {
  const { object } = letter.document;
  const id = singleId(object, "object");
  if (!sameOrigin(id, letter.sender.uri)) throw new Rejection(403, "The object is on another server than its author.");
  const embedded = isPlainObject(object) ? readPost(object, context.now()) : null;
  if (embedded && embedded.authorUri !== null) {
    if (embedded.authorUri !== letter.sender.uri) throw new Rejection(403, "The object was written by somebody else.");
    return embedded;
  }
  if (isPlainObject(object) && !embedded) return null;
  const fetched = readPost((await fetchDocument(context, id, letter.spend)).document, context.now());
  if (fetched && (fetched.authorUri !== letter.sender.uri || !sameOrigin(fetched.text.uri, letter.sender.uri))) {
    throw new Rejection(403, "The object was written by somebody else.");
  }
  return fetched;
}

/** Puts a post where it belongs: under its parent, or as a new thread of the first community it addresses. */
export async function place(context: Context, letter: Letter, post: ReadPost): Promise<Outcome> {
  if (!post.isPublic) return ignored("its author did not address it to the public");
  const { receipt, sender } = letter;
  const text = context.paces.honoured(sender, post.text);
  // What is written is looked at again where it is written. Who may start few threads is not to lose one of them for a letter that comes twice.
  if (post.inReplyTo === null && !context.paces.isNew(sender)) return start(context, letter, { ...post, text });
  const look = () => context.findPlace({ uri: text.uri, authorUri: sender.uri, parentUri: post.inReplyTo });
  let found = await look();
  if (found.buried) return ignored("its author deleted it before");
  if (found.known) return ignored("it is here already");
  if (post.inReplyTo === null) return start(context, letter, { ...post, text });
  const brought = !found.parentId;
  if (brought) {
    const problem = await bringThread(context, letter, post);
    if (problem !== null) return ignored(problem);
    found = await look();
  }
  const { groupId, threadId, parentId } = found;
  if (!groupId || !threadId || !parentId) return ignored("what it answers has no place here");
  if (found.threadRemoved) return ignored("its thread was removed");
  if (!brought) context.paces.posted(sender, groupId);
  return context.door.replied({ receipt, groupId, threadId, parentId, text });
}

async function start(context: Context, { receipt, sender }: Letter, { text, addressed }: ReadPost): Promise<Outcome> {
  const here = `${context.origin}/`;
  const community = await context.groups.firstOf(addressed.filter((uri) => uri.startsWith(here)));
  if (!community) return ignored("it addresses no community of this server");
  const { id: groupId, restricted } = community;
  context.paces.posted(sender, groupId);
  return context.door.threadStarted({ receipt, authorUri: sender.uri, groupId, restricted, text });
}
