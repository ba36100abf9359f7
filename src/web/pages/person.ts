/** The short card of somebody who wrote here: their name, their server, and what they wrote. */
import { html } from "hono/html";
import type { PersonPage, WrittenPost } from "../../../db/views/person.ts";
import { cutAtWord, oneLine } from "../../base/text/characters.ts";
import { plainText } from "../../base/text/sanitize.ts";
import { clothOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf, nameElement, shownHost, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { dayElement } from "../parts/words.ts";
import type { Html } from "../site.ts";

const LONGEST_SUMMARY = 600;

/** `path` is this page's own address. */
export function personPage(frame: Frame, person: PersonPage, path: string): string {
  const name = callName(person);
  const handle = handleOf(person, frame.host);
  const summary = cutAtWord(plainText(person.summary.slice(0, 20_000)).replace(/\n{2,}/g, "\n"), LONGEST_SUMMARY);
  const url = webAddress(person.url);
  const where = person.host === null ? frame.host : shownHost(person.host);
  const older = person.older === null ? undefined : `/people/${person.id}?before=${person.older}`;
  const main = html`<header class="person">
<p class="eyebrow">${person.bot ? "A program that writes here" : "Writes here"} from ${where}</p>
<h1>${nameElement(person)}</h1>
<p class="handle"><bdi>${handle}</bdi></p>
${person.first && summary !== "" ? html`<p class="lede" dir="auto">${summary}</p>` : ""}
${url ? html`<p><a href="${url}" rel="nofollow noopener noreferrer">${icon(frame.assets, "out")}Their own page on ${where}</a></p>` : ""}
</header>
<section class="section" aria-labelledby="written">
<h2 id="written">${person.first ? "Written here" : "Written here before"}</h2>
<ol class="threads">${byThread(person.posts).map(written)}</ol>
</section>
${pager("Pages of posts", person.first ? null : { href: `/people/${person.id}`, text: "From the newest" }, older === undefined ? null : { href: older, text: "Older posts" })}`;
  return layout(
    frame,
    {
      title: name,
      description: `What ${name} (${handle}) wrote on ${frame.host}.`,
      path,
      kind: "profile",
      objectId: person.uri,
      unlisted: true,
      next: older,
    },
    main,
  );
}

/** What they wrote one after the other in the same thread stands together. */
function byThread(posts: readonly WrittenPost[]): WrittenPost[][] {
  const groups: WrittenPost[][] = [];
  for (const post of posts) {
    const last = groups.at(-1);
    if (last?.[0]?.threadId === post.threadId) last.push(post);
    else groups.push([post]);
  }
  return groups;
}

function written(posts: WrittenPost[]): Html {
  const [newest] = posts as [WrittenPost];
  const replies = posts.filter((post) => post.id !== post.threadId).length;
  const started = replies < posts.length;
  const did =
    replies === 0
      ? "started it"
      : `${started ? "started it, " : ""}${replies === 1 ? "replied" : `replied ${replies} times`}`;
  return html`<li class="listed ${clothOf(newest.slug)}">
<h3><a href="/c/${newest.slug}/t/${newest.threadId}"><bdi>${newest.title}</bdi></a></h3>
<ul class="sayings">${posts.map(saying)}</ul>
<p class="by"><span class="in">in <a href="/c/${newest.slug}">${newest.communityName}</a></span></p>
<p class="margin"><span class="state">${did}</span> <span class="when">${posts.length > 1 ? "last " : ""}${dayElement(newest.publishedAt)}</span></p>
</li>
`;
}

function saying(post: WrittenPost): Html {
  const opening = post.id === post.threadId;
  const line =
    post.warning === ""
      ? glimpse(post.glimpse, 220, opening ? post.title : "")
      : `Content warning: ${oneLine(post.warning)}`;
  const lang = post.language ? html` lang="${post.language}"` : "";
  return html`<li dir="auto"${lang}><a href="/posts/${post.id}">${line || (opening ? "The opening post" : "A reply without words")}</a></li>`;
}
