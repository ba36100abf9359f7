/** Like, Dislike, EmojiReact: a vote up or down, or a reaction. */
import type { Sender } from "../context.ts";
import { ignored, type VoteKind } from "../door.ts";
import { singleId, text } from "../gate/limits.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import type { Handler } from "./letter.ts";

const KINDS: Readonly<Record<string, VoteKind>> = { Like: "up", Dislike: "down", EmojiReact: "reaction" };
/** Longer than any emoji, and any `:name:` of one. */
const MAX_EMOJI = 64;
/** Emoji, or the `:name:` of one: whatever else is written there would be a comment in the place of a vote. */
const EMOJI = /^(?:[\p{Extended_Pictographic}\p{Emoji_Component}]+|:[\w.+-]+(?:@[\w.-]+)?:)$/u;

export const vote: Handler = async (context, { document, type, sender, receipt }) => {
  if (!hasVote(sender)) return ignored("bots have no vote");
  const post = await context.findPost(singleId(document.object, "object"));
  if (!post) return ignored("what it votes on is not here");
  const cast = readVote(type, document);
  context.paces.acted(sender, post.groupId);
  return context.door.voted({ receipt, post, ...cast });
};

/** What machines think of something is not counted (R81); Lemmy refuses their votes as well. */
export function hasVote({ kind }: Pick<Sender, "kind">): boolean {
  return kind !== "service" && kind !== "application";
}

/** Which vote an activity of this type casts. */
export function readVote(type: string, activity: PlainObject): { kind: VoteKind; emoji: string } {
  const kind = KINDS[type] ?? "up";
  if (kind !== "reaction") return { kind, emoji: "" };
  const emoji = text(activity.content, MAX_EMOJI).trim();
  if (!EMOJI.test(emoji)) throw new Rejection(400, "A reaction needs an emoji as its content.");
  return { kind, emoji };
}
