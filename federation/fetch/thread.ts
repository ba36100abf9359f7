/** Completes a reply whose parents we lack: fetches its ancestors up to something we know, or to a post that starts a thread here. */
import { findActor } from "../../db/queries/actors.ts";
import { ANCESTORS, ANCESTORS_MS, type Budget, BudgetSpent, budget } from "../budget.ts";
import { type Context, isOurs } from "../context.ts";
import type { Receipt } from "../door.ts";
import { readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { readAuthored } from "../inbox/create.ts";
import type { ReadPost } from "../objects/post.ts";
import { lookUpActor } from "./actor.ts";
import { FetchFailed } from "./document.ts";
import { type FetchedPost, fetchPost } from "./post.ts";

/** A letter that waits for its thread, as it was put aside. */
export interface WaitingLetter extends Receipt {
  senderUri: string;
}

/**
 * Writes down the missing ancestors, oldest first and never announced (R52), then the reply itself, which is announced like any other.
 * Returns what became of it. Throws FetchFailed when the way up could not be walked for now: the caller may try again later. A way that is
 * too long, or ends at something that is gone, will be no better later.
 */
export async function completeReply(context: Context, letter: WaitingLetter): Promise<string> {
  try {
    return await complete(context, letter);
  } catch (error) {
    if (error instanceof BudgetSpent)
      return `its thread goes back further than ${ANCESTORS} posts, or is too slow to come by`;
    if (error instanceof Rejection) return error.sentence;
    if (error instanceof FetchFailed && error.gone) return `its thread is broken: ${error.message}`;
    throw error;
  }
}

async function complete(context: Context, letter: WaitingLetter): Promise<string> {
  const { document } = readJson(Buffer.from(letter.body));
  const spend = budget(2 * ANCESTORS, ANCESTORS_MS);
  const reply = await readAuthored(context, { document, sender: { uri: letter.senderUri }, spend });
  if (!reply?.isPublic || reply.inReplyTo === null) return "it is not a public reply";
  const author = await findActor(context.db, letter.actorId);
  if (!author || author.goneAt) return "its author is gone";
  const { ancestors, problem } = await climb(context, reply, spend);
  if (problem !== null) return problem;
  for (const ancestor of ancestors.toReversed()) {
    const written = await writeAncestor(context, ancestor, spend);
    if (!written) return "what it answers has no place here";
  }
  const place = await context.findPlace({ uri: reply.text.uri, authorUri: author.uri, parentUri: reply.inReplyTo });
  if (place.known || place.buried || place.threadRemoved) return "it is here already, or was removed";
  const { groupId, threadId, parentId } = place;
  if (!groupId || !threadId || !parentId) return "what it answers has no place here";
  const { senderUri: _, ...receipt } = letter;
  const writer = { id: author.id, knownSince: author.createdAt.getTime() };
  context.paces.posted(writer, groupId);
  const text = context.paces.honoured(writer, reply.text);
  const outcome = await context.door.replied({ receipt, groupId, threadId, parentId, text });
  return outcome.is === "ignored" ? outcome.why : "it is in its thread now";
}

/**
 * Gives a post that somebody looked up its place in a thread or a community here, with the posts between; nothing of it is announced. Does nothing
 * when it has no place here. Throws FetchFailed, BudgetSpent, or a Rejection.
 */
export async function completeFetched(context: Context, fetched: FetchedPost, spend: Budget): Promise<void> {
  const { ancestors, problem } =
    fetched.post.inReplyTo === null ? { ancestors: [], problem: null } : await climb(context, fetched.post, spend);
  if (problem !== null) return;
  for (const post of [...ancestors.toReversed(), fetched]) if (!(await writeAncestor(context, post, spend))) return;
}

/** Walks up from `reply` until something known. What was found on the way, nearest first; what was named by another address is named by its id. */
async function climb(
  context: Context,
  reply: ReadPost,
  spend: Budget,
): Promise<{ ancestors: FetchedPost[]; problem: string | null }> {
  const ancestors: FetchedPost[] = [];
  const seen = new Set<string>();
  let child = reply;
  while (child.inReplyTo !== null) {
    const next = child.inReplyTo;
    if (seen.has(next)) return { ancestors, problem: "its ancestors answer each other in a circle" };
    seen.add(next);
    const known = await context.findPlace({ uri: next, authorUri: "", parentUri: next });
    if (known.parentId !== null) return { ancestors, problem: null };
    if (isOurs(context, next)) return { ancestors, problem: "what it answers was never here" };
    if (ancestors.length === ANCESTORS) throw new BudgetSpent("The thread goes back too far.");
    const found = await fetchPost(context, next, spend);
    if (!found) return { ancestors, problem: "one of its ancestors is not a public post" };
    child.inReplyTo = found.post.text.uri;
    seen.add(child.inReplyTo);
    ancestors.push(found);
    child = found.post;
  }
  const top = ancestors.at(-1);
  const community = top ? await context.groups.firstOf(top.post.addressed) : null;
  return { ancestors, problem: community ? null : "its thread is in no community of this server" };
}

async function writeAncestor(context: Context, { post, authorUri, raw }: FetchedPost, spend: Budget): Promise<boolean> {
  const author = await lookUpActor(context, authorUri, spend);
  const receipt: Receipt = {
    actorId: author.id,
    uri: post.text.uri,
    type: post.text.objectType,
    announceable: false,
    body: raw,
  };
  const place = await context.findPlace({ uri: post.text.uri, authorUri: author.uri, parentUri: post.inReplyTo });
  if (place.known) return true;
  if (place.buried) return false;
  const { groupId, threadId, parentId } = place;
  if (groupId && threadId && parentId) {
    await context.door.replied({ receipt, groupId, threadId, parentId, text: post.text });
    return true;
  }
  const community = post.inReplyTo === null ? await context.groups.firstOf(post.addressed) : null;
  if (!community) return false;
  const { restricted } = community;
  const start = { receipt, authorUri: author.uri, groupId: community.id, restricted, text: post.text };
  await context.door.threadStarted(start);
  return true;
}
