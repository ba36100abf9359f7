/** What a post said before it was edited, version by version. */
import { html, raw } from "hono/html";
import type { PostHistory, PostVersion } from "../../../db/views/history.ts";
import { textOf } from "../../base/text/sanitize.ts";
import { changesHtml } from "../parts/changes.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";
import type { Html } from "../site.ts";

export function historyPage(frame: Frame, history: PostHistory): string {
  const words = frame.words.composer;
  const { id, slug, colour, title, language, versions } = history;
  const main = html`<div class="compose-page history">
<p class="eyebrow"><a href="/posts/${id}"><bdi>${title}</bdi></a></p>
<h1>${words.history}</h1>
<p class="facts"><bdi>${callName({ name: history.authorName, username: history.authorUsername })}</bdi>. ${noteOf(frame, history)} <a href="/posts/${id}">${words.backToPost}</a></p>
<ol class="versions" reversed>${versions.map(
    (
      version,
      index,
    ) => html`<li><h2>${version.until === null ? words.now : words.until(html`<time datetime="${new Date(version.until).toISOString()}">${frame.times.moment(version.until)}</time>`)}</h2>
${version.title === null ? "" : html`<p class="preview-title"><bdi>${version.title}</bdi></p>`}${version.warning === "" ? "" : html`<p class="aside">${words.warning}: <bdi>${version.warning}</bdi></p>`}
<div class="prose" dir="auto"${language === null ? "" : html` lang="${language}"`}>${raw(version.content)}</div>${changed(frame, version, versions[index + 1], versions.length)}</li>
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

function noteOf({ words: { composer } }: Frame, { versions, edited }: PostHistory): string {
  if (versions.length > 1) return composer.historyNote;
  return edited ? composer.nothingKept : composer.neverEdited;
}

/** What it says that the version before it did not, and the other way round. */
function changed(frame: Frame, now: PostVersion, before: PostVersion | undefined, versions: number): Html | "" {
  if (!before) return "";
  return html`
<details class="newer"><summary>${frame.words.composer.changed}</summary>${changesHtml(frame, wordsOf(before), wordsOf(now), versions)}</details>`;
}

function wordsOf({ title, warning, content }: PostVersion): string {
  return [title ?? "", warning, textOf(content)].filter((part) => part !== "").join("\n\n");
}
