/** The front page: the communities of this server as a shelf, and what was started last. */
import { html } from "hono/html";
import type { FrontPage, ShelvedCommunity } from "../../../db/views/front.ts";
import { book, clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { dayIn } from "../parts/when.ts";
import type { Html } from "../site.ts";

/** The front page of `frame.host`. `mayFound`: the viewer may found a community. */
export function frontPage(
  frame: Frame,
  { communities, newest }: FrontPage,
  { command, mayFound }: { command: string; mayFound: boolean },
): string {
  const words = frame.words.front;
  const main = html`<header class="front-title">
<h1>${frame.host}</h1>
<p class="lede">${words.lede}</p>
</header>
${communities.length === 0 ? emptyShelf(frame, command, mayFound) : shelf(frame, communities, mayFound)}
${
  newest.length === 0
    ? ""
    : html`<section class="section" aria-labelledby="newest">
<h2 id="newest">${words.newest}</h2>
${threadList(frame, newest, { mixed: true })}
</section>`
}`;
  return layout(frame, { title: frame.host, description: words.description, path: "/" }, main);
}

function shelf(frame: Frame, communities: readonly ShelvedCommunity[], mayFound: boolean): Html {
  const words = frame.words.front;
  return html`<section class="section wide" aria-labelledby="shelf">
<h2 id="shelf" class="vh">${words.communities}</h2>
<ul class="shelf">${communities.map(
    (community) => html`<li class="${clothOf(community.slug, community.colour)}">
${book(community)}
<div>
<h3><a href="/c/${community.slug}">${community.name}</a></h3>
${community.summary === "" ? "" : html`<p dir="auto">${community.summary}</p>`}
<p class="when">${community.activeAt === null ? words.waiting : words.lastSpoken(dayIn(frame, community.activeAt))}</p>
</div>
</li>
`,
  )}</ul>
${mayFound ? html`<p class="aside"><a href="/communities/new">${words.found}</a></p>` : ""}
</section>`;
}

function emptyShelf(frame: Frame, command: string, mayFound: boolean): Html {
  const words = frame.words.front;
  return html`<section class="section" aria-labelledby="next">
<h2 id="next">${words.emptyTitle}</h2>
<div class="prose">
${
  mayFound
    ? html`<p>${words.emptyMember}</p>
<p><a class="button" href="/communities/new">${words.found}</a></p>`
    : html`<p>${words.emptyOperator}</p>
<pre class="command"><code>${wordByWord(`${command} community create welding --name "Welding"`)}</code></pre>
${frame.viewer === null ? html`<p>${frame.words.signIn.setupFront}</p>` : ""}`
}
<p>${words.emptyThen(html`<code>@welding@${frame.host}</code>`)}</p>
</div>
</section>`;
}

/** A command breaks between its words only: a line that ends in a hyphen would be read as another one. */
function wordByWord(command: string): Html {
  return html`${command.split(" ").map((word, at) => html`${at === 0 ? "" : " "}<span>${word}</span>`)}`;
}
