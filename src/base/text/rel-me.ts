/** Whether a page says that it belongs to the same person as another (rel="me", microformats.org/wiki/rel-me). */
import sanitize from "sanitize-html";

const MOST_LINKS = 5_000;
/** Characters: elements opened and never closed cost the parser more the more there are, and people link to themselves near the top. */
const MOST_READ = 256 * 1024;

/** Whether `html` holds a link with rel="me" to one of `urls`. Reads its first 256 Ki characters; what is no link is passed over. */
export function linksBack(html: string, urls: readonly string[]): boolean {
  const wanted = new Set(urls.map(plain));
  let found = false;
  let seen = 0;
  const look = (tagName: string, attribs: Record<string, string>) => {
    const rel = (attribs.rel ?? "").toLowerCase().split(/\s+/);
    if (seen++ < MOST_LINKS && rel.includes("me") && wanted.has(plain(attribs.href ?? ""))) found = true;
    return { tagName, attribs: {} };
  };
  sanitize(html.slice(0, MOST_READ), {
    allowedTags: [],
    allowedAttributes: {},
    transformTags: { a: look, link: look },
    nestingLimit: 200,
  });
  return found;
}

/** The same address however it is written: without fragment, query and a slash at its end. */
function plain(raw: string): string {
  const url = URL.parse(raw.trim());
  return url ? `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}` : "";
}
