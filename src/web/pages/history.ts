/** What a post said before it was edited, version by version. */
import { html, raw } from "hono/html";
import type { PostHistory } from "../../../db/views/history.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";

export function historyPage(frame: Frame, history: PostHistory): string {
  const words = frame.words.composer;
  const { id, slug, colour, title, language, versions } = history;
  const main = html`<div class="compose-page history">
<p class="eyebrow"><a href="/posts/${id}"><bdi>${title}</bdi></a></p>
<h1>${words.history}</h1>
<p class="facts"><bdi>${callName({ name: history.authorName, username: history.authorUsername })}</bdi>. ${versions.length === 1 ? words.neverEdited : words.historyNote} <a href="/posts/${id}">${words.backToPost}</a></p>
<ol class="versions" reversed>${versions.map(
    (
      version,
    ) => html`<li><h2>${version.until === null ? words.now : words.until(html`<time datetime="${new Date(version.until).toISOString()}">${frame.times.moment(version.until)}</time>`)}</h2>
${version.title === null ? "" : html`<p class="preview-title"><bdi>${version.title}</bdi></p>`}${version.warning === "" ? "" : html`<p class="aside">${words.warning}: <bdi>${version.warning}</bdi></p>`}
<div class="prose" dir="auto"${language === null ? "" : html` lang="${language}"`}>${raw(version.content)}</div></li>
`,
  )}</ol>
</div>`;
  const page = {
    unlisted: true,
    title: words.historyOf(title),
    description: words.historyNote,
    path: `/posts/${id}/history`,
  };
  return layout(frame, { ...page, cloth: clothOf(slug, colour) }, main);
}
