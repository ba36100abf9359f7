/** A charter as other servers get it: its parts made into one text, under headings in the community's language. */
import type { CharterRow } from "../db/queries/charters.ts";
import { charterText as textOf } from "./domain/charters/text.ts";
import { languageOf } from "./words/index.ts";

/** Title, safe HTML and Markdown. */
export function charterText(
  charter: CharterRow,
  community: { name: string; language: string | null },
): { title: string; html: string; source: string } {
  const words = languageOf(community.language).words.charter;
  return { title: words.titleOf(community.name), ...textOf(charter, words.parts) };
}
