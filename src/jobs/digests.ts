/** Mail at the reader's rhythm: looks every minute who is due, and makes mails of what there is to tell, in plain text and the reader's language. */
import type { Id } from "../../db/ids.ts";
import type { Notification } from "../../db/views/notifications.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Logger } from "../base/log.ts";
import { cutAtWord } from "../base/text/characters.ts";
import { displayName } from "../base/text/names.ts";
import { type Compose, type Digest, writeDigests } from "../domain/notifications/digests.ts";
import type { House } from "../domain/transact.ts";
import { languageOf, type Words } from "../words/index.ts";

/** Every minute, as pg-boss writes it. */
export const EVERY_MINUTE = "* * * * *";

/** A link in a mail works for half a year. */
const UNSUBSCRIBE_S = 180 * 24 * 3_600;
/** Notices that one mail lists; the rest stands on the site. */
const MOST_LISTED = 30;
const LONGEST_TITLE = 120;

/** Writes the mails that are due now; returns how many. What fails is logged, and tried again at the next round. */
export async function mailDigests(house: House, tokens: Tokens, log: Logger): Promise<number> {
  const { mails, failed } = await writeDigests(house, composer(house.origin, tokens));
  for (const { id, error } of failed) log.error("The mail to {id} could not be written: {error}", { id, error });
  return mails;
}

/** Makes the mails of the server at `origin`. */
export function composer(origin: string, tokens: Tokens): Compose {
  const { host, hostname } = new URL(origin);
  return async (digest) => {
    const words = languageOf(digest.reader.language).words.mails;
    const token = await tokens.sign("unsubscribe", { actor: digest.reader.id }, UNSUBSCRIBE_S);
    const out = `${origin}/unsubscribe?token=${token}`;
    return {
      subject: words.subject(host, contents(words, digest)),
      text: bodyOf(words, digest, origin, host, out),
      // RFC 8058 and RFC 2369; RFC 2919; RFC 3834.
      headers: {
        "List-Unsubscribe": `<${out}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": `<news.${hostname}>`,
        "Auto-Submitted": "auto-generated",
      },
    };
  };
}

function contents(words: Words["mails"], { notifications, threads }: Digest): string {
  if (threads.length === 0) return words.notices(notifications.length);
  const conversations = words.conversations(threads.length);
  return notifications.length === 0 ? conversations : words.both(words.notices(notifications.length), conversations);
}

function bodyOf(words: Words["mails"], digest: Digest, origin: string, host: string, out: string): string {
  const { reader, notifications, threads } = digest;
  const parts = [words.hello(displayName(reader.name) || reader.username)];
  if (notifications.length > 0) {
    parts.push(words.sinceThen);
    for (const one of notifications.slice(0, MOST_LISTED))
      parts.push(item(told(words, one), `${origin}${placeOf(one)}`));
    const rest = notifications.length - MOST_LISTED;
    if (rest > 0) parts.push(item(words.more(rest), `${origin}/notifications`));
  }
  if (threads.length > 0) {
    parts.push(words.conversationsToo);
    for (const thread of threads) {
      const line = words.thread(titleOf(thread.title), displayName(thread.communityName));
      parts.push(item(line, `${origin}/c/${thread.slug}/t/${thread.id}`));
    }
  }
  parts.push(
    [
      "-- ",
      words.rhythms[reader.rhythm](host),
      `${words.otherRhythm} ${origin}/settings/notifications`,
      `${words.noMore} ${out}`,
    ].join("\n"),
  );
  return `${parts.join("\n\n")}\n`;
}

function item(line: string, address: string): string {
  return `* ${line}\n  ${address}`;
}

/** What happened, in one plain sentence. */
export function told(words: Words["mails"], one: Notification): string {
  const who = displayName(one.fromName ?? "") || displayName(one.fromUsername ?? "");
  const title = titleOf(one.title ?? "");
  const community = displayName(one.communityName ?? "");
  switch (one.kind) {
    case "mention":
      return words.mention(who, title);
    case "reply":
      return one.toYou ? words.replyToYou(who, title) : words.reply(who, title);
    case "answer-accepted":
      return words.answerAccepted(who, title);
    case "poll":
      return one.fromId === null ? words.ownPoll(title) : words.poll(title);
    case "join-request":
      return words.joinRequest(who, community);
    case "invitation":
      return words.invitation(who, community);
    case "welcome":
      return words.welcome(community);
    case "account-request":
      return words.accountRequest(who);
  }
}

/** Where a notification leads, as a path of the site. */
export function placeOf({ kind, postId, slug }: Notification): string {
  if (kind === "join-request") return `/c/${slug}/requests`;
  if (kind === "invitation") return `/c/${slug}`;
  if (kind === "welcome") return `/c/${slug}/welcome`;
  if (kind === "account-request") return "/admin/people";
  return `/posts/${postId as Id}`;
}

function titleOf(title: string): string {
  return cutAtWord(displayName(title), LONGEST_TITLE);
}
