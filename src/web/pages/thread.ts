/** A thread: a chapter with its margin. */
import { html, raw } from "hono/html";
import type { ShownPoll } from "../../../db/views/poll.ts";
import { MOST_COUNTED, REPLIES_PER_PAGE, type ThreadPage } from "../../../db/views/thread.ts";
import type { Keeping, ThreadReader } from "../../../db/views/thread-reader.ts";
import { MOST_NEW } from "../../../db/views/thread-reader.ts";
import { textOf } from "../../base/text/sanitize.ts";
import type { Reading } from "../parts/acts.ts";
import { clothOf, pictureOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { copyable } from "../parts/follow.ts";
import { icon } from "../parts/icon.ts";
import { keepingForms, type Looking } from "../parts/keeping.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, nameElement, shownHost, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { pollPart } from "../parts/poll.ts";
import { Bylines, type Pen, postHtml } from "../parts/post.ts";
import { ORDERS, type Order, replyLists } from "../parts/replies.ts";
import { repliesInWords } from "../parts/words.ts";
import type { Html } from "../site.ts";

/** Below so many replies their order is not worth a choice. */
const WORTH_ORDERING = 3;

/** What a signed-in reader's page has besides everybody's. */
export interface ForReader {
  reading: Reading;
  reader: ThreadReader;
  /** What they may do with the thread, and what they choose from. */
  looking: Looking;
  keeping: Keeping | null;
}

export interface ThreadProps {
  thread: ThreadPage;
  /** This page's own address. */
  path: string;
  order: Order;
  /** Null: a visitor. */
  forReader: ForReader | null;
  /** What it asks, where it is a poll. */
  poll: ShownPoll | null;
}

/** Stands where the replies go: the one character that no text of a page can hold, because Postgres holds none. */
const REPLIES = "\0";

/** The whole page, in pieces: what stands before the replies, each of these, and what stands after them. */
export function threadPage(frame: Frame, { thread, path, order, forReader, poll }: ThreadProps): string[] {
  const words = frame.words.thread;
  const home = `/c/${thread.community.slug}/t/${thread.id}`;
  const pen: Pen = { frame, bylines: new Bylines(), reading: forReader?.reading ?? null };
  const next = thread.next === null ? undefined : `${home}?after=${thread.next}`;
  const previous =
    thread.previous === null ? undefined : thread.previous === "" ? home : `${home}?after=${thread.previous}`;
  const main = html`<div class="chapter">
<header class="chapter-title">
<p class="eyebrow"><a href="/c/${thread.community.slug}">${thread.community.name}</a></p>
<h1><bdi>${thread.title}</bdi></h1>
${thread.opening ? "" : html`<p class="facts">${words.begunBy(nameElement(thread.openedBy), thread.page, thread.pages, html`<a href="${home}">${words.readFromBeginning}</a>`)}</p>`}
${thread.opening ? stateLine(frame, thread) : ""}${elsewhere(frame, thread)}${forReader ? keepingForms(frame, thread, home, forReader) : ""}</header>
${thread.opening ? openingPost(thread, pen) : ""}
${poll ? pollPart(frame, { poll, thread, signedIn: forReader !== null }) : ""}${acceptedAnswers(thread, pen)}
<section aria-labelledby="replies">
<div class="answers-head"><h2 id="replies">${repliesHeading(frame, thread)}</h2></div>
${aboveReplies(frame, thread, home, order, forReader)}${raw(REPLIES)}
${next === undefined ? arrivals(thread) : ""}</section>
${pager(
  words.pages,
  previous === undefined ? null : { href: previous, text: words.back(thread.page - 1) },
  next === undefined ? null : { href: next, text: words.onward(thread.page + 1) },
)}
${answerSection(frame, thread, home, forReader)}
${forReader ? html`<p class="done" role="status" data-done data-failed="${words.failed}"></p>\n` : ""}</div>`;
  const [before = "", after = ""] = layout(
    frame,
    {
      title: thread.opening ? thread.title : words.titleOfPage(thread.title, thread.page),
      description: describe(frame, thread),
      path,
      kind: "article",
      objectId: thread.openingUri,
      ...(thread.community.slug.includes("@")
        ? {}
        : { feed: { path: `${home}/feed.atom`, title: words.repliesTo(thread.title) } }),
      cloth: clothOf(thread.community.slug, thread.community.colour),
      ...pictureOf(thread.community),
      scripts: ["copy", "thread"],
      unlisted: !thread.opening || order !== "oldest",
      ...(thread.opening ? { publishedAt: thread.opening.publishedAt } : {}),
      previous,
      next,
    },
    main,
  ).split(REPLIES);
  const { id: threadId, replies, parentsElsewhere } = thread;
  return [before, ...replyLists({ threadId, replies, parentsElsewhere, order, pen }), after];
}

function openingPost({ opening, title }: ThreadPage, pen: Pen): Html | "" {
  if (!opening) return "";
  return raw(postHtml(opening, pen, { opening: true, content: withoutTitle(opening.content, title) }));
}

/** A thread in a community of another server: what is here of it may not be all. */
function elsewhere({ words: { remote: words } }: Frame, { community, openingUri }: ThreadPage): Html | "" {
  const host = community.slug.split("@")[1];
  if (host === undefined) return "";
  const original = webAddress(openingUri);
  const name = html`<bdi>${shownHost(host)}</bdi>`;
  return html`<p class="facts">${words.threadIn(name)}${original ? html` <a href="${original}" rel="nofollow">${words.openThread}</a>` : ""}</p>
`;
}

/** What kind of thread it is and what has become of it; nothing about a plain discussion. */
function stateLine({ words: { thread: words } }: Frame, thread: ThreadPage): Html | "" {
  const state = [
    ...(thread.kind === "discussion" ? [] : [words.kinds[thread.kind]]),
    ...(thread.answers.length > 0 ? [words.answered] : []),
    ...(thread.pinned ? [words.pinned] : []),
    ...(thread.locked ? [words.locked] : []),
  ];
  const link = thread.kind === "link" && thread.linkUrl !== null ? webAddress(thread.linkUrl) : null;
  const topics = thread.topics.map(
    ({ slug, name }) => html`<li><a href="/c/${thread.community.slug}/topics/${slug}">${name}</a></li>`,
  );
  if (state.length === 0 && topics.length === 0 && link === null) return "";
  return html`<div class="thread-state">
${state.length === 0 ? "" : html`<p>${state.join(", ")}</p>`}
${link === null ? "" : html`<p>${words.link(html`<a href="${link}" rel="nofollow noopener noreferrer ugc"><bdi>${shortened(link)}</bdi></a>`)}</p>`}
${topics.length === 0 ? "" : html`<ul aria-label="${words.topics}">${topics}</ul>`}
</div>
`;
}

function shortened(link: string): string {
  const { host, pathname } = new URL(link);
  const path = pathname === "/" ? "" : pathname;
  return path.length > 40 ? `${host}${path.slice(0, 39)}…` : host + path;
}

/** Whole, right under the question. */
function acceptedAnswers(thread: ThreadPage, pen: Pen): Html | "" {
  if (thread.answers.length === 0) return "";
  const here = new Set(thread.replies.map((post) => post.id));
  const posts = thread.answers.map((post) =>
    postHtml(post, pen, { placeAt: here.has(post.id) ? `#p-${post.id}` : `/posts/${post.id}` }),
  );
  return html`<section class="accepted" aria-labelledby="accepted">
<h2 id="accepted">${pen.frame.words.thread.acceptedAnswers(posts.length)}</h2>
${raw(posts.join("\n"))}
</section>`;
}

function repliesHeading(frame: Frame, thread: ThreadPage): Html | unknown[] {
  const words = frame.words.thread;
  const { replyCount, page, pages, replies, title } = thread;
  if (replyCount === 0) return html`<span class="count">${words.nobodyYetTitle}</span>`;
  const first = (page - 1) * REPLIES_PER_PAGE;
  const part =
    pages > 1
      ? words.repliesFromTo(first + 1, first + replies.length, replyCount)
      : repliesInWords(frame, replyCount, MOST_COUNTED);
  return words.countTo(html`<span class="count">${part}</span>`, html`<bdi>${title}</bdi>`);
}

/** What is new to the reader, and the choice of order: on threads of one page, since pages are in reading order. */
function aboveReplies(
  { words: { thread: words } }: Frame,
  thread: ThreadPage,
  home: string,
  order: Order,
  forReader: ForReader | null,
): Html | "" {
  const news = forReader?.reader.news;
  const sortable = thread.pages === 1 && thread.replies.length >= WORTH_ORDERING;
  const isNew = news !== undefined && news.count > 0 && news.first !== null;
  if (!sortable && !isNew) return "";
  return html`<div class="above-replies">
${
  isNew
    ? html`<p class="news">${words.newSince(news.count, MOST_NEW)}: <a href="${
        thread.replies.some((post) => post.id === news.first) ? `#p-${news.first}` : `/posts/${news.first}`
      }">${words.firstNew}</a></p>`
    : ""
}
${
  sortable
    ? html`<nav class="orders" aria-label="${words.order}"><ul>${ORDERS.map(
        (one) =>
          html`<li><a href="${home}${one === "oldest" ? "" : `?sort=${one}`}#replies"${one === order ? raw(' aria-current="true"') : ""}>${words.orders[one]}</a></li>`,
      )}</ul></nav>`
    : ""
}
</div>
`;
}

/** Where a script says that more replies have come; it stays empty without one. */
function arrivals(thread: ThreadPage): Html {
  const newest = thread.replies.reduce((last, { id }) => (BigInt(id) > BigInt(last) ? id : last), thread.id);
  return html`<p class="arrivals" role="status" data-live="/live?thread=${thread.id}&amp;after=${newest}"></p>\n`;
}

function answerSection(frame: Frame, thread: ThreadPage, home: string, forReader: ForReader | null): Html {
  const words = frame.words.thread;
  const mayReply = forReader ? forReader.reading.may.reply : !thread.locked;
  const title = thread.locked ? words.closed : thread.replyCount === 0 ? words.beFirst : words.answerIt;
  return html`<section class="section answer" aria-labelledby="answer">
