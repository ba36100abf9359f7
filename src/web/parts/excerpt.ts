/** The beginning of a text as one plain line: for lists, descriptions and feeds. */
import { cutAtWord, oneLine } from "../../base/text/characters.ts";
import { textOf } from "../../base/text/sanitize.ts";

/** People that a post begins by calling: the community itself, mostly. */
const CALLS = /^(?:\s*[@!][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.:-]+)?[\s,;:–—]*)+/u;

/**
 * One line of at most `max` characters from the beginning of sanitised HTML, which may have been cut in the middle of a tag. What only
 * repeats `title` is left out: a post from a microblog has its first line for a title.
 */
export function glimpse(html: string, max: number, title = ""): string {
  const whole = html.lastIndexOf("<") > html.lastIndexOf(">") ? html.slice(0, html.lastIndexOf("<")) : html;
  const line = oneLine(textOf(whole.replace(/&[#\w]{0,8}$/, "")).slice(0, max * 8)).replace(CALLS, "");
  const said = title.endsWith("…") ? title.slice(0, -1) : title;
  if (said === "" || !line.startsWith(said)) return cutAtWord(line, max);
  const rest = line.slice(said.length);
  return cutAtWord(title.endsWith("…") ? `…${rest.trimStart()}` : rest.replace(/^[\s.,;:!?…–—-]+/u, ""), max).replace(
    /^…$/,
    "",
  );
}
