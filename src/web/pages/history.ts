/** What a post said before it was edited, version by version. */
import { html, raw } from "hono/html";
import type { PostHistory, PostVersion } from "../../../db/views/history.ts";
import { textOf } from "../../base/text/sanitize.ts";
import { changesHtml } from "../parts/changes.ts";
import { clothOf } from "../parts/cloth.ts";
import { type Frame, layout } from "../parts/layout.ts";
import { callName } from "../parts/names.ts";
import type { Html } from "../site.ts";

/** Characters of versions that are compared on one page, the newest first: whoever edits without end makes nobody wait. */
const MOST_COMPARED = 120_000;

export function historyPage(frame: Frame, history: PostHistory): string {
  const words = frame.words.composer;
  const { id, slug, colour, title, language, versions, more } = history;
  const changes = changesIn(frame, versions);
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
<div class="prose" dir="auto"${language === null ? "" : html` lang="${language}"`}>${raw(version.content)}</div>${changes[index] ?? ""}</li>
`,
  )}</ol>
${more ? html`<p class="facts">${words.olderLeftOut}</p>` : ""}</div>`;
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

/** What each version says that the one before it did not, and the other way round. */
function changesIn(frame: Frame, versions: readonly PostVersion[]): Html[] {
  const texts = versions.map(wordsOf);
  const found: Html[] = [];
  let left = MOST_COMPARED;
  for (const [index, now] of texts.entries()) {
    const before = texts[index + 1];
    left -= now.length + (before?.length ?? 0);
    if (before === undefined || left < 0) break;
    const changes = changesHtml(frame, before, now, versions.length);
    found.push(html`
<details class="newer"><summary>${frame.words.composer.changed}</summary>${changes}</details>`);
  }
  return found;
}

function wordsOf({ title, warning, content }: PostVersion): string {
  return [title ?? "", warning, textOf(content)].filter((part) => part !== "").join("\n\n");
}
