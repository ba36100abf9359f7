/** A community's page: set like a title page, then its conversations. */
import { html } from "hono/html";
import type { CommunityHead, CommunityPage } from "../../../db/views/community.ts";
import { book, clothOf } from "../parts/cloth.ts";
import { copyable, followForm } from "../parts/follow.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { handleOf } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import { counted, dayElement } from "../parts/words.ts";
import type { Html } from "../site.ts";

/** Pages after the first show the threads alone, below a short title. `path` is this page's own address. */
export function communityPage(frame: Frame, page: CommunityPage, path: string): string {
  const { community, threads, first } = page;
  const home = `/c/${community.slug}`;
  const handle = handleOf({ username: community.slug, host: null }, frame.host);
  const older = page.older === null ? undefined : `${home}?before=${page.older}`;
  const newer = page.newer === null ? undefined : page.newer === "" ? home : `${home}?before=${page.newer}`;
  const main = html`<header class="title-page${first ? "" : " short"}">
${book(community)}
<div>
<p class="eyebrow">${first ? "A community of practice" : html`<a href="${home}">${community.name}</a>`}</p>
<h1>${first ? community.name : "Older conversations"}</h1>
${first && community.summary !== "" ? html`<p class="lede">${community.summary}</p>` : ""}
${first ? html`<p class="facts">${facts(community)}</p>` : ""}
</div>
</header>
${first ? followSection(frame, community, handle) : ""}
<section class="section" aria-labelledby="conversations">
<h2 id="conversations"${first ? "" : html` class="vh"`}>Conversations</h2>
${
  threads.length === 0
    ? html`<p class="empty">Nobody has started a conversation yet. Mention <strong>${handle}</strong> in a public post, from any server, and it stands here.</p>`
    : threadList(threads, { mixed: false })
}
</section>
${pager("Pages of conversations", newer === undefined ? null : { href: newer, text: "Newer conversations" }, older === undefined ? null : { href: older, text: "Older conversations" })}
${first && threads.length > 0 ? html`<p class="aside"><a href="${home}/feed.atom">${icon(frame.assets, "feed")}New conversations in ${community.name} as a feed</a></p>` : ""}`;
  return layout(
    frame,
    {
      title: first ? community.name : `Older conversations in ${community.name}`,
      description: community.summary || `${community.name}, a community of practice. Follow ${handle} from anywhere.`,
      path,
      objectId: community.uri,
      feed: { path: `${home}/feed.atom`, title: `New conversations in ${community.name}` },
      cloth: clothOf(community.slug),
      scripts: first ? ["copy"] : [],
      unlisted: !first,
      previous: newer,
      next: older,
    },
    main,
  );
}

function facts({ followers, servers, createdAt }: CommunityHead): Html {
  const people =
    followers === 0
      ? "Nobody follows it yet."
      : `${counted(followers, "person follows", "people follow")} it from ${counted(servers, "server", "servers")}.`;
  return html`Kept here since ${dayElement(createdAt)}. ${people}`;
}

function followSection(frame: Frame, community: CommunityHead, handle: string): Html {
  return html`<section class="section follow-section" aria-labelledby="follow">
<h2 id="follow">Follow it from anywhere</h2>
<div>
<p class="handle">${copyable(frame, handle, "the handle of this community")}</p>
<p>Search for this name where you already are, on Mastodon, Lemmy, PieFed or any other fediverse server, and follow it. Mention it in a public post to start a conversation; answer from your own app, and your answer stands here too.</p>
${followForm({ slug: community.slug })}
</div>
</section>`;
}
