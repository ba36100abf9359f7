/** Which face of a URL is asked for: the page for people, or the document for servers (RFC 9110 section 12.5.1), and for which of those. */
import type { Db } from "../db/open.ts";
import { findPeer } from "../db/queries/peers.ts";
import type { Face } from "./objects/own-post.ts";
import { KNOW_NO_POLLS } from "./software.ts";

const DOCUMENT = /^application\/(?:activity\+json|ld\+json|json)$/;
const PAGE = /^(?:text\/html|application\/xhtml\+xml)$/;

/** Whether an Accept header prefers the ActivityPub document over the page. Whoever asks for nothing in particular gets the page. */
export function wantsDocument(accept: string | undefined): boolean {
  if (!accept) return false;
  let document = 0;
  let page = 0;
  for (const [index, part] of accept.slice(0, 1_000).split(",").entries()) {
    const [type = "", ...parameters] = part.trim().toLowerCase().split(";");
    const q = Number(/^\s*q=([0-9.]+)\s*$/.exec(parameters.at(-1) ?? "")?.[1] ?? 1);
    // Of two that are wanted equally, the one named first.
    const weight = q - index / 10_000;
    if (DOCUMENT.test(type.trim())) document = Math.max(document, weight);
    else if (PAGE.test(type.trim())) page = Math.max(page, weight);
  }
  return document > page;
}

/**
 * The host in whose name a request is signed; undefined where it is not. The signature is not verified: what is served is public, and who claims
 * to be somebody else only gets what is meant for them.
 */
export function signingHost(header: (name: string) => string | undefined): string | undefined {
  const signature = `${header("signature") ?? ""} ${header("signature-input") ?? ""}`;
  const key = /keyid="([^"]{1,2048})"/i.exec(signature)?.[1];
  return key === undefined ? undefined : URL.parse(key)?.host;
}

/** The face of a post for the host that asks: a Page for servers that we know as forums, a Note for all others. */
export async function faceFor(db: Db, host: string | undefined): Promise<Face> {
  const peer = host ? await findPeer(db, host) : null;
  if (peer?.dialect === "forum" && KNOW_NO_POLLS.includes(peer.software ?? "")) return "pages";
  return peer?.dialect ?? "microblog";
}
