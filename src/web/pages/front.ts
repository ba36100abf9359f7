/** The front page: the communities of this server as a shelf, and what was started last. */
import { html } from "hono/html";
import type { FrontPage, ShelvedCommunity } from "../../../db/views/front.ts";
import { book, clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { dayElement } from "../parts/words.ts";
import type { Html } from "../site.ts";

/** The front page of `frame.host`. */
export function frontPage(frame: Frame, { communities, newest }: FrontPage, command: string): string {
  const description =
    "Communities of people who learn what they do from each other. Follow any of them from wherever you already are.";
  const main = html`<header class="front-title">
<h1>${frame.host}</h1>
<p class="lede">Communities of people who learn what they do from each other. Follow any of them from Mastodon, Lemmy or wherever you already are.</p>
</header>
${communities.length === 0 ? emptyShelf(frame.host, command) : shelf(communities)}
${
  newest.length === 0
    ? ""
    : html`<section class="section" aria-labelledby="newest">
<h2 id="newest">Started last</h2>
${threadList(newest, { mixed: true })}
</section>`
}`;
  return layout(frame, { title: frame.host, description, path: "/" }, main);
}

function shelf(communities: readonly ShelvedCommunity[]): Html {
  return html`<section class="section wide" aria-labelledby="shelf">
<h2 id="shelf" class="vh">Communities</h2>
<ul class="shelf">${communities.map(
    (community) => html`<li class="${clothOf(community.slug)}">
${book(community)}
<div>
<h3><a href="/c/${community.slug}">${community.name}</a></h3>
${community.summary === "" ? "" : html`<p>${community.summary}</p>`}
<p class="when">${community.activeAt === null ? "Waiting for its first conversation" : html`Last spoken in on ${dayElement(community.activeAt)}`}</p>
</div>
</li>
`,
  )}</ul>
</section>`;
}

function emptyShelf(host: string, command: string): Html {
  return html`<section class="section" aria-labelledby="next">
<h2 id="next">The shelf is empty</h2>
<div class="prose">
<p>This server runs, and nobody has founded a community on it yet. If it is yours, found the first one on the machine where it runs, in the program’s folder:</p>
<pre><code>${command} community create welding --name "Welding"</code></pre>
<p>The community then stands here, and anyone on the fediverse can follow <code>@welding@${host}</code> from their own server.</p>
</div>
</section>`;
}
