/** The small line of a post: what others think of it, and for those who are signed in, the buttons to say so and to do more. */

import type { ThreadFacts, ThreadPost } from "../../../db/views/thread.ts";
import type { OwnMarks } from "../../../db/views/thread-reader.ts";
import { type Act, may, type Standing } from "../../domain/policy.ts";
import { EMOJI, isEmoji } from "../../domain/votes/here.ts";
import { escaped } from "./escape.ts";
import type { Frame } from "./layout.ts";
import { callName } from "./names.ts";
import { minute } from "./words.ts";

/** What one reader alone sees on a thread's page: what they pressed, what is new to them, what they may do. */
export interface Reading {
  viewerId: string;
  marks: OwnMarks;
  /** The newest post they had seen; null: nothing is marked as new. */
  readTo: bigint | null;
  may: Doable;
}

/** What a viewer may do with the posts of a thread. */
export interface Doable {
  reply: boolean;
  down: boolean;
  accept: boolean;
  /** The kind of thread in which somebody may say that it worked: of its replies, or of its opening. */
  worked: "replies" | "opening" | null;
  removeOthers: boolean;
}

/** Kinds whose replies are answers. */
const ASKING: ReadonlySet<string> = new Set(["question", "request"]);
/** Kinds whose opening tells how to do something. */
const TELLING: ReadonlySet<string> = new Set(["how-to", "story"]);
/** Reactions shown on a post; there may be one of each emoji there is. */
const MOST_REACTIONS = 8;

/** As the policy says; where it says no, the page shows no button. */
export function doable(thread: ThreadFacts, standings: readonly Standing[]): Doable {
  const can = (act: Act) => may(act, standings);
  return {
    reply: thread.locked ? can("reply.write.locked") : can("reply.write"),
    down: thread.downVotes,
    accept: ASKING.has(thread.kind) && can("answer.accept"),
    worked: ASKING.has(thread.kind) ? "replies" : TELLING.has(thread.kind) ? "opening" : null,
    removeOthers: can("post.remove.others"),
  };
}

/** `by` says whose post it is, escaped. */
export function footerHtml(
  frame: Frame,
  post: ThreadPost,
  opening: boolean,
  by: string,
  reading: Reading | null,
): string {
  const { editedAt } = post;
  const edited =
    editedAt === null
      ? ""
      : `<a class="edited" href="/posts/${post.id}/history">${frame.words.thread
          .edited(`<time datetime="${minute(editedAt)}">${frame.times.day(editedAt)}</time>`)
          .join("")}</a>`;
  if (reading === null) {
    const said = tallies(frame, post);
    return said === "" && edited === "" ? "" : `<footer class="about">${said}${edited}</footer>\n`;
  }
  const own = post.authorId === reading.viewerId;
  const counts = own ? tallies(frame, post) : pressable(frame, post, opening, by, reading);
  return `<footer class="about" data-post="${post.id}">${counts}${ways(frame, post, opening, by, reading, own)}${edited}</footer>\n`;
}

/** A post's small line alone, after something was done with it. */
export function postFooter(
  frame: Frame,
  { post, thread, marks }: { post: ThreadPost; thread: ThreadFacts; marks: OwnMarks },
  viewerId: string,
  standings: readonly Standing[],
): string {
  const { reply, post: postBy } = frame.words.thread;
  const opening = post.id === thread.id;
  const name = escaped(callName({ name: post.authorName, username: "" }));
  const reading = { viewerId, marks, readTo: null, may: doable(thread, standings) };
  return footerHtml(frame, post, opening, opening ? postBy(name) : reply(name), reading);
}

function tallies({ words }: Frame, { helpful, worked, reactions }: ThreadPost): string {
  const { helpfulCount, workedCount } = words.thread;
  return (
    (helpful === 0 ? "" : `<span class="helpful">${helpfulCount(helpful)}</span> `) +
    (worked === 0 ? "" : `<span class="worked">${workedCount(worked)}</span> `) +
    reactions
      .slice(0, MOST_REACTIONS)
      .map(({ emoji, n }) => `<span class="reaction">${escaped(emoji)} ${n}</span> `)
      .join("")
  );
}

