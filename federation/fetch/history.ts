/** Fetches what was said in a community of another server before somebody here followed it: its outbox, and the conversations that it lists. */
import type { Id } from "../../db/ids.ts";
import { findCommunitiesAmong } from "../../db/queries/communities.ts";
import type { History } from "../../db/queries/histories.ts";
import { type Budget, BudgetSpent, budget } from "../budget.ts";
import { type Context, isOurs } from "../context.ts";
import { httpUrl, sameOrigin, typesOf } from "../gate/limits.ts";
import { isPlainObject, readJson } from "../gate/read-json.ts";
import { isFor } from "../objects/post.ts";
import { lookUpActor } from "./actor.ts";
import { type CollectionItems, fetchCollection } from "./collection.ts";
import { FetchFailed, fetchDocument } from "./document.ts";
import { noteListedAnswers } from "./listed-answers.ts";
import { type FetchedPost, fetchPost } from "./post.ts";

/** Documents at most, in milliseconds at most: a community of years is not copied, its newest conversations are. */
const FETCHES = 600;
const LONGEST_MS = 5 * 60_000;
const THREADS = 50;
const REPLIES_PER_THREAD = 200;

/**
 * Writes down the newest threads of the group and their replies, as far as their own servers give them. Nothing of it is announced (R52), and
 * nothing that is here already changes (R23). Throws FetchFailed when the group itself cannot be had.
 */
export async function fetchHistory(context: Context, group: { id: Id; uri: string }): Promise<History> {
  const spend = budget(FETCHES, LONGEST_MS);
  const { document } = await fetchDocument(context, group.uri, spend);
  const outbox = httpUrl(document.outbox);
  if (!outbox || !sameOrigin(outbox, group.uri)) throw new FetchFailed(`${group.uri} has no outbox of its own.`);
  const listed = await fetchCollection(context, outbox, spend);
  const uris = [...new Set(listed.items.map(postUri).filter((uri) => uri !== null))];
  const history = { total: listed.total, threads: 0, replies: 0, complete: listed.complete && uris.length <= THREADS };
  try {
    for (const uri of uris.slice(0, THREADS)) {
      const done = await fetchThread(context, group, uri, spend);
      history.threads += done.threads;
      history.replies += done.replies;
      history.complete &&= done.complete;
    }
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    history.complete = false;
  }
  return history;
}

/** The post that an item of an outbox is about: a Create, an Announce of a Create, or an Announce of the post itself. */
function postUri(item: unknown): string | null {
  if (!isPlainObject(item)) return null;
  const [type] = typesOf(item.type);
  if (type !== "Create" && type !== "Announce") return null;
  const { object } = item;
  if (type === "Announce" && isPlainObject(object) && object.object !== undefined) return postUri(object);
  return httpUrl(isPlainObject(object) ? object.id : object);
}

async function fetchThread(
  context: Context,
  group: { id: Id; uri: string },
  uri: string,
  spend: Budget,
): Promise<{ threads: number; replies: number; complete: boolean }> {
  const nothing = { threads: 0, replies: 0, complete: false };
  if (isOurs(context, uri)) return { ...nothing, complete: true };
  try {
    const found = await fetchPost(context, uri, spend);
    if (!found || found.post.inReplyTo !== null) return { ...nothing, complete: found !== null };
    // Whoever writes decides where: no group takes what is not for it.
    if (!isFor(found.post, group.uri)) return nothing;
    const isNew = await write(context, group.id, found, spend);
    const conversation = await readConversation(context, found, spend);
    let replies = 0;
    let complete = conversation.complete && conversation.items.length <= REPLIES_PER_THREAD + 1;
    for (const item of conversation.items.slice(0, REPLIES_PER_THREAD + 1)) {
      const id = httpUrl(isPlainObject(item) ? item.id : item);
      if (!id || id === found.post.text.uri || isOurs(context, id)) continue;
      const known = await context.findPlace({ uri: id, authorUri: "", parentUri: null });
      if (known.known) continue;
      const reply = await fetchPost(context, id, spend).catch(missing);
      if (reply && (await write(context, group.id, reply, spend).catch(missing))) replies++;
      else complete = false;
    }
    await noteListedAnswers(context, found.post);
    return { threads: isNew ? 1 : 0, replies, complete };
  } catch (error) {
    if (error instanceof FetchFailed) return nothing;
    throw error;
  }
}

/** All posts of a thread where its server keeps such a list (FEP-7888), else the direct replies. */
async function readConversation(context: Context, { post, raw }: FetchedPost, spend: Budget): Promise<CollectionItems> {
  const { document } = readJson(Buffer.from(raw));
  for (const at of [document.context, document.replies]) {
    const url = httpUrl(isPlainObject(at) ? at.id : at);
    if (!url || !sameOrigin(url, post.text.uri)) continue;
    const found = await fetchCollection(context, url, spend).catch(missing);
    if (found) return at === document.context ? found : { ...found, complete: false };
  }
  return { items: [], total: null, complete: false };
}

/** Writes a post where it belongs. False when it is here already, has no place, or its author deleted it. */
async function write(context: Context, groupId: Id, { post, authorUri, raw }: FetchedPost, spend: Budget) {
  const author = await lookUpActor(context, authorUri, spend);
  const { text } = post;
  const receipt = { actorId: author.id, uri: text.uri, type: text.objectType, announceable: false, body: raw };
  const place = await context.findPlace({ uri: text.uri, authorUri: author.uri, parentUri: post.inReplyTo });
  if (place.known || place.buried || place.threadRemoved) return false;
  if (post.inReplyTo === null) {
    // What addresses a community of this server is no other group's to place: it comes from its author.
    if ((await findCommunitiesAmong(context.db, post.addressed)).length > 0) return false;
    const { is } = await context.door.threadStarted({ receipt, authorUri, groupId, past: true, text });
    return is === "done";
  }
  const { threadId, parentId } = place;
  if (!threadId || !parentId || place.groupId !== groupId) return false;
  return (await context.door.replied({ receipt, groupId, threadId, parentId, past: true, text })).is === "done";
}

/** What cannot be had is missing, and that is all. */
function missing(error: unknown): null {
  if (error instanceof FetchFailed) return null;
  throw error;
}
