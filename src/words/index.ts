/** Every sentence that people read on the site and in mails, in each language: one typed catalogue, so that none lacks a sentence. */
import { de } from "./de/index.ts";
import { en, type Words } from "./en/index.ts";
import { es } from "./es/index.ts";

export type { Words } from "./en/index.ts";
export { type Formats, formats, isTimeZone, type Times, timesIn } from "./formats.ts";

export interface Language {
  /** BCP 47. */
  tag: string;
  /** In itself: `Deutsch`. */
  name: string;
  direction: "ltr" | "rtl";
  words: Words;
}

export const LANGUAGES: readonly [Language, ...Language[]] = [
  { tag: "en", name: "English", direction: "ltr", words: en },
  { tag: "de", name: "Deutsch", direction: "ltr", words: de },
  { tag: "es", name: "Español", direction: "ltr", words: es },
];

/** The language with this tag, else the first. */
export function languageOf(tag: string | null): Language {
  return LANGUAGES.find((language) => language.tag === tag) ?? LANGUAGES[0];
}

/** The language that an Accept-Language header likes best of those there are (RFC 9110 section 12.5.4), else the first. */
export function chooseLanguage(header: string | undefined): Language {
  let best: Language = LANGUAGES[0];
  let weight = 0;
  for (const part of (header ?? "").slice(0, 500).split(",")) {
    const [tag = "", quality] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    const q = quality === undefined ? 1 : Number(quality);
    const language = LANGUAGES.find((one) => tag === one.tag || tag.startsWith(`${one.tag}-`));
    if (language && q > weight) [best, weight] = [language, q];
  }
  return best;
}
