/** Brings the thread of a reply here whose parents we lack: fetches its ancestors up to something we know, or to a post that starts a thread here. */
import type { Id } from "../../db/ids.ts";
import { ANCESTORS, type Budget, BudgetSpent } from "../budget.ts";
import { type Context, isOurs, type Sender } from "../context.ts";
import type { Receipt } from "../door.ts";
import { httpUrl } from "../gate/limits.ts";
import type { Letter } from "../inbox/letter.ts";
import { isFor, type ReadPost } from "../objects/post.ts";
import { lookUpActor, toSender } from "./actor.ts";
import { type FetchedPost, fetchPost } from "./post.ts";

/**
 * Brings the thread of `reply` here, in the background: a letter that just came is put aside for that. `group` is the group elsewhere whose thread it
 * must be, where it is one that passed the reply on. Null when the reply has its place now, and its author was counted for it, else why not. Throws
 * FetchFailed, BudgetSpent, or a Rejection.
 */
export async function bringThread(
  context: Context,
  letter: Letter,
  reply: ReadPost,
  group: Sender | null = null,
): Promise<string | null> {
  const { inReplyTo } = reply;
  if (inReplyTo === null || httpUrl(inReplyTo) === null || isOurs(context, inReplyTo))
    return "what it answers is not here";
  const { sender, receipt, spend } = letter;
  if (!letter.aside) {
    // A group that is followed from here passes on what very many say, in order.
    if (group === null) context.paces.putAside(sender.host);
    await context.tools.readLater(receipt, new URL(inReplyTo).host);
    return "what it answers is not here yet: its thread is looked up in the background";
  }
  return writeAncestors(context, reply, spend, { group, by: group === null ? sender : null });
}

/**
 * Gives a post that somebody looked up its place in a thread or a community here, with the posts between; nothing of it is announced. Does nothing
 * when it has no place here. Throws FetchFailed, BudgetSpent, or a Rejection.
 */
export async function completeFetched(context: Context, fetched: FetchedPost, spend: Budget): Promise<void> {
  const problem = await writeAncestors(context, fetched.post, spend, { group: null, by: null });
  if (problem === null) await writeAncestor(context, fetched, spend, null);
}

/**
 * Writes down the missing ancestors, oldest first and never announced (R52). Null when that is done, else why not. `by` wrote the reply: who may write
 * no more now brings in nobody else's posts either.
 */
async function writeAncestors(
  context: Context,
  reply: ReadPost,
  spend: Budget,
  { group, by }: { group: Sender | null; by: Sender | null },
): Promise<string | null> {
  if (reply.inReplyTo === null) return null;
  const way = await climb(context, reply, spend, group);
  if ("problem" in way) return way.problem;
  // Whatever may fail for now comes before it is counted: a letter that waits is tried again and again, and is one post.
  for (const { authorUri } of way.ancestors) await lookUpActor(context, authorUri, spend);
  if (by) context.paces.posted(by, way.groupId);
  for (const ancestor of way.ancestors.toReversed())
    if (!(await writeAncestor(context, ancestor, spend, group))) return "what it answers has no place here";
  return null;
}

/** What was found on the way up, nearest first, and the community that it leads to. */
type Way = { ancestors: FetchedPost[]; groupId: Id } | { problem: string };

/** Walks up from `reply` until something known. What was named by another address is named by its id. */
async function climb(context: Context, reply: ReadPost, spend: Budget, group: Sender | null): Promise<Way> {
  const ancestors: FetchedPost[] = [];
  const seen = new Set<string>();
  let child = reply;
  while (child.inReplyTo !== null) {
    const next = child.inReplyTo;
    if (seen.has(next)) return { problem: "its ancestors answer each other in a circle" };
    seen.add(next);
    const known = await context.findPlace({ uri: next, authorUri: "", parentUri: next });
    if (known.groupId !== null) {
      const elsewhere = group !== null && known.groupId !== group.id;
      return elsewhere ? { problem: "its thread is in another community" } : { ancestors, groupId: known.groupId };
    }
    if (isOurs(context, next)) return { problem: "what it answers was never here" };
    if (ancestors.length === ANCESTORS) throw new BudgetSpent("The thread goes back too far.");
    const found = await fetchPost(context, next, spend);
    if (!found) return { problem: "one of its ancestors is not a public post" };
    child.inReplyTo = found.post.text.uri;
    seen.add(child.inReplyTo);
    ancestors.push(found);
    child = found.post;
  }
  const top = ancestors.at(-1);
  const home = top ? await homeOf(context, top.post, group) : null;
  return home ? { ancestors, groupId: home.id } : { problem: "its thread is in no community that is kept here" };
}

/** The community that an opening is for: one of this server, or the group elsewhere that passed on something of its thread. */
async function homeOf(
  context: Context,
  opening: ReadPost,
  group: Sender | null,
): Promise<{ id: Id; restricted?: boolean } | null> {
  const ours = await context.groups.firstOf(opening.addressed);
  if (group === null) return ours;
  return ours === null && isFor(opening, group.uri) ? { id: group.id } : null;
}

async function writeAncestor(
  context: Context,
  { post, authorUri, raw }: FetchedPost,
  spend: Budget,
  group: Sender | null,
): Promise<boolean> {
  const author = await lookUpActor(context, authorUri, spend);
  const sender = toSender(author);
  const text = context.paces.honoured(sender, post.text);
  // What is said in a community elsewhere is for that one to bear.
  const count = (groupId: Id) => group === null && context.paces.posted(sender, groupId);
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
    count(groupId);
    await context.door.replied({ receipt, groupId, threadId, parentId, text });
    return true;
  }
  const home = post.inReplyTo === null ? await homeOf(context, post, group) : null;
  if (!home) return false;
  const { id, restricted = false } = home;
  count(id);
  await context.door.threadStarted({ receipt, authorUri: author.uri, groupId: id, restricted, text });
  return true;
}
