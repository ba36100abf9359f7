/** A charter as one text: each part that has words, under its heading. */

import { renderMarkdown } from "../../base/text/markdown.ts";
import { escapeText } from "../../base/text/markup.ts";

const PARTS = ["purpose", "audience", "norms", "roles"] as const;
type Part = (typeof PARTS)[number];

/** Safe HTML, and the Markdown it is made of. */
export function charterText(
  parts: Readonly<Record<Part, string>>,
  headings: Readonly<Record<Part, string>>,
): { html: string; source: string } {
  const written = PARTS.filter((part) => parts[part].trim() !== "");
  return {
    html: written.map((part) => `<h2>${escapeText(headings[part])}</h2>\n${renderMarkdown(parts[part])}`).join("\n"),
    source: written.map((part) => `## ${headings[part]}\n\n${parts[part].trim()}`).join("\n\n"),
  };
}
