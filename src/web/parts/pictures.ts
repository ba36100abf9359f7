/** The pictures of a post while it is written: those that were put in, and places for more, each with its description. */
import { html } from "hono/html";
import { MOST_DESCRIPTION } from "../../domain/media/store.ts";
import { MOST_PICTURES } from "../../domain/posts/pictures.ts";
import type { Html } from "../site.ts";
import { type Marked, textField } from "./form.ts";
import type { Frame } from "./layout.ts";

export interface ShownPicture {
  id: string;
  description: string;
}

const KINDS = "image/jpeg,image/png,image/webp,image/gif,image/avif";

/** Fields `media-n` or `picture-n`, `alt-n` and `out-n`, for n from 1 to 4. */
export function pictureFields(
  frame: Frame,
  pictures: readonly ShownPicture[],
  fields: Readonly<Record<string, string>>,
  wrong: (name: string) => Marked,
): Html {
  const words = frame.words.composer;
  const places = Array.from({ length: MOST_PICTURES }, (_, index) => {
    const n = index + 1;
    const picture = pictures[index];
    const alt = textField({
      name: `alt-${n}`,
      label: words.description(n),
      hint: words.descriptionHint,
      value: picture?.description ?? (pictures.length > 0 ? "" : (fields[`alt-${n}`] ?? "")),
      maxlength: MOST_DESCRIPTION,
      ...wrong(`alt-${n}`),
    });
    if (!picture) {
      return html`<div class="picture-place"><div class="form-field"><label for="f-picture-${n}">${words.picture(n)}</label>
<input type="file" id="f-picture-${n}" name="picture-${n}" accept="${KINDS}"></div>
${alt}</div>
`;
    }
    return html`<div class="picture-place chosen"><input type="hidden" name="media-${n}" value="${picture.id}">
<img src="/media/${picture.id}" alt="${picture.description || words.picture(n)}" loading="lazy">
<div>${alt}<div class="form-field check"><input type="checkbox" id="f-out-${n}" name="out-${n}" value="yes">
<label for="f-out-${n}">${words.leaveOut(n)}</label></div></div></div>
`;
  });
  return html`<fieldset class="form-field pictures-field"><legend>${words.pictures}</legend>
<p class="hint">${words.picturesHint}</p>
${places}</fieldset>
`;
}
