/** Titles and excerpts made from what people really send: mentions first, hashtags last, no title of its own. */
import { cutAtWord, oneLine } from "./characters.ts";
import { sanitizeHtml, textOf } from "./sanitize.ts";

const LONGEST_NAME = 200;
const LONGEST_LINE = 120;
/** Of a line no more than this is looked at: what comes after is cut anyway. */
const LINE_WINDOW = 2000;
const TEXT_WINDOW = 20_000;

// A mention or a hashtag is held as mark, bare name, END while the line is worked on; clean text has no control characters.
const MENTION = "\x01";
const HASHTAG = "\x02";
const END = "\x03";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks above
const MARKED = /[\x01\x02]([^\x03]*)\x03/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks above
const LEADING_MENTIONS = /^(?:[\s,;&+]*\x01[^\x03]*\x03)+[\s,;:–—-]*/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks above
const LEADING_HASHTAGS = /^(?:\s*\x02[^\x03]*\x03){2,}[\s,;:–—-]*/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks above
const ONLY_MARKS = /^(?:[\s,;]*[\x01\x02][^\x03]*\x03)*[\s,;]*$/;

/** As the sanitiser writes them. */
const ANCHOR = /<a(?: href="[^"]*")?(?: class="([^"]*)")? rel="[^"]*">(.*?)<\/a>/gs;
const QUOTE =
  /<p class="[^"]*\bquote-inline\b[^"]*">.*?<\/p>|<span class="[^"]*\bquote-inline\b[^"]*">.{0,5000}?<\/a>\s*<\/span>/gs;

const ADDRESS =
  /(?<![\p{L}\p{N}_/.@!])[@!]([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?)@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?(?::\d+)?/gu;
const HANDLE = /(?<![\p{L}\p{N}_/.@!])@([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?)(?![\p{L}\p{N}_@])/gu;
const TAG = /(?<![\p{L}\p{N}_&/#])#([\p{L}\p{N}\p{M}_]*[\p{L}_][\p{L}\p{N}\p{M}_]*)/gu;
const ONLY_ADDRESS = /^(?:https?:\/\/)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#:]\S*)?$/;

/** What a title is made from. */
export interface TitleSource {
  /** The object's own title, plain text. */
  name?: string | null | undefined;
  /** The object's text, HTML of any origin. */
  html?: string | null | undefined;
  /** The names of its mentions, such as "@ten@social.example". When given, a bare "@word" counts as a mention only if named here. */
  mentionNames?: readonly string[] | undefined;
  /** Media or object types of what is attached, such as "image/png" or "Video". */
  media?: readonly string[] | undefined;
}

/**
 * A thread's title, plain text, one line, never empty: `name` if there is one (at most 200 characters), else the first line of the text
 * that says something (at most 120). Mentions before and after it and hashtags after it are left out; in the middle of a sentence they
 * keep their bare names. Longer texts end at a word with "…". A text of hashtags only gives their names, an empty one with pictures
 * "A picture", nothing at all "Untitled".
 */
export function titleOf(source: TitleSource): string {
  const name = oneLine(source.name ?? "");
  if (name !== "") return cutAtWord(name, LONGEST_NAME);

  const text = markedText(source.html ?? "", source.mentionNames);
  let address = "";
  let sign = "";
  for (const line of text.split("\n")) {
    const words = bareLine(line);
    if (words === "") continue;
    if (ONLY_ADDRESS.test(words)) address ||= words;
    else if (/[\p{L}\p{N}]/u.test(words)) return cutAtWord(words, LONGEST_LINE);
    else sign ||= words;
  }
  const hashtags = Array.from(text.slice(0, LINE_WINDOW).matchAll(MARKED)).filter(([mark]) => mark.startsWith(HASHTAG));
  const fallback = address || hashtags.map(([, word]) => word).join(", ") || sign || mediaSentence(source.media ?? []);
  return cutAtWord(oneLine(fallback), LONGEST_LINE) || "Untitled";
}

/** The beginning of a text for lists and descriptions: one line, without the mentions it opens with, at most `max` graphemes. */
export function excerptOf(html: string, max: number): string {
  const text = markedText(html, undefined).replace(LEADING_MENTIONS, "");
  return cutAtWord(oneLine(text.slice(0, max * 16).replace(MARKED, restored)), max);
}

/** In an excerpt people and tags stand as they were written. */
function restored(mark: string, name: string): string {
  return (mark.startsWith(MENTION) ? "@" : "#") + name;
}

function markedText(html: string, mentionNames: readonly string[] | undefined): string {
  const marked = sanitizeHtml(html)
    .replace(QUOTE, "")
    .replace(ANCHOR, (whole, classes: string | undefined, inner: string) => {
      const kinds = classes?.split(" ") ?? [];
      const words = textOf(inner);
      if (kinds.includes("hashtag")) return HASHTAG + words.replace(/^#/, "") + END;
      // Some servers call hashtags mentions too; a mention proper begins with @ or names someone.
      if (kinds.includes("mention") && words.startsWith("#")) return HASHTAG + words.slice(1) + END;
      if (kinds.includes("mention")) return MENTION + words.replace(/^[@!]/, "").replace(/@.*$/s, "") + END;
      return whole;
    });
  const named = mentionNames && new Set(mentionNames.map(bareName));
  return textOf(marked)
    .slice(0, TEXT_WINDOW)
    .replace(ADDRESS, `${MENTION}$1${END}`)
    .replace(HANDLE, (whole, name: string) => (named && !named.has(bareName(name)) ? whole : MENTION + name + END))
    .replace(TAG, `${HASHTAG}$1${END}`);
}

function bareName(mention: string): string {
  return mention.replace(/^[@!]/, "").replace(/@.*$/s, "").toLowerCase();
}

/** A line without the marks at its edges; empty when nothing else was in it. */
function bareLine(line: string): string {
  const window = line.slice(0, LINE_WINDOW);
  if (ONLY_MARKS.test(window)) return "";
  let words = window
    .replace(LEADING_MENTIONS, "")
    .replace(LEADING_HASHTAGS, "")
    .replace(LEADING_MENTIONS, "")
    .trimEnd();
  while (words.endsWith(END)) {
    let end = Math.max(words.lastIndexOf(MENTION), words.lastIndexOf(HASHTAG));
    while (end > 0 && /[\s,;&+|–—-]/.test(words.charAt(end - 1))) end--;
    words = words.slice(0, end);
  }
  return oneLine(words.replace(MARKED, "$1").replace(/(?<!\S)https?:\/\/(?:www\.)?(?=\S)/gi, ""));
}

function mediaSentence(media: readonly string[]): string {
  const kinds = media.map((type) => /^(image|video|audio)/i.exec(type)?.[1]?.toLowerCase() ?? "file");
  const first = kinds[0];
  if (first === undefined) return "";
  const [one, many] = {
    image: ["picture", "pictures"],
    video: ["video", "videos"],
    audio: ["recording", "recordings"],
  }[first] ?? ["file", "files"];
  const count = kinds.filter((kind) => kind === first).length;
  return count === 1 ? `A ${one}` : `${count} ${many}`;
}
