/** The short card of somebody who wrote here: their name, their server, and what they wrote. */
import { html } from "hono/html";
import type { PersonPage, WrittenPost } from "../../../db/views/person.ts";
import { displayHost } from "../../base/text/names.ts";
import { plainText } from "../../base/text/sanitize.ts";
import { clothOf } from "../parts/cloth.ts";
import { glimpse } from "../parts/excerpt.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName, handleOf, nameElement, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { dayElement } from "../parts/words.ts";
import type { Html } from "../site.ts";
import { cutAtWord } from "../../base/text/characters.ts";

const LONGEST_SUMMARY = 600;

/** `path` is this page's own address. */
export function personPage(frame: Frame, person: PersonPage, path: string): Html {
  const name = callName(person);
  const handle = handleOf(person, frame.host);
  const summary = cutAtWord(plainText(person.summary.slice(0, 20_000)), LONGEST_SUMMARY);
  const url = webAddress(person.url);
  const where = person.host === null ? frame.host : displayHost(person.host);
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
<ol class="threads">${person.posts.map(written)}</ol>
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

function written(post: WrittenPost): Html {
  const opening = post.id === post.threadId;
  const line = post.warning === "" ? glimpse(post.glimpse, 220, opening ? post.title : "") : `Content warning: ${post.warning}`;
  return html`<li class="listed ${clothOf(post.slug)}">
<h3><a href="/posts/${post.id}"><bdi>${post.title}</bdi></a></h3>
${line === "" ? "" : html`<p class="line" dir="auto"${post.language ? html` lang="${post.language}"` : ""}>${line}</p>`}
<p class="by"><span class="in">in <a href="/c/${post.slug}">${post.communityName}</a></span></p>
<p class="margin"><span class="state">${opening ? "started it" : "replied"}</span> <span class="when">${dayElement(post.publishedAt)}</span></p>
</li>
`;
}
