/** Following a community from another server: the form again with what went wrong, or the link that leads on. */
import { html } from "hono/html";
import { book, clothOf } from "../parts/cloth.ts";
import { copyable, followForm } from "../parts/follow.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { handleOf, shownHost } from "../parts/names.ts";

export interface FollowProps {
  slug: string;
  name: string;
  /** What the visitor typed, or "". */
  typed: string;
  /** Where their server lets them follow; an http or https URL. */
  url?: string;
  /** Why there is no such place, in a sentence. */
  problem?: string;
}

/** A plain link leads on, never a redirect: `form-action 'self'` would stop one after a form. */
export function followPage(frame: Frame, { slug, name, typed, url, problem }: FollowProps): string {
  const home = `/c/${slug}`;
  const host = url === undefined ? "" : shownHost(new URL(url).host);
  const handle = handleOf({ username: slug, host: null }, frame.host);
  const main = html`<header class="title-page short">
${book({ slug, name })}
<div>
<p class="eyebrow"><a href="${home}">${name}</a></p>
<h1>${url === undefined ? `Follow ${name}` : "One step more"}</h1>
</div>
</header>
<section class="section" aria-label="Follow from your server"><div>
${
  url === undefined
    ? html`<p>Say where your account is; your own server then asks you whether you want to follow ${name}.</p>
${followForm(problem === undefined ? { slug, typed } : { slug, typed, problem })}
<p class="else">Or search there for ${copyable(frame, handle, "the handle of this community")}</p>`
    : html`<p>${host} will ask you whether you want to follow ${name}. You may have to sign in there first.</p>
<p><a class="button" href="${url}" rel="noreferrer">Continue on ${host}</a></p>
<p class="else"><a href="${home}/follow">Choose another server</a></p>`
}
</div></section>`;
  return layout(
    frame,
    {
      title: `Follow ${name}`,
      description: `Follow ${handle} from your own server.`,
      path: `${home}/follow`,
      cloth: clothOf(slug),
      scripts: ["copy"],
      unlisted: true,
    },
    main,
  );
}
