/** Markdown as our own writers use it, made into the same safe HTML that strangers' texts become. */
import { createRequire } from "node:module";
import type { MarkdownIt, MarkdownItOptions } from "markdown-it";
import { escapeText } from "./markup.ts";
import { type Links, type Named, namedIn, nameThings } from "./mentions.ts";
import { sanitizeHtml } from "./sanitize.ts";

const LONGEST = 100 * 1024;

let parser: MarkdownIt | undefined;

/** markdown-it, loaded when first needed. */
function markdown(): MarkdownIt {
  if (parser !== undefined) return parser;
  const create = createRequire(import.meta.url)("markdown-it") as (options: MarkdownItOptions) => MarkdownIt;
  parser = create({ html: false, linkify: true });
  // Only what is written as an address becomes one: "README.md" and "e.g." stay words.
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  // Pictures are attachments here; one in the text becomes a link to it, so that nothing is lost.
  parser.renderer.rules.image = (tokens, index) => {
    const token = tokens[index];
    const source = String(token?.attrGet("src") ?? "");
    const href = escapeText(source).replace(/"/g, "&quot;");
    return `<a href="${href}">${escapeText(token?.content || source)}</a>`;
  };
  nameThings(parser);
  return parser;
}

/** A text that was read, and can be written once it is known what the things that it names lead to. */
export interface ReadText {
  named: Named;
  /** As `renderMarkdown`, with `links` where names and tags stood. */
  render(links: Links): string;
}

/** Reads Markdown: at most 100 Ki characters. */
export function readMarkdown(source: string): ReadText {
  const reader = markdown();
  const tokens = reader.parse(source.slice(0, LONGEST), {});
  return {
    named: namedIn(tokens),
    render: (links) => sanitizeHtml(reader.renderer.render(tokens, reader.options, { links })).trimEnd(),
  };
}

/** CommonMark with strikethrough and bare links (raw HTML shows as text) to HTML that has passed `sanitizeHtml`. Reads at most 100 Ki characters. */
export function renderMarkdown(source: string): string {
  return sanitizeHtml(markdown().render(source.slice(0, LONGEST))).trimEnd();
}
