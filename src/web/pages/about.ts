/** About this server: what it is, what it runs, how to reach what is on it, and what it keeps of you. */
import { html } from "hono/html";
import type { ShelvedCommunity } from "../../../db/views/front.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { handleOf } from "../parts/names.ts";

/** The about page of `frame.host`. */
export function aboutPage(frame: Frame, communities: readonly ShelvedCommunity[]): string {
  const { host, version } = frame;
  const main = html`<header class="plain-title">
<h1>About ${host}</h1>
<p class="lede">A commonplace book is where people keep what they have learned; a common place is where they meet. This server is both.</p>
</header>
<section class="section" aria-labelledby="what"><h2 id="what">What it is</h2>
<div class="prose">
<p>${host} keeps communities of practice: people who care about the same work, and get better at it by telling each other how they do it. Each community is part of the fediverse. Nobody needs an account here: whoever has one on Mastodon, Lemmy, PieFed, Mbin, NodeBB, Friendica or a server like them can follow, ask and answer from there.</p>
<p>It runs Commonplace ${version}, free software under the GNU Affero General Public License, version 3.</p>
</div></section>
<section class="section" aria-labelledby="reach"><h2 id="reach">How to reach it</h2>
<div class="prose">
${
  communities.length === 0
    ? html`<p>There is no community here yet.</p>`
    : html`<p>Search for one of these names on your own server, and follow it. A public post that mentions the name starts a conversation.</p>
<ul class="handles">${communities.map(
        (community) =>
          html`<li class="${clothOf(community.slug)}"><a href="/c/${community.slug}">${community.name}</a> <code>${handleOf({ username: community.slug, host: null }, host)}</code></li>`,
      )}</ul>`
}
</div></section>
<section class="section" aria-labelledby="privacy"><h2 id="privacy">Privacy</h2>
<div class="prose">
<p>This site sets no cookies, counts no visitors and loads no script, font or style from anywhere else. Pictures in posts come straight from the server of the person who posted them, which can therefore see that someone loads them; they are fetched only when you scroll to them.</p>
<p>What people send here in public is kept, shown to anyone, and passed on to the servers that follow the community: posts, edits, names, and how many found something helpful. When its author deletes a post, its words are deleted here and the followers’ servers are told to do the same. Direct and followers-only messages are never shown.</p>
</div></section>`;
  return layout(
    frame,
    {
      title: `About ${host}`,
      description: `${host} keeps communities of practice that anyone on the fediverse can follow.`,
      path: "/about",
    },
    main,
  );
}
