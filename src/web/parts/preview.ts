/** What a post will look like: made of the very HTML that will be kept. */
import { html, raw } from "hono/html";
import type { Html } from "../site.ts";
import type { Frame } from "./layout.ts";
import type { ShownPicture } from "./pictures.ts";

export interface PreviewProps {
  /** Null: a reply. */
  title: string | null;
  /** Sanitised HTML. */
  content: string;
  warning: string;
  language: string | null;
  pictures: readonly ShownPicture[];
}

/** The place of the preview under the form; null leaves it empty, for a script to fill. */
export function previewSection(frame: Frame, preview: PreviewProps | null | undefined): Html {
  const words = frame.words.composer;
  if (!preview)
    return html`<section class="preview" aria-labelledby="preview" hidden><h2 id="preview" tabindex="-1">${words.preview}</h2><div class="preview-body"></div></section>`;
  return html`<section class="preview" aria-labelledby="preview"><h2 id="preview" tabindex="-1" autofocus>${words.preview}</h2><div class="preview-body">${previewBody(frame, preview)}</div></section>`;
}

/** What stands in it. */
export function previewBody(frame: Frame, preview: PreviewProps): Html {
  const words = frame.words.composer;
  const { title, content, warning, language, pictures } = preview;
  if (content === "" && pictures.length === 0) return html`<p class="aside">${words.noPreview}</p>`;
  const prose = html`<div class="prose" dir="auto"${language === null ? "" : html` lang="${language}"`}>${raw(content)}</div>${
    pictures.length === 0
      ? ""
      : html`<ul class="attachments">${pictures.map(({ id, description }) => html`<li><figure><img src="/media/${id}" alt="${description}" loading="lazy"></figure></li>`)}</ul>`
  }`;
  return html`${title === null || title === "" ? "" : html`<p class="preview-title"><bdi>${title}</bdi></p>`}${
    warning === ""
      ? html`<div class="words">${prose}</div>`
      : html`<div class="words"><details class="warning" open><summary><span>${words.warning}:</span> <bdi>${warning}</bdi></summary>
${prose}</details></div>`
  }`;
}
