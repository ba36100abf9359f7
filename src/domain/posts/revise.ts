/** Edits a post that was written here, for its author: what it said before is kept, and everybody may read that. */
import type { Id } from "../../../db/ids.ts";
import { writeMentions } from "../../../db/queries/mentions.ts";
import { findPost } from "../../../db/queries/posts.ts";
import { markSubmission } from "../../../db/queries/submissions.ts";
import {
  findWritten,
  keepEdit,
  type OwnPostState,
  rewriteOwnPost,
  rewriteOwnThread,
  type ThreadKind,
  writeTopics,
} from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { may } from "../policy.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";
import { type Composed, prepare } from "./compose.ts";
import { checkedLink, checkedTitle } from "./words.ts";

export interface ReviseOwnPost extends Composed {
  postId: Id;
  /** The hidden key of the form: whoever kept a draft of it learns that it arrived. */
  submissionKey?: string;
  /** Only of a post that opens a thread. A title that a facilitator gave stays. */
  thread?: { title: string; kind: ThreadKind; topicIds: readonly Id[]; linkUrl: string | null };
}

/** Puts the new text in place of the old. Returns false, and changes nothing, when they are the same. */
export async function reviseOwnPost(house: House, viewerId: Id, act: ReviseOwnPost): Promise<boolean> {
  const { postId } = act;
  const before = await findWritten(house.db, postId);
  if (!before) throw new Refusal((await findPost(house.db, postId))?.removedAt ? "gone" : "not-found");
  if (before.removedAt) throw new Refusal("gone");
  const { groupId, authorId } = before;
  const standings = await standingsOf(house.db, viewerId, { groupId, authorId });
  if (!may("post.edit", standings)) throw new Refusal("not-allowed");
  const opens = before.id === before.threadId;
  const thread = opens && act.thread ? { ...act.thread, ...checkedThread(act.thread, before) } : null;
  if (thread?.kind === "announcement" && before.kind !== "announcement" && !may("thread.start.facilitators", standings))
    throw new Refusal("announcement-restricted");
  const isPoll = opens && before.kind === "poll";
  // What a poll asks is settled when it begins, and so is that a thread is one.
  if (thread && (thread.kind === "poll") !== isPoll) throw new Refusal("input-invalid");
  const prepared = await prepare(house, groupId, viewerId, { ...act, wordless: isPoll });
  return transact(house, "post.edit", standings, undefined, async (tx) => {
    const old = await findWritten(tx, postId, true);
    if (!old || old.removedAt) throw new Refusal("gone");
    if (act.submissionKey !== undefined) await markSubmission(tx, viewerId, act.submissionKey, postId);
    const text = await prepared.text(
      tx,
      old.attachments.map(({ url }) => url),
    );
    const said = text.content !== old.content || text.source !== old.source || text.warning !== old.warning;
    const titled = thread !== null && thread.title !== old.title;
    const more =
      text.language !== old.language ||
      !same(text.attachments, old.attachments) ||
      (thread !== null &&
        (thread.kind !== old.kind ||
          thread.linkUrl !== old.linkUrl ||
          !same([...thread.topicIds].sort(), [...old.topicIds].sort())));
    if (!said && !titled && !more) return { result: false, line: null };
    const now = house.now();
    if (said || titled) await keepEdit(tx, old, now);
    await rewriteOwnPost(tx, postId, text, now);
    if (thread) {
      await rewriteOwnThread(tx, postId, thread);
      await writeTopics(tx, postId, thread.topicIds);
    }
    await writeMentions(tx, postId, prepared.words.mentions);
    return {
      result: true,
      line: {
        kind: opens ? "thread.edited" : "reply.edited",
        groupId,
        actorId: viewerId,
        threadId: old.threadId,
        postId,
        data: { uri: old.uri, authorUri: prepared.authorUri },
      },
    };
  });
}

function checkedThread(thread: NonNullable<ReviseOwnPost["thread"]>, before: OwnPostState) {
  return {
    title: before.retitled ? before.title : checkedTitle(thread.title),
    linkUrl: checkedLink(thread.linkUrl, thread.kind === "link"),
  };
}

/** Whatever the order of keys: pictures come back from the database as it sorts them. */
function same(one: readonly unknown[], other: readonly unknown[]): boolean {
  return canonical(one) === canonical(other);
}

function canonical(list: readonly unknown[]): string {
  return JSON.stringify(
    list.map((item) =>
      typeof item === "object" && item !== null ? Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)) : item,
    ),
  );
}
