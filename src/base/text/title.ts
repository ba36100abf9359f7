/** Titles made from what people really send: mentions first, hashtags last, no title of its own. */
import { cutAtWord, oneLine } from "./characters.ts";
import { textOf } from "./sanitize.ts";

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
  /** The object's text, as `sanitizeHtml` wrote it. */
  content?: string | undefined;
  /** Media or object types of what is attached, such as "image/png" or "Video". */
  media?: readonly string[] | undefined;
}

/**
 * A thread's title, plain text, one line, never empty: `name` if there is one (at most 200 characters), else the first line of the text
 * that says something (at most 120). Mentions before and after it and hashtags after it are left out; in the middle of a sentence they
 * keep their bare names. Where a mention is a link, a bare "@word" is none. Longer texts end at a word with "…". A text of hashtags only gives
 * their names, an empty one with pictures "A picture", nothing at all "Untitled".
 */
export function titleOf(source: TitleSource): string {
  const name = oneLine(source.name ?? "");
  if (name !== "") return cutAtWord(name, LONGEST_NAME);

  const { lines, linked } = linesOf(source.content ?? "");
  let address = "";
  let sign = "";
  for (const line of lines) {
    const words = bareLine(marked(line.slice(0, LINE_WINDOW), linked));
    if (words === "") continue;
    if (ONLY_ADDRESS.test(words)) address ||= words;
    else if (/[\p{L}\p{N}]/u.test(words)) return cutAtWord(words, LONGEST_LINE);
    else sign ||= words;
  }
  const beginning = marked(lines.join("\n").slice(0, LINE_WINDOW), linked);
  const hashtags = Array.from(beginning.matchAll(MARKED)).filter(([mark]) => mark.startsWith(HASHTAG));
  const fallback = address || hashtags.map(([, word]) => word).join(", ") || sign || mediaSentence(source.media ?? []);
  return cutAtWord(oneLine(fallback), LONGEST_LINE) || "Untitled";
}

/** The lines of a text, with marks for what is a link; `linked` where a mention is one. */
function linesOf(content: string): { lines: string[]; linked: boolean } {
  const text = content.replace(QUOTE, "").replace(ANCHOR, (whole, classes: string | undefined, inner: string) => {
    const kinds = classes?.split(" ") ?? [];
    const words = textOf(inner);
    if (kinds.includes("hashtag")) return HASHTAG + words.replace(/^#/, "") + END;
    // Some servers call hashtags mentions too; a mention proper begins with @ or names someone.
    if (kinds.includes("mention") && words.startsWith("#")) return HASHTAG + words.slice(1) + END;
    if (kinds.includes("mention")) return MENTION + words.replace(/^[@!]/, "").replace(/@.*$/s, "") + END;
    return whole;
  });
  return { lines: textOf(text).slice(0, TEXT_WINDOW).split("\n"), linked: text.includes(MENTION) };
}

/** A line with marks for the mentions and hashtags that are words as well. */
function marked(line: string, linked: boolean): string {
  const text = line.replace(ADDRESS, `${MENTION}$1${END}`);
  return (linked ? text : text.replace(HANDLE, `${MENTION}$1${END}`)).replace(TAG, `${HASHTAG}$1${END}`);
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