<h2 id="answer">${title}</h2>
<div>
${thread.locked ? html`<p>${words.closedWhy}</p>` : ""}
${forReader && mayReply ? html`<p><a class="button" href="/posts/${thread.id}/reply">${words.answerHere}</a></p>` : ""}
${
  thread.locked
    ? ""
    : html`${forReader ? "" : html`<p>${words.signInToAnswer(html`<a href="/sign-in?next=${encodeURIComponent(`/posts/${thread.id}/reply`)}">${words.signInWord}</a>`)}</p>`}
<p>${words.fromElsewhere}</p>
<p class="handle">${copyable(frame, thread.openingUri, words.address)}</p>`
}
${thread.community.slug.includes("@") ? "" : html`<p class="aside"><a href="${home}/feed.atom">${icon(frame.assets, "feed")}${words.repliesFeed}</a></p>`}
</div>
</section>`;
}

function describe(frame: Frame, thread: ThreadPage): string {
  const begun = frame.words.thread.conversationIn(thread.community.name, callName(thread.openedBy));
  if (thread.opening === null || thread.opening.warning !== "") return begun;
  return glimpse(thread.opening.content.slice(0, 2_000), 200, thread.title) || begun;
}

/**
 * The opening post without its first line, when that says just what the title says already, as it does where the title was made from
 * it. A line that links anywhere but to people stays.
 */
export function withoutTitle(content: string, title: string): string {
  const [, line = "", end, after = ""] = /^<p>(.*?)(<br ?\/?>|<\/p>)\s*(.*)$/s.exec(content) ?? [];
  const rest = end === "</p>" ? after : `<p>${after}`;
  const links = line.match(/<a\b[^>]*>/g) ?? [];
  if (after === "" || links.some((link) => !/ class="[^"]*\bmention\b/.test(link))) return content;
  // What is emphasised or quoted goes on after it.
  if (line.split("</").length !== line.split(/<[a-z]/).length) return content;
  const said = textOf(line).replace(/^(?:\s*[@!][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.:-]+)?[\s,;:–—]*)+/u, "");
  return said.trim() === title ? rest : content;
}
