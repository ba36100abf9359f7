/** One post in a thread: the words in the text, what is said about them in the margin. */
import { html, raw } from "hono/html";
import type { ThreadAttachment, ThreadPost } from "../../../db/views/thread.ts";
import { oneLine } from "../../base/text/characters.ts";
import { displayHost } from "../../base/text/names.ts";
import type { Html } from "../site.ts";
import { callName } from "./names.ts";
import { clock, day, number } from "./words.ts";

/** An author as every one of their posts on a page shows them: made once per page. */
export interface Byline {
  name: string;
  /** Null: somebody of this server. */
  host: string | null;
  who: Html;
}

/** A thread of 500 replies has far fewer authors: their names are checked and escaped once. */
export class Bylines {
  readonly #made = new Map<string, Byline>();

  of(post: Pick<ThreadPost, "authorId" | "authorName" | "authorUsername" | "authorHost">): Byline {
    let byline = this.#made.get(post.authorId);
    if (!byline) {
      const name = callName({ name: post.authorName, username: post.authorUsername });
      const host = post.authorHost === null ? null : displayHost(post.authorHost);
      const from = host === null ? "" : html` <span class="from">${host}</span>`;
      byline = { name, host, who: html`<a class="who" href="/people/${post.authorId}"><bdi>${name}</bdi></a>${from}` };
      this.#made.set(post.authorId, byline);
    }
    return byline;
  }
}

/** Whom a reply answers, where its place alone does not show it. */
export interface Answered {
  href: string;
  /** Plain text; null: somebody whose words are not shown any more. */
  name: string | null;
  elsewhere: boolean;
}

const TAKEN = {
  removed: "Removed by its author.",
  gone: "Removed with its author’s account.",
  blocked: "Not shown here: this server does not talk with its author’s.",
};

/** The opening post or a reply; `content` may stand in for the post's own. */
export function postElement(
  post: ThreadPost,
  bylines: Bylines,
  options: { opening?: boolean; answered?: Answered | null; content?: string } = {},
): Html {
  const { opening = false, answered = null } = options;
  if (post.state !== "shown") {
    return html`<article class="post taken" id="p-${post.id}"><div class="words"><p>${TAKEN[post.state]}</p></div></article>`;
  }
  const { name, host, who } = bylines.of(post);
  const kind = opening ? "post" : "reply";
  const at = new Date(post.publishedAt).toISOString();
  return html`<article class="post${opening ? " opening" : ""}" id="p-${post.id}">
<header class="said">${who}${answered ? answeredElement(answered) : ""} <a class="when" href="#p-${post.id}"><time datetime="${at}">${day(post.publishedAt)}, ${clock(post.publishedAt)}</time><span class="vh">: link to the ${kind} by ${name}</span></a></header>
${words(post, options.content ?? post.content, opening)}
<footer class="about">${
    post.helpful === 0 ? "" : html`<span class="helpful">helpful ${number(post.helpful)}</span> `
  }${post.editedAt === null ? "" : html`<span class="edited">edited <time datetime="${new Date(post.editedAt).toISOString()}">${day(post.editedAt)}</time></span> `}${
    host !== null && /^https?:\/\//i.test(post.url)
      ? html`<a class="source" href="${post.url}" rel="nofollow noopener noreferrer">Open on ${host}<span class="vh">: ${kind} by ${name}</span></a>`
      : ""
  }</footer>
</article>`;
}

function answeredElement({ href, name, elsewhere }: Answered): Html {
  const whom = name === null ? "a post that is gone" : html`<bdi>${name}</bdi>`;
  return html` <span class="answers">answers <a href="${href}">${whom}</a>${elsewhere ? ", on an earlier page" : ""}</span>`;
}

/** Sanitised words as they came, behind their warning if there is one, with what is attached. */
function words(post: ThreadPost, content: string, opening: boolean): Html {
  const lang = post.language ? html` lang="${post.language}"` : "";
  const initial = opening && content.length > 400 && /^<p>\p{Script=Latin}/u.test(content) ? " initial" : "";
  const attached = post.attachments && post.attachments.length > 0 ? attachments(post.attachments) : "";
  if (post.warning !== "") {
    return html`<div class="words"><details class="warning"><summary><span>Content warning:</span> <bdi>${oneLine(post.warning)}</bdi></summary>
<div class="prose" dir="auto"${lang}>${raw(content)}</div>${attached}</details></div>`;
  }
  return html`<div class="words"><div class="prose${initial}" dir="auto"${lang}>${raw(content)}</div>${attached}</div>`;
}

/** Pictures by https are shown, from where they are; everything else is a link. */
function attachments(list: readonly ThreadAttachment[]): Html {
  return html`<ul class="attachments">${list.slice(0, 32).map((attachment) => {
    if (!/^https?:\/\//i.test(attachment.url)) return "";
    const alt = oneLine(attachment.description ?? "");
    const kind = /^(image|video|audio)/i.exec(attachment.mediaType ?? "")?.[1]?.toLowerCase();
    if (kind === "image" && /^https:/i.test(attachment.url)) {
      return html`<li><figure><a href="${attachment.url}" rel="nofollow noopener noreferrer"><img src="${attachment.url}" alt="${alt || "Picture without a description"}" loading="lazy" decoding="async" referrerpolicy="no-referrer"></a>${
        alt === "" ? "" : html`<figcaption aria-hidden="true">${alt}</figcaption>`
      }</figure></li>`;
    }
    const what = { image: "Picture", video: "Video", audio: "Recording" }[kind ?? ""] ?? "File";
    const where = URL.parse(attachment.url)?.host ?? "";
    return html`<li class="file"><a href="${attachment.url}" rel="nofollow noopener noreferrer">${what}${alt === "" ? ` on ${displayHost(where)}` : html`: <bdi>${alt}</bdi>`}</a></li>`;
  })}</ul>`;
}