/** Counts that are buttons. */
function pressable(frame: Frame, post: ThreadPost, opening: boolean, by: string, { marks, may: can }: Reading): string {
  const words = frame.words.thread;
  const { id, helpful, worked, reactions } = post;
  const up = marks.votes.get(id) === "up";
  const mine = marks.reactions.get(id) ?? [];
  let out = `<form class="acts" method="post" action="/posts/${id}/${up ? "unvote" : "vote"}"><button class="act helpful" name="kind" value="up" aria-pressed="${up}">${
    helpful === 0 ? words.helpful : words.helpfulCount(helpful)
  }<span class="vh">: ${by}</span></button>`;
  if (can.worked === (opening ? "opening" : "replies") && (worked > 0 || post.accepted))
    out += workedButton(frame, post, marks);
  else if (worked > 0) out += `<span class="worked">${words.workedCount(worked)}</span>`;
  for (const { emoji, n } of reactions.slice(0, MOST_REACTIONS)) {
    out += isEmoji(emoji)
      ? reactionButton(id, emoji, mine.includes(emoji), `${emoji} ${n}`)
      : `<span class="reaction">${escaped(emoji)} ${n}</span>`;
  }
  return `${out}</form> `;
}

/** `emoji` is one: it needs no escaping. */
function reactionButton(id: string, emoji: string, pressed: boolean, text: string): string {
  return `<button class="act reaction" formaction="/posts/${id}/react" name="${pressed ? "back" : "emoji"}" value="${emoji}" aria-pressed="${pressed}">${text}</button>`;
}

function workedButton({ words }: Frame, { id, worked }: ThreadPost, marks: OwnMarks): string {
  const said = marks.worked.has(id);
  return `<button class="act worked" formaction="/posts/${id}/${said ? "unworked" : "worked"}" aria-pressed="${said}">${words.thread.workedFor(worked)}</button>`;
}

/** Replying, and behind "more" all that is done more seldom. */
function ways(frame: Frame, post: ThreadPost, opening: boolean, by: string, reading: Reading, own: boolean): string {
  const words = frame.words.thread;
  const { marks, may: can } = reading;
  const { id } = post;
  const down = marks.votes.get(id) === "down";
  const link = (where: string, text: string) => `<a class="act" href="/posts/${id}/${where}">${text}</a>`;
  const button = (where: string, text: string, more = "") =>
    `<button class="act" formaction="/posts/${id}/${where}"${more}>${text}</button>`;
  let more = "";
  if (!own) {
    more += `<span class="react" role="group" aria-label="${words.react}">`;
    for (const emoji of EMOJI)
      if (!post.reactions.some((one) => one.emoji === emoji))
        more += `<button class="act" name="emoji" value="${emoji}">${emoji}</button>`;
    more += "</span>";
    if (can.worked === (opening ? "opening" : "replies") && post.worked === 0 && !post.accepted)
      more += workedButton(frame, post, marks);
    if (can.down)
      more += button(down ? "unvote" : "vote", words.notHelpful, ` name="kind" value="down" aria-pressed="${down}"`);
  }
  if (can.accept && !opening)
    more += button(post.accepted ? "unaccept" : "accept", post.accepted ? words.unaccept : words.accept, " data-whole");
  if (post.editedAt !== null) more += link("history", words.history);
  if (own && post.authorHost === null) more += link("edit", words.edit);
  if (own || can.removeOthers) more += link("remove", words.remove);
  return `${can.reply ? `<a class="act" href="/posts/${id}/reply">${words.answer}<span class="vh">: ${by}</span></a> ` : ""}${
    more === ""
      ? ""
      : `<details class="also" name="also"><summary class="act">${words.more}<span class="vh">: ${by}</span></summary><form class="panel" method="post" action="/posts/${id}/react">${more}</form></details> `
  }`;
}
