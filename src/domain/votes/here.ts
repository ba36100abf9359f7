/** Votes and reactions of people of this server, from the page of a thread. */
import type { Id } from "../../../db/ids.ts";
import { findPost } from "../../../db/queries/posts.ts";
import { findThread } from "../../../db/queries/threads.ts";
import type { VoteKind } from "../../../db/queries/votes.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";
import { castVote } from "./cast.ts";
import { withdrawVote } from "./withdraw.ts";

/** What the page offers to react with. */
export const EMOJI = ["👍", "❤️", "😄", "🎉", "🤔", "👀"] as const;

export interface VoteHere {
  postId: Id;
  by: { id: Id; uri: string };
  kind: VoteKind;
  /** Empty unless the kind is `reaction`. */
  emoji: string;
}

/**
 * Casts it, or takes it back. Returns whether anything changed. Throws a Refusal where there is no such post, where one's own is not for
 * oneself to judge, where the community has no down votes, and for what is not one emoji.
 */
export async function voteHere(house: House, act: VoteHere): Promise<boolean> {
  const post = await needPost(house, act.postId);
  const { by, kind, emoji } = act;
  if (post.authorId === by.id) throw new Refusal("not-allowed");
  if ((kind === "reaction") !== isEmoji(emoji)) throw new Refusal("input-invalid");
  if (kind === "down" && !(await findThread(house.db, post.threadId))?.downVotes) throw new Refusal("not-allowed");
  return castVote(house, { post, by: by.id, kind, emoji, uri: `${by.uri}#like/${house.makeId()}` });
}

/** Takes it back. Returns whether there was anything to take. */
export async function unvoteHere(house: House, act: VoteHere): Promise<boolean> {
  const post = await needPost(house, act.postId);
  return withdrawVote(house, { post, by: act.by.id, kind: act.kind, emoji: act.emoji });
}

async function needPost(house: House, id: Id) {
  const post = await findPost(house.db, id);
  if (!post) throw new Refusal("not-found");
  if (post.removedAt) throw new Refusal("gone");
  return post;
}

/** Whether this is one emoji as Unicode recommends them, and nothing else. */
export function isEmoji(text: string): boolean {
  return text.length <= 40 && /^\p{RGI_Emoji}$/v.test(text);
}
