/** The words of a post that is written here: checked, and made from Markdown into exactly the HTML that everybody sees. */
import type { Id } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { findNamed, findTopicSlugs } from "../../../db/queries/mentions.ts";
import { findGroup } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine, wellFormed } from "../../base/text/characters.ts";
import { cleanHref } from "../../base/text/links.ts";
import { readMarkdown } from "../../base/text/markdown.ts";
import { mentionKey } from "../../base/text/mentions.ts";

/** Characters. */
export const MOST_TITLE = 200;
export const MOST_TEXT = 50_000;
export const MOST_WARNING = 300;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a text (R17)
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/g;

/** Where the text is written: what the names in it mean depends on it. */
export interface Place {
  origin: string;
  groupId: Id;
}

export interface Words {
  /** Sanitised HTML. */
  content: string;
  /** The people it names, in the order of their names; communities are linked, but not told. */
  mentions: Id[];
}

/**
 * The text as everybody will see it; the preview is made by this, too. `@name` and `@name@host` become links to whom we know, `#tag` a link to
 * the topic of the community, else to a search.
 */
export async function renderWords(db: Queryable, place: Place, source: string): Promise<Words> {
  const { named, render } = readMarkdown(source);
  const { host: ownHost } = new URL(place.origin);
  const asked = named.mentions.map(({ name, host }) => ({ name, host: host === ownHost ? null : host }));
  const [known, group, slugs] = await Promise.all([
    findNamed(db, asked),
    named.hashtags.length > 0 ? findGroup(db, place.groupId) : null,
    findTopicSlugs(db, place.groupId, named.hashtags),
  ]);
  const mentions = new Map<string, string>();
  for (const { name, host, url } of known) {
    mentions.set(mentionKey(name, host), url);
    if (host === null) mentions.set(mentionKey(name, ownHost), url);
  }
  const hashtags = new Map(
    named.hashtags.map((tag) => [
      tag,
      group && slugs.includes(tag)
        ? `${place.origin}/c/${group.slug}/topics/${tag}`
        : `${place.origin}/search?q=${encodeURIComponent(`#${tag}`)}`,
    ]),
  );
  const people = known.filter(({ kind }) => kind !== "group").map(({ id }) => id);
  return { content: render({ mentions, hashtags }), mentions: [...new Set(people)].sort() };
}

/** The text as it is kept. Throws a Refusal when there is none (unless pictures speak for it), or too much. */
export function checkedSource(source: string, pictures: number): string {
  const text = wellFormed(source).replace(/\r\n?/g, "\n").replace(CONTROLS, "").trimEnd();
  if (text.length > MOST_TEXT) throw new Refusal("too-long");
  if (text.trim() === "" && pictures === 0) throw new Refusal("text-missing");
  return text;
}

/** A title: one line, neither empty nor too long. */
export function checkedTitle(title: string): string {
  const line = oneLine(title);
  if (line === "") throw new Refusal("title-missing");
  if (line.length > MOST_TITLE) throw new Refusal("too-long");
  return line;
}

/** A content warning; "" is none. */
export function checkedWarning(warning: string): string {
  const line = oneLine(warning);
  if (line.length > MOST_WARNING) throw new Refusal("too-long");
  return line;
}

/** A BCP 47 tag, or null. */
export function checkedLanguage(language: string | null): string | null {
  return language !== null && /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(language) ? language : null;
}

/** What a thread of the kind `link` is about; null where there is none and none is needed. */
export function checkedLink(linkUrl: string | null, needed: boolean): string | null {
  const text = (linkUrl ?? "").trim();
  if (text === "" && !needed) return null;
  const href = cleanHref(text);
  if (href === null || !href.startsWith("http")) throw new Refusal("link-invalid");
  return href;
}
