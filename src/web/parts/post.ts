/** One post in a thread: the words in the text, what is said about them in the margin. */
import { html } from "hono/html";
import type { ThreadAttachment, ThreadPost } from "../../../db/views/thread.ts";
import { oneLine } from "../../base/text/characters.ts";
import { footerHtml, type Reading } from "./acts.ts";
import { escaped } from "./escape.ts";
import type { Frame } from "./layout.ts";
import { plainName, shownHost } from "./names.ts";
import { minute } from "./words.ts";

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

/** What a page of a thread is written with. */
export interface Pen {
  frame: Frame;
  bylines: Bylines;
  /** Null: a visitor. */
  reading: Reading | null;
}

export interface PostOptions {
  opening?: boolean;
  answered?: Answered | null;
  /** In place of the post's own words. */
  content?: string;
  /** It stands here a second time, as the accepted answer under its question: this is where its place is. */
  placeAt?: string;
}

/**
 * The opening post or a reply, as escaped HTML. Written with plain template strings, since a page may hold 500: whatever goes in is escaped
 * here, sanitised before it was kept, made of digits, or a sentence of ours.
 */
export function postHtml(post: ThreadPost, pen: Pen, options: PostOptions = {}): string {
  const { id } = post;
  const { frame, bylines, reading } = pen;
  const words = frame.words.thread;
  const { opening = false, answered = null, placeAt } = options;
  if (post.state !== "shown") {
    return `<article class="post taken" id="p-${id}"><div class="words"><p>${words.taken[post.state]}</p></div></article>`;
  }
  const { name, host } = bylines.of(post);
  const by = opening ? words.post(name) : words.reply(name);
  const isNew = !opening && reading !== null && reading.readTo !== null && isNewTo(reading, post);
  const mark =
    (post.accepted && placeAt === undefined ? `<span class="mark">${words.accepted}</span> ` : "") +
    (isNew ? `<span class="mark new">${words.isNew}</span> ` : "");
  const at = `<time datetime="${minute(post.publishedAt)}">${frame.times.moment(post.publishedAt)}</time>`;
  const footer =
    placeAt === undefined
      ? footerHtml(frame, post, opening, by, reading)
      : `<footer class="about"><a class="act" href="${placeAt}">${words.inItsPlace}</a></footer>\n`;
  return `<article class="post${opening ? " opening" : ""}${placeAt === undefined ? `" id="p-${id}` : ""}">
<header class="said"><a class="who" href="/people/${post.authorId}"><bdi>${name}</bdi></a> ${source(frame, post.url, host, by)}${
    answered === null ? "" : answeredHtml(frame, answered)
  }<a class="when" href="${placeAt ?? `#p-${id}`}">${at}</a>${mark === "" ? "" : ` ${mark}`}</header>
${wordsHtml(frame, post, options.content ?? post.content, opening)}${footer}</article>`;
}

function isNewTo({ readTo, viewerId }: Reading, post: ThreadPost): boolean {
  return readTo !== null && post.authorId !== viewerId && BigInt(post.id) > readTo;
}

/** The author's server, and the way to the original there. */
function source({ words }: Frame, url: string, host: string | null, by: string): string {
  if (host === null) return "";
  if (!/^https?:\/\//i.test(url)) return `<span class="source">${host}</span> `;
  const text = words.thread.openOn(`</span>${host}<span class="vh">`, by).join("");
  return `<a class="source" href="${escaped(url)}" rel="nofollow"><span class="vh">${text}</span></a> `;
}

function answeredHtml({ words }: Frame, { href, name, elsewhere }: Answered): string {
  const { answers, answersEarlier, somethingGone } = words.thread;
  const whom = `<a href="${href}">${name === null ? somethingGone : `<bdi>${name}</bdi>`}</a>`;
  return `<span class="answers">${(elsewhere ? answersEarlier(whom) : answers(whom)).join("")}</span> `;
}

/** Sanitised words as they came, behind their warning if there is one, with what is attached. */
function wordsHtml(frame: Frame, post: ThreadPost, content: string, opening: boolean): string {
  const initial = opening && content.length > 400 && /^<p>\p{Script=Latin}/u.test(content) ? " initial" : "";
  const lang = post.language ? ` lang="${escaped(post.language)}"` : "";
  const attached = post.attachments && post.attachments.length > 0 ? attachments(frame, post.attachments) : "";
  if (post.warning === "" && attached === "")
    return `<div class="words prose${initial}" dir="auto"${lang}>${content}</div>\n`;
  const prose = `<div class="prose${initial}" dir="auto"${lang}>${content}</div>${attached}`;
  if (post.warning === "") return `<div class="words">${prose}</div>\n`;
  return `<div class="words"><details class="warning"><summary><span>${frame.words.thread.warning}</span> <bdi>${escaped(oneLine(post.warning))}</bdi></summary>
${prose}</details></div>\n`;
}

/** Pictures by https, or of this server, are shown from where they are; everything else is a link. */
function attachments({ words, origin }: Frame, list: readonly ThreadAttachment[]): string {
  const { files, fileOn, fileNamed, noDescription } = words.thread;
  const items = list.slice(0, 32).map((attachment) => {
    if (!/^https?:\/\//i.test(attachment.url)) return "";
    const alt = oneLine(attachment.description ?? "");
    const kind = /^(image|video|audio)/i.exec(attachment.mediaType ?? "")?.[1]?.toLowerCase();
    if (kind === "image" && (/^https:/i.test(attachment.url) || attachment.url.startsWith(`${origin}/`))) {
      return html`<li><figure><a href="${attachment.url}" rel="nofollow"><img src="${attachment.url}" alt="${alt || noDescription}" loading="lazy" decoding="async" referrerpolicy="no-referrer"></a>${
        alt === "" ? "" : html`<figcaption aria-hidden="true">${alt}</figcaption>`
      }</figure></li>`;
    }
    const what = { image: files.image, video: files.video, audio: files.audio }[kind ?? ""] ?? files.other;
    const where = URL.parse(attachment.url)?.host ?? "";
    return html`<li class="file"><a href="${attachment.url}" rel="nofollow">${
      alt === "" ? fileOn(what, shownHost(where)) : fileNamed(what, html`<bdi>${alt}</bdi>`)
    }</a></li>`;
  });
  return String(html`<ul class="attachments">${items}</ul>`);
}
