/** Small rules about characters: which to strip, which to show escaped, and where a text may be cut. */

const BIDI_AND_INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROLS = /[\0-\x1f\x7f-\x9f\u2028\u2029]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const words = new Intl.Segmenter("und", { granularity: "word" });

/**
 * One line of plain text fit to stand in a page: control characters become spaces, bidi controls and invisible characters
 * go (U+200C and U+200D stay: Persian and emoji need them), lone surrogates go, piles of combining marks are cut to four.
 */
export function oneLine(text: string): string {
  return wellFormed(text)
    .replace(CONTROLS, " ")
    .replace(BIDI_AND_INVISIBLE, "")
    .replace(STACKED_MARKS, "$1")
    .replace(/([\u200c\u200d])[\u200c\u200d]+/g, "$1")
    .replace(/\s+/g, " ")
    .replace(/^[ \u200c\u200d]+|[ \u200c\u200d]+$/g, "");
}

/** The text without lone surrogates, which no UTF-8 file or Postgres column can hold. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, "");
}

/** Shows control and bidi characters as `\x1b` or `\u202e`, so that a stranger's text cannot move a terminal or forge a log line. */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\r") return "\\r";
    if (character === "\t") return "\\t";
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/**
 * Cuts to at most `max` graphemes (and 2 * `max` UTF-16 units), the closing "…" included, at the end of a word where there is one
 * near. Texts that fit come back unchanged. Splits no emoji, syllable or surrogate pair.
 */
export function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const longest = 2 * max - 1;
  let count = 0;
  let limit = 0;
  let fits = true;
  for (const { index, segment } of graphemes.segment(text.slice(0, 2 * max + 64))) {
    count++;
    fits = count <= max && index + segment.length <= longest + 1;
    if (count <= max && index <= longest) limit = index;
    if (!fits) break;
  }
  if (fits) return text;
  const kept = text.slice(0, wordStart(text, limit)).replace(/[\s,;:–—([{"'“„«¿¡-]+$/u, "");
  return `${kept}…`;
}

/** The last good place to cut at or before `limit`: a space if one is near, else the start of the word that `limit` lies in. */
function wordStart(text: string, limit: number): number {
  if (/\s/.test(text.charAt(limit))) return limit;
  const space = text.slice(0, limit).search(/\s\S*$/);
  if (space >= limit * 0.6) return space;
  const word = words.segment(text.slice(0, limit + 64)).containing(limit);
  return word !== undefined && word.index >= limit * 0.6 ? word.index : limit;
}
