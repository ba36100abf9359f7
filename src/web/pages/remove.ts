/** Asks before a post is removed. */
import { html, raw } from "hono/html";
import type { ComposedPost } from "../../../db/views/compose.ts";
import { clothOf } from "../parts/cloth.ts";
import { problemNote, submit, textField } from "../parts/form.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";

/** `own`: by its author; else for the community. */
export function removePage(frame: Frame, post: ComposedPost, own: boolean, problem?: string): string {
  const words = frame.words.composer;
  const author = { name: post.authorName, username: post.authorUsername };
  const path = `/posts/${post.id}/remove`;
  const main = html`<div class="compose-page">
<p class="eyebrow"><a href="/posts/${post.id}"><bdi>${post.title}</bdi></a></p>
<h1>${words.removeTitle}</h1>
${problemNote(frame, problem)}<article class="answered" aria-label="${callName(author)}"><p class="facts"><bdi>${callName(author)}</bdi>, ${frame.times.moment(post.publishedAt)}</p>
<div class="prose" dir="auto">${raw(post.content)}</div></article>
<form class="form" method="post" action="${path}">
<p>${own ? words.removeOwn : words.removeOthers}${post.id === post.threadId ? ` ${words.removeThread}` : ""}</p>
${own ? "" : textField({ name: "reason", label: words.reason, hint: words.reasonHint, maxlength: 300 })}<div class="actions">${submit(words.removeIt, { kind: "grave" })} <a href="/posts/${post.id}">${words.keepIt}</a></div>
</form>
</div>`;
  return layout(
    frame,
    {
      unlisted: true,
      title: words.removeTitle,
      description: words.removeTitle,
      path,
      cloth: clothOf(post.slug, post.colour),
    },
    main,
  );
}
