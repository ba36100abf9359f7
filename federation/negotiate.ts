/** Which face of a URL is asked for: the page for people, or the document for servers (RFC 9110 section 12.5.1). */

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
