/** The languages that a text may be in, named in the reader's. */
import type { Html } from "../site.ts";
import { type Choice, selectField } from "./form.ts";
import type { Frame } from "./layout.ts";

export const LANGUAGE_TAGS: readonly string[] = (
  "af ar ast be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk ko ku lt lv mk ml mr ms " +
  "nb ne nl nn pa pl ps pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh"
).split(" ");

const named = new Map<string, Choice[]>();

/** All of them, by their names in the language `tag`. */
export function languageChoices(tag: string): readonly Choice[] {
  let choices = named.get(tag);
  if (!choices) {
    const names = new Intl.DisplayNames(tag, { type: "language" });
    choices = LANGUAGE_TAGS.map((value) => ({ value, label: names.of(value) ?? value }));
    choices.sort((a, b) => a.label.localeCompare(b.label, tag));
    named.set(tag, choices);
  }
  return choices;
}

/** The field `language`; one that is not in the list stays what it is. */
export function languageField(frame: Frame, value: string | undefined): Html {
  const chosen = value || frame.viewer?.language || frame.language.tag;
  const choices = languageChoices(frame.language.tag);
  const known = choices.some((choice) => choice.value === chosen);
  return selectField({
    name: "language",
    label: frame.words.composer.language,
    value: chosen,
    choices: known ? choices : [{ value: chosen, label: chosen }, ...choices],
  });
}
