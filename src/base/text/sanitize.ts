/** Makes a stranger's HTML safe to keep and to show (R18, R63), and turns it into plain text. */
import { createRequire } from "node:module";
import type { IOptions, Transformer } from "sanitize-html";
import { wellFormed } from "./characters.ts";
import { escapeText, rewrite } from "./markup.ts";

const LONGEST = 100 * 1024;
const MOST_TAGS = 10_000;

const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];
const ALLOWED = "p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp".split(" ");
/** Boxes that are not allowed, but whose text stands on lines of its own. */
const LINES =
  "div section article header footer main nav aside address center figure figcaption details summary dl dt dd table caption tr td th".split(
    " ",
  );
const ALIASES = { hr: "br", strike: "del", ins: "u", tt: "code", kbd: "code", samp: "code" };
/** Elements whose text is not for reading, or is read by browsers in another way than by our parser. */
const SILENT =
  "script style textarea option xmp noscript noembed noframes iframe title template svg select object canvas audio video plaintext".split(
    " ",
  );

const emoji: Transformer = (_, attribs) => {
  const alt = attribs.alt ?? "";
  const isEmoji = /^:[\w+-]{1,64}:$/.test(alt) || (alt.length <= 32 && /^\p{RGI_Emoji}$/v.test(alt));
  return isEmoji ? { tagName: "span", attribs: {}, text: alt } : { tagName: "img", attribs: {} };
};

const options: IOptions = {
  allowedTags: [...ALLOWED, ...HEADINGS, "div"],
  allowedAttributes: { a: ["href"], "*": ["class"] },
  allowedSchemes: ["http", "https", "mailto"],
  allowProtocolRelative: false,
  nonTextTags: SILENT,
  nestingLimit: 64,
  transformTags: {
    img: emoji,
    ...Object.fromEntries(LINES.map((name) => [name, () => ({ tagName: "div", attribs: {} })])),
    ...Object.fromEntries(Object.entries(ALIASES).map(([name, tagName]) => [name, () => ({ tagName, attribs: {} })])),
  },
};

let parser: ((html: string, options: IOptions) => string) | undefined;

/** sanitize-html, loaded when first needed: most notes never need it, and it takes 17 MB. */
function purify(html: string): string {
  parser ??= createRequire(import.meta.url)("sanitize-html") as (html: string, options: IOptions) => string;
  return parser(html, options);
}

/**
 * Any HTML in, safe HTML out. Kept are the tags Mastodon keeps (p br span a del s pre blockquote code b strong u i em ul ol li ruby
 * rt rp), the classes of microformats and mentions, and links to http, https and mailto, each marked
 * `rel="nofollow noopener noreferrer ugc"`. Headings become bold paragraphs, emoji images their names. A link whose words look like
 * an address elsewhere gets its real host in brackets. At most 64 levels deep; of more than 100 KiB the beginning is kept. Never throws.
 * Sanitising the result again changes nothing, unless the added marks made it longer than that.
 *
 * Markup that is already plain and well formed, as most servers send it, is rewritten directly; everything else is parsed by
 * sanitize-html first. Both ways end in the same rewriter, and a property test holds them to the same result.
 */
export function sanitizeHtml(html: string): string {
  const source = tidy(cut(html));
  return rewrite(source, true) ?? sanitizeThoroughly(source);
}

/** The long way, for all that is not plainly written; exported so that tests can hold the short way against it. */
export function sanitizeThoroughly(html: string): string {
  const source = tidy(cut(html));
  return rewrite(tidy(purify(source)), false) ?? escapeText(source);
}

/**
 * The text of any HTML, to be escaped like all text where it is shown: line breaks and list items on lines of their own, a blank line
 * between paragraphs, white space collapsed outside `pre`, characters decoded.
 */
export function plainText(html: string): string {
  return textOf(sanitizeHtml(html));
}

/** `plainText` of HTML that `sanitizeHtml` has written. */
export function textOf(sanitized: string): string {
  let out = "";
  let pre = 0;
  let afterSpace = true;
  for (const [, end, name, text] of sanitized.matchAll(/<(\/?)([a-z]+)[^>]*>|([^<]+)/g)) {
    if (text !== undefined) {
      const words = pre > 0 ? text : text.replace(/[ \t\n]+/g, " ");
      out += afterSpace && pre === 0 ? words.replace(/^ /, "") : words;
      if (words !== "") afterSpace = words.endsWith(" ");
    } else if (name === "br" || name === "li") {
      out += "\n";
      afterSpace = true;
    } else if (name === "pre" || name === "p" || name === "blockquote" || name === "ul" || name === "ol") {
      if (name === "pre") pre += end === "" ? 1 : -1;
      out += "\n\n";
      afterSpace = true;
    }
  }
  return out
    .replace(/ +\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .trim();
}

/** Control characters other than tab and new line, and lone surrogates, have no place in HTML (R17). */
function tidy(html: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  const unruly = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;
  const source = wellFormed(html);
  if (!unruly.test(source)) return source;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  return source.replace(/\r\n|[\r\f]/g, "\n").replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "");
}

/** The first 100 KiB (as UTF-8) and 10,000 tags, cut neither in a character nor in a tag nor in a character reference. */
function cut(html: string): string {
  let end = html.length;
  if (html.length * 3 > LONGEST) end = new TextEncoder().encodeInto(html, new Uint8Array(LONGEST)).read;
  let tags = 0;
  for (let at = html.indexOf("<"); at !== -1 && at < end; at = html.indexOf("<", at + 1)) {
    if (++tags > MOST_TAGS) end = at;
  }
  if (end === html.length) return html;
  const kept = html.slice(0, end);
  const tag = kept.lastIndexOf("<");
  return (tag > kept.lastIndexOf(">") ? kept.slice(0, tag) : kept).replace(/&[#\w]{0,32}$/, "");
}
