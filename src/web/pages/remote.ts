/** A community of another server: what of it is here, how to follow it, and what is not here. */
import { html, raw } from "hono/html";
import type { ElsewherePage, GroupElsewhere } from "../../../db/views/elsewhere.ts";
import { textOf } from "../../base/text/sanitize.ts";
import { book, clothOf } from "../parts/cloth.ts";
import { submit } from "../parts/form.ts";
import { icon } from "../parts/icon.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { threadList } from "../parts/listed.ts";
import { shownHost, webAddress } from "../parts/names.ts";
import { pager } from "../parts/pager.ts";
import type { Html } from "../site.ts";

/** `path` is this page's own address. */
export function remotePage(frame: Frame, page: ElsewherePage, path: string): string {
  const words = frame.words.remote;
  const { group, threads, first } = page;
  const host = shownHost(group.host);
  const home = `/c/${group.username}@${group.host}`;
  const url = webAddress(group.url);
  const older = page.older === null ? undefined : `${home}?before=${page.older}`;
  const main = html`<header class="title-page${first ? "" : " short"}">
${book({ slug: group.username, name: group.name })}
<div>
<p class="eyebrow">${words.eyebrow(html`<bdi>${host}</bdi>`)}</p>
<h1><bdi>${group.name}</bdi></h1>
${first && group.summary !== "" ? html`<div class="lede prose" dir="auto">${raw(group.summary)}</div>` : ""}
<p class="facts">${completeness(frame, group)}</p>
${url ? html`<p class="aside"><a href="${url}" rel="nofollow">${icon(frame.assets, "out")}${words.open(html`<bdi>${host}</bdi>`)}</a></p>` : ""}
${first ? standing(frame, group, home) : ""}
</div>
</header>
<section class="section" aria-labelledby="conversations">
<h2 id="conversations">${words.conversations}</h2>
${threads.length === 0 ? html`<p class="empty">${group.history && !group.history.fetched ? words.fetching : words.nothing}</p>` : threadList(frame, threads, { mixed: false })}
</section>
${pager(words.pages, null, older === undefined ? null : { href: older, text: words.older })}`;
  return layout(
    frame,
    {
      title: `${group.name} (${host})`,
      description: textOf(group.summary).slice(0, 200) || words.description(group.name, host),
      path,
      cloth: clothOf(group.username),
      // Its own server is where search engines should find it.
      unlisted: true,
      next: older,
    },
    main,
  );
}

function standing(frame: Frame, group: GroupElsewhere, home: string): Html | "" {
  const words = frame.words.remote;
  if (group.blocked) return html`<p>${words.blocked}</p>`;
  if (!frame.viewer)
    return html`<p class="part"><a class="button quiet" href="/sign-in?next=${encodeURIComponent(home)}">${words.signIn}</a></p>`;
  if (group.mine === null)
    return html`<form class="part" method="post" action="${home}/join">${submit(words.follow)}</form>`;
  return html`<div class="part">
<p class="standing">${group.mine === "pending" ? words.pending : words.following}</p>
<div class="actions">
${group.mine === "accepted" ? html`<a class="button" href="${home}/new">${words.begin}</a>\n` : ""}<form method="post" action="${home}/leave">${submit(words.unfollow, { kind: "quiet" })}</form>
</div>
</div>`;
}

/** What is complete and what is not, in a sentence. */
function completeness(frame: Frame, { history, followed, blocked }: GroupElsewhere): string {
  const words = frame.words.remote;
  if (blocked || !history) return "";
  if (!history.fetched) return words.fetching;
  const part = history.complete ? words.complete : words.incomplete(history.total);
  return followed ? part : `${part} ${words.quiet}`;
}
