/** A thread: a chapter with its margin. */
import { html, raw } from "hono/html";
import { MOST_COUNTED, REPLIES_PER_PAGE, type ThreadPage, type ThreadPost } from "../../../db/views/thread.ts";
import { textOf } from "../../base/text/sanitize.ts";
import { clothOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { copyable } from "../parts/follow.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, nameElement } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { Bylines, postHtml } from "../parts/post.ts";
import { replyLists } from "../parts/replies.ts";
import { number, repliesInWords } from "../parts/words.ts";
import type { Html } from "../site.ts";

/** `path` is this page's own address. */
export function threadPage(frame: Frame, thread: ThreadPage, path: string): string {
  const home = `/c/${thread.community.slug}/t/${thread.id}`;
  const bylines = new Bylines();
  const next = thread.next === null ? undefined : `${home}?after=${thread.next}`;
  const previous =
    thread.previous === null ? undefined : thread.previous === "" ? home : `${home}?after=${thread.previous}`;
  const main = html`<div class="chapter">
<header class="chapter-title">
<p class="eyebrow"><a href="/c/${thread.community.slug}">${thread.community.name}</a></p>
<h1><bdi>${thread.title}</bdi></h1>
${thread.opening ? "" : html`<p class="facts">Begun by ${nameElement(thread.openedBy)}. This is page ${number(thread.page)} of ${number(thread.pages)}: <a href="${home}">read from the beginning</a>.</p>`}
</header>
${thread.opening ? openingPost(thread.opening, thread.title, bylines) : ""}
<section aria-labelledby="replies">
<div class="answers-head"><h2 id="replies">${repliesHeading(thread)}</h2></div>
${replyLists({ threadId: thread.id, replies: thread.replies, parentsElsewhere: thread.parentsElsewhere, bylines })}
</section>
${pager(
  "Pages of this thread",
  previous === undefined ? null : { href: previous, text: `Back to page ${number(thread.page - 1)}` },
  next === undefined ? null : { href: next, text: `Continue on page ${number(thread.page + 1)}` },
)}
<section class="section answer" aria-labelledby="answer">
<h2 id="answer">${thread.replyCount === 0 ? "Be the first to answer" : "Answer it"}</h2>
<div>
<p>From your own server: paste this address into its search, and reply to what it finds. Your answer then stands here too.</p>
<p class="handle">${copyable(frame, thread.openingUri, "the address of this thread")}</p>
<p class="aside"><a href="${home}/feed.atom">${icon(frame.assets, "feed")}New replies as a feed</a></p>
</div>
</section>
</div>`;
  const page = thread.opening ? "" : `, page ${number(thread.page)}`;
  return layout(
    frame,
    {
      title: thread.title + page,
      description: describe(thread),
      path,
      kind: "article",
      objectId: thread.openingUri,
      feed: { path: `${home}/feed.atom`, title: `Replies to “${thread.title}”` },
      cloth: clothOf(thread.community.slug),
      scripts: ["copy"],
      unlisted: !thread.opening,
      ...(thread.opening ? { publishedAt: thread.opening.publishedAt } : {}),
      previous,
      next,
    },
    main,
  );
}

function openingPost(opening: ThreadPost, title: string, bylines: Bylines): Html {
  return raw(postHtml(opening, bylines, { opening: true, content: withoutTitle(opening.content, title) }));
}

function repliesHeading(thread: ThreadPage): Html {
  const words = repliesInWords(thread.replyCount, MOST_COUNTED);
  if (thread.replyCount === 0) return html`<span class="count">Nobody has replied yet</span>`;
  const first = (thread.page - 1) * REPLIES_PER_PAGE;
  const part =
    thread.pages > 1
      ? html`Replies ${number(first + 1)} to ${number(first + thread.replies.length)} of ${number(thread.replyCount)}`
      : words;
  return html`<span class="count">${part}</span> to <bdi>${thread.title}</bdi>`;
}

function describe(thread: ThreadPage): string {
  const begun = `A conversation in ${thread.community.name}, begun by ${callName(thread.openedBy)}`;
  if (thread.opening === null || thread.opening.warning !== "") return `${begun}.`;
  return glimpse(thread.opening.content.slice(0, 2_000), 200, thread.title) || `${begun}.`;
}

/**
 * The opening post without its first paragraph, when that says just what the title says already, as it does where the title was made from
 * it. A paragraph that links anywhere but to people stays.
 */
export function withoutTitle(content: string, title: string): string {
  const end = content.indexOf("</p>");
  if (!content.startsWith("<p>") || end === -1) return content;
  const paragraph = content.slice(0, end + 4);
  const rest = content.slice(end + 4).trimStart();
  const links = paragraph.match(/<a\b[^>]*>/g) ?? [];
  if (rest === "" || links.some((link) => !/ class="[^"]*\bmention\b/.test(link))) return content;
  const said = textOf(paragraph).replace(/^(?:\s*[@!][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.:-]+)?[\s,;:–—]*)+/u, "");
  return said.trim() === title ? rest : content;
}
