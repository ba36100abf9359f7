/** One post in a thread: the words in the text, what is said about them in the margin. */
import { html } from "hono/html";
import type { ThreadAttachment, ThreadPost } from "../../../db/views/thread.ts";
import { oneLine } from "../../base/text/characters.ts";
import { plainName, shownHost } from "./names.ts";
import { clock, day, minute, number } from "./words.ts";

/** An author as every one of their posts on a page shows them: made once per page, escaped. */
export interface Byline {
  name: string;
  /** Null: somebody of this server. */
  host: string | null;
}

/** A thread of 500 replies has far fewer authors: their names are checked and escaped once. */
export class Bylines {
  readonly #made = new Map<string, Byline>();

  of(post: Pick<ThreadPost, "authorId" | "authorName" | "authorHost">): Byline {
    let byline = this.#made.get(post.authorId);
    if (!byline) {
      const host = post.authorHost === null ? null : escaped(shownHost(post.authorHost));
      byline = { name: escaped(plainName(post.authorName)), host };
      this.#made.set(post.authorId, byline);
    }
    return byline;
  }
}

/** Whom a reply answers, where its place alone does not show it. */
export interface Answered {
  href: string;
  /** Escaped; null: somebody whose words are not shown any more. */
  name: string | null;
  elsewhere: boolean;
}

const TAKEN = {
  removed: "Removed by its author.",
  gone: "Removed with its author’s account.",
  blocked: "Not shown here: this server does not talk with its author’s.",
};

/** Text fit for an element or a quoted attribute. */
export function escaped(text: string): string {
  return /[&<>"']/.test(text) ? String(html`${text}`) : text;
}

/**
 * The opening post or a reply, as escaped HTML; `content` may stand in for the post's own. Written with plain template strings, since a page
 * may hold 500: whatever goes in is escaped here, sanitised before it was kept, or made of digits.
 */
export function postHtml(
  post: ThreadPost,
  bylines: Bylines,
  options: { opening?: boolean; answered?: Answered | null; content?: string } = {},
): string {
  const { id } = post;
  if (post.state !== "shown") {
    return `<article class="post taken" id="p-${id}"><div class="words"><p>${TAKEN[post.state]}</p></div></article>`;
  }
  const { opening = false, answered = null } = options;
  const { name, host } = bylines.of(post);
  const by = `${opening ? "post" : "reply"} by ${name}`;
  return `<article class="post${opening ? " opening" : ""}" id="p-${id}">
<header class="said"><a class="who" href="/people/${post.authorId}"><bdi>${name}</bdi></a> ${source(post.url, host, by)}${
    answered === null ? "" : answeredHtml(answered)
  }<a class="when" href="#p-${id}"><time datetime="${minute(post.publishedAt)}">${day(post.publishedAt)}, ${clock(post.publishedAt)}</time></a></header>
${wordsHtml(post, options.content ?? post.content, opening)}${aboutHtml(post)}</article>`;
}

/** The author's server, and the way to the original there. */
function source(url: string, host: string | null, by: string): string {
  if (host === null) return "";
  if (!/^https?:\/\//i.test(url)) return `<span class="source">${host}</span> `;
  return `<a class="source" href="${escaped(url)}" rel="nofollow"><span class="vh">Open on </span>${host}<span class="vh">: ${by}</span></a> `;
}

function answeredHtml({ href, name, elsewhere }: Answered): string {
  const whom = name === null ? "a post that is gone" : `<bdi>${name}</bdi>`;
  return `<span class="answers">answers <a href="${href}">${whom}</a>${elsewhere ? ", on an earlier page" : ""}</span> `;
}

function aboutHtml({ helpful, editedAt }: ThreadPost): string {
  if (helpful === 0 && editedAt === null) return "";
  const votes = helpful === 0 ? "" : `<span class="helpful">helpful ${number(helpful)}</span> `;
  const edited =
    editedAt === null
      ? ""
      : `<span class="edited">edited <time datetime="${minute(editedAt)}">${day(editedAt)}</time></span>`;
  return `<footer class="about">${votes}${edited}</footer>\n`;
}

/** Sanitised words as they came, behind their warning if there is one, with what is attached. */
function wordsHtml(post: ThreadPost, content: string, opening: boolean): string {
  const initial = opening && content.length > 400 && /^<p>\p{Script=Latin}/u.test(content) ? " initial" : "";
  const lang = post.language ? ` lang="${escaped(post.language)}"` : "";
  const attached = post.attachments && post.attachments.length > 0 ? attachments(post.attachments) : "";
  if (post.warning === "" && attached === "")
    return `<div class="words prose${initial}" dir="auto"${lang}>${content}</div>\n`;
  const prose = `<div class="prose${initial}" dir="auto"${lang}>${content}</div>${attached}`;
  if (post.warning === "") return `<div class="words">${prose}</div>\n`;
  return `<div class="words"><details class="warning"><summary><span>Content warning:</span> <bdi>${escaped(oneLine(post.warning))}</bdi></summary>
${prose}</details></div>\n`;
}

/** Pictures by https are shown, from where they are; everything else is a link. */
function attachments(list: readonly ThreadAttachment[]): string {
  const items = list.slice(0, 32).map((attachment) => {
    if (!/^https?:\/\//i.test(attachment.url)) return "";
    const alt = oneLine(attachment.description ?? "");
    const kind = /^(image|video|audio)/i.exec(attachment.mediaType ?? "")?.[1]?.toLowerCase();
    if (kind === "image" && /^https:/i.test(attachment.url)) {
      return html`<li><figure><a href="${attachment.url}" rel="nofollow"><img src="${attachment.url}" alt="${alt || "Picture without a description"}" loading="lazy" decoding="async" referrerpolicy="no-referrer"></a>${
        alt === "" ? "" : html`<figcaption aria-hidden="true">${alt}</figcaption>`
      }</figure></li>`;
    }
    const what = { image: "Picture", video: "Video", audio: "Recording" }[kind ?? ""] ?? "File";
    const where = URL.parse(attachment.url)?.host ?? "";
    return html`<li class="file"><a href="${attachment.url}" rel="nofollow">${what}${alt === "" ? ` on ${shownHost(where)}` : html`: <bdi>${alt}</bdi>`}</a></li>`;
  });
  return String(html`<ul class="attachments">${items}</ul>`);
}
