/** Following a community from another server: the form again with what went wrong, or the link that leads on. */
import { html } from "hono/html";
import type { CommunityHead } from "../../../db/views/community.ts";
import { copyable, followForm } from "../parts/follow.ts";
import type { Frame } from "../parts/layout.ts";
import { handleOf, shownHost } from "../parts/names.ts";
import { communityLayout, shortTitle } from "./community.ts";

export interface FollowProps {
  community: CommunityHead;
  /** What the visitor typed, or "". */
  typed: string;
  /** Where their server lets them follow; an http or https URL. */
  url?: string;
  /** Why there is no such place, in a sentence. */
  problem?: string;
}

/** A plain link leads on, never a redirect: `form-action 'self'` would stop one after a form. */
export function followPage(frame: Frame, { community, typed, url, problem }: FollowProps): string {
  const words = frame.words.community.follow;
  const { slug, name } = community;
  const home = `/c/${slug}`;
  const host = url === undefined ? "" : shownHost(new URL(url).host);
  const handle = handleOf({ username: slug, host: null }, frame.host);
  const called = html`<bdi>${name}</bdi>`;
  const main = html`${shortTitle(community, url === undefined ? words.title(name) : words.oneMore)}
<section class="section" aria-label="${words.section}"><div>
${
  url === undefined
    ? html`<p>${words.say(called)}</p>
${followForm(frame, { slug, typed, problem })}
<p class="else">${words.orSearch} ${copyable(frame, handle, words.handleLabel)}</p>`
    : html`<p>${words.willAsk(host, called)}</p>
<p><a class="button" href="${url}" rel="noreferrer">${words.continueOn(host)}</a></p>
<p class="else"><a href="${home}/follow">${words.another}</a></p>`
}
</div></section>`;
  return communityLayout(
    frame,
    community,
    { title: words.title(name), description: words.description(handle), path: `${home}/follow`, copies: true },
    main,
  );
}
