/** Asks a visitor's own server how its people follow somebody elsewhere (WebFinger, RFC 7033; the OStatus subscribe template). */
import type { Context } from "../context.ts";
import { listOf } from "../gate/limits.ts";
import { isPlainObject, readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { OutboundError } from "../http.ts";

const SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe";
const MAX_BYTES = 64 * 1024;
/** The page of a person: Mastodon's and most others', Lemmy's and Mbin's, and Mastodon's ids. */
const PROFILE = /^\/(?:@|u\/|users\/)([^@/]+)\/?$/;

/** What a visitor may type: `ana@host`, `@ana@host`, `host`, or the address of their profile there. */
export function parseVisitor(typed: string): { user: string | null; host: string } | null {
  const trimmed = typed.trim();
  const handle = /^@?([^@\s/]+)@([^@\s/]+)$/.exec(trimmed);
  const [user, place] = handle ? [handle[1] ?? null, handle[2] ?? ""] : [null, trimmed];
  const url = URL.parse(/^https?:\/\//i.test(place) ? place : `https://${place}`);
  if (url?.username !== "" || url.hostname === "" || /\s/.test(trimmed)) return null;
  const profile = user ?? PROFILE.exec(url.pathname)?.[1] ?? null;
  return { user: profile, host: url.host };
}

/**
 * Where a person of that server goes to follow `uri`. With a bare host, which has nobody to ask WebFinger about, and where no template is given
 * that has room for `uri`, the address that Mastodon and most others share is taken. `problem` is one sentence for the visitor.
 */
export async function remoteFollow(
  context: Context,
  typed: string,
  uri: string,
): Promise<{ url: string; host: string } | { problem: string }> {
  const visitor = parseVisitor(typed);
  if (!visitor) return { problem: "Write your handle, such as @ana@mastodon.example, or the name of your server." };
  const { user, host } = visitor;
  const scheme = context.allowHttp ? "http" : "https";
  const common = `${scheme}://${host}/authorize_interaction?uri={uri}`;
  if (user === null) return { url: fill(common, uri), host };
  const resource = encodeURIComponent(`acct:${user}@${host}`);
  try {
    const answer = await context.outbound.get(`${scheme}://${host}/.well-known/webfinger?resource=${resource}`, {
      accept: "application/jrd+json, application/json",
      maxBytes: MAX_BYTES,
    });
    if (answer.status === 404) return { problem: `${host} does not know ${user}. Is the handle spelled right?` };
    if (answer.status !== 200)
      return { problem: `${host} did not say how to follow from there (HTTP ${answer.status}).` };
    const links = listOf(readJson(answer.body).document.links);
    const link = links.find((item) => isPlainObject(item) && item.rel === SUBSCRIBE);
    const given = isPlainObject(link) && typeof link.template === "string" ? link.template : "";
    const url = URL.parse(fill(given.includes("{uri}") ? given : common, uri));
    if (!url || !["https:", context.allowHttp ? "http:" : "https:"].includes(url.protocol)) {
      return { problem: `${host} gave an address that is not one of a web page.` };
    }
    return { url: url.href, host: url.host };
  } catch (error) {
    if (error instanceof OutboundError) {
      // Visitors are strangers: why is for the log, or they would learn what our name server knows.
      context.log.debug("The server of a visitor could not be asked: {why}", { host, why: error.message });
      return { problem: `${host} could not be reached.` };
    }
    if (error instanceof Rejection) return { problem: `${host} answered something that is not WebFinger.` };
    throw error;
  }
}

function fill(template: string, uri: string): string {
  return template.replaceAll("{uri}", encodeURIComponent(uri));
}
