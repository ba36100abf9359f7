/** Looks at the pages that people link to on their profiles: those that link back are theirs. */
import type { Outbound } from "../../federation/index.ts";
import { linksBack } from "../base/text/rel-me.ts";
import { linkSeen, uncheckedLinks } from "../domain/people/profile.ts";
import type { House } from "../domain/transact.ts";

const AGAIN_MS = 7 * 24 * 3_600_000;
const AT_ONCE = 20;
const MOST_BYTES = 1024 * 1024;
const LONGEST_MS = 10_000;

/** New links, and each other one once a week. Returns at how many it looked. */
export async function checkLinks(
  house: Pick<House, "db" | "now" | "origin">,
  outbound: Pick<Outbound, "get">,
): Promise<number> {
  const links = await uncheckedLinks(house, new Date(house.now().getTime() - AGAIN_MS), AT_ONCE);
  for (const link of links) {
    const ours = [link.uri, `${house.origin}/@${link.username}`];
    await linkSeen(house, link, await look(outbound, link.url, ours));
  }
  return links.length;
}

/** Null: it could not be had just now, which says nothing. */
async function look(outbound: Pick<Outbound, "get">, url: string, ours: readonly string[]): Promise<boolean | null> {
  try {
    const asked = { accept: "text/html, application/xhtml+xml;q=0.9", maxBytes: MOST_BYTES, totalMs: LONGEST_MS };
    const { status, headers, body } = await outbound.get(url, asked);
    if (status === 404 || status === 410) return false;
    if (status !== 200) return null;
    return /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers["content-type"] ?? "")
      ? linksBack(body.toString(), ours)
      : false;
  } catch (error) {
    // Whatever is wrong on the way or over there has a code; anything else is a bug of ours.
    if (error instanceof Error && "kind" in error) return null;
    throw error;
  }
}
