/** Removes a post, for its author or for its community: its words go, its place stays, and it stays removed. */
import type { Id } from "../../../db/ids.ts";
import type { Tx } from "../../../db/open.ts";
import { deleteAnswersOf } from "../../../db/queries/answers.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { readMentions } from "../../../db/queries/mentions.ts";
import { bury, findPost, findPostByUri, lockObjects, type PostRow, removePost } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { markRemovedBy } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { answerLine } from "../answers/line.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";
import { dropPictures } from "./pictures.ts";

const MOST_REASON = 300;

export interface RemovePost {
  /** As it was just read; null when it is not here (yet): then only the tombstone is laid, and what comes late stays away. */
  post: PostRow | null;
  uri: string;
  by: Id;
  /** The ActivityPub id of who removes it: the tombstone bears it (R25). */
  ownerUri: string;
  letter?: ReceivedLetter | undefined;
}

/** Removes the post. Returns false when it was removed already, or is not here. */
export function removeOwnPost(house: House, act: RemovePost): Promise<boolean> {
  const standing = act.post === null || act.post.authorId === act.by ? "author" : "anyone";
  return transact(house, "post.remove", standing, act.letter, async (tx) => {
    // Read again behind the lock: it may have been written in this very moment.
    const [, , post] = await Promise.all([
      lockObjects(tx, act.uri),
      bury(tx, act.uri, act.ownerUri),
      findPostByUri(tx, act.uri),
    ]);
    if (!post || post.removedAt || post.authorId !== act.by) return { result: false, line: null };
    const mentions = act.letter ? null : await letGo(house, tx, post);
    // What was answered to it from here goes, too.
    if (act.letter && post.id === post.threadId) await dropPictures(tx, house.origin, post);
    const before = await noAnswerNow(house, tx, post, act.by);
    await removePost(tx, post.id);
    return {
      result: true,
      before,
      line: {
        kind: post.id === post.threadId ? "thread.removed" : "reply.removed",
        groupId: post.groupId,
        actorId: act.by,
        threadId: post.threadId,
        postId: post.id,
        data: { uri: post.uri, authorUri: act.ownerUri, ...(mentions !== null && { mentions }) },
      },
    };
  });
}

/** Removes the post `postId` for its author, who is somebody of this server. Returns false when it was removed already. */
export async function withdrawOwnPost(house: House, viewer: { id: Id; uri: string }, postId: Id): Promise<boolean> {
  const post = await findPost(house.db, postId);
  if (!post) throw new Refusal("not-found");
  return removeOwnPost(house, { post, uri: post.uri, by: viewer.id, ownerUri: viewer.uri });
}

export interface RemoveOthersPost {
  postId: Id;
  /** Who removes it: a facilitator of its community. */
  by: Id;
  /** One line for the record and for other servers; may be empty. */
  reason: string;
}

/** Removes somebody else's post, and keeps a record of it. Returns false when it was removed already. */
export async function removeOthersPost(house: House, act: RemoveOthersPost): Promise<boolean> {
  const post = await findPost(house.db, act.postId);
  if (!post) throw new Refusal("not-found");
  const { groupId, threadId } = post;
  const reason = oneLine(act.reason);
  if (reason.length > MOST_REASON) throw new Refusal("too-long");
  const standings = await standingsOf(house.db, act.by, { groupId, authorId: post.authorId });
  return transact(house, "post.remove.others", standings, undefined, async (tx) => {
    await lockObjects(tx, post.uri);
    const here = await findPost(tx, act.postId);
    if (!here || here.removedAt) return { result: false, line: null };
    const mentions = await letGo(house, tx, post);
    const before = await noAnswerNow(house, tx, post, act.by);
    await removePost(tx, post.id);
    await markRemovedBy(tx, post.id, act.by);
    const data = { uri: post.uri, authorUri: post.authorUri };
    const subject = { groupId, subjectId: post.id, data: { ...data, reason } };
    await writeAudit(tx, { id: house.makeId(), actorId: act.by, act: "post.removed", ...subject });
    return {
      result: true,
      before,
      line: {
        kind: post.id === threadId ? "thread.removed" : "reply.removed",
        groupId,
        actorId: act.by,
        threadId,
        postId: post.id,
        data: { ...data, mentions, moderated: true, reason },
      },
    };
  });
}

/** Removes from the copy of a thread of a community elsewhere what was removed there. Returns false when it was removed already. */
export function removeElsewhere(
  house: House,
  act: { post: PostRow; by: Id; reason: string; letter: ReceivedLetter },
): Promise<boolean> {
  const { id, uri, groupId, threadId, authorUri } = act.post;
  return transact(house, "post.remove.others", "facilitator", act.letter, async (tx) => {
    await lockObjects(tx, uri);
    const post = await findPost(tx, id);
    if (!post || post.removedAt || post.groupId !== groupId) return { result: false, line: null };
    if (id === threadId) await dropPictures(tx, house.origin, post);
    const before = await noAnswerNow(house, tx, post, act.by);
    await removePost(tx, id);
    await markRemovedBy(tx, id, act.by);
    const data = { uri, authorUri, moderated: true, reason: oneLine(act.reason).slice(0, MOST_REASON) };
    const kind = id === threadId ? "thread.removed" : "reply.removed";
    return { result: true, before, line: { kind, groupId, actorId: act.by, threadId, postId: id, data } };
  });
}

/** What was an accepted answer is none once it, or its question, is gone. */
async function noAnswerNow(house: House, tx: Tx, post: PostRow, by: Id) {
  const former = await deleteAnswersOf(tx, house.origin, post);
  return former.map((answer) => answerLine("answer.withdrawn", post, by, answer));
}

/** Takes away the pictures of a post; returns whom it named, separated by commas: they are told of its removal. */
async function letGo(house: House, tx: Tx, post: PostRow): Promise<string> {
  await dropPictures(tx, house.origin, post);
  return (await readMentions(tx, post.id)).join(",");
}
