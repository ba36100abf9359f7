/** What may be written into a community's settings: each value checked, the same when it is founded and when it is edited. */
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { renderMarkdown } from "../../base/text/markdown.ts";
import { displayName } from "../../base/text/names.ts";

const MAX_SUMMARY = 5_000;
const MAX_WELCOME = 20_000;
const MAX_RULES = 30;
const MAX_QUESTIONS = 3;
const MAX_LINE = 300;

/** A name fit to be shown; a Refusal when nothing of it is left. */
export function checkedName(raw: string): string {
  const name = displayName(raw);
  if (name === "") throw new Refusal("name-missing");
  return name;
}

/** The HTML of a summary. */
export function renderSummary(source: string): string {
  if (source.length > MAX_SUMMARY) throw new Refusal("too-long", `A summary has at most ${MAX_SUMMARY} characters.`);
  return renderMarkdown(source);
}

/** `#rrggbb` in small letters, or null for the colour that the name decides. */
export function checkedColour(colour: string | null): string | null {
  if (colour === null) return null;
  const small = colour.toLowerCase();
  if (!/^#[0-9a-f]{6}$/.test(small)) throw new Refusal("input-invalid", "A colour is written like #1f6f5c.");
  return small;
}

/** A BCP 47 tag, or null. */
export function checkedLanguage(tag: string | null): string | null {
  if (tag === null || tag === "") return null;
  if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(tag)) throw new Refusal("input-invalid", "This is not a language.");
  return tag;
}

/** Lines with something in them, as many as there may be. */
function lines(raw: readonly string[], most: number, what: string): string[] {
  const found = raw.map(oneLine).filter((line) => line !== "");
  if (found.length > most) throw new Refusal("too-long", `There are at most ${most} ${what}.`);
  if (found.some((line) => line.length > MAX_LINE))
    throw new Refusal("too-long", `Each of the ${what} has at most ${MAX_LINE} characters.`);
  return found;
}

export const checkedRules = (raw: readonly string[]): string[] => lines(raw, MAX_RULES, "rules");
export const checkedQuestions = (raw: readonly string[]): string[] => lines(raw, MAX_QUESTIONS, "questions");

/** The Markdown of a welcome. */
export function checkedWelcome(source: string): string {
  if (source.length > MAX_WELCOME) throw new Refusal("too-long", `A welcome has at most ${MAX_WELCOME} characters.`);
  return source.trim();
}
