/** What a link in a stranger's text may point to, and when its words lie about where it leads. */
import { domainToASCII } from "node:url";

const LONGEST = 2048;
const PLAIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:[/?#][\w\-.~!$&'()*+,;=:@/?#%]*)?$/i;
const MAIL = /^mailto:[^\s"'<>?&%@\\]{1,64}@[a-z0-9.-]{1,255}$/i;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const HOST = /^(?:[\p{L}\p{N}\p{M}_-]+[.\u3002\uff0e\uff61])+\p{L}[\p{L}\p{N}\p{M}-]+/u;
/** File endings that are no top-level domains: "config.json" is not a host. */
const FILE = /\.(?:css|csv|gif|html?|jpe?g|js|json|pdf|php|png|svg|toml|ts|txt|xml|ya?ml)$/i;

/**
 * The target a link keeps: an absolute http or https URL of at most 2,048 characters without user and password, or a bare
 * mailto. Null for everything else. What is not written plainly comes back as the URL parser writes it.
 */
export function cleanHref(raw: string): string | null {
  const href = raw.trim();
  if (href.length === 0 || href.length > LONGEST) return null;
  if (MAIL.test(href)) return href;
  const url = URL.parse(href);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  if (url.username !== "" || url.password !== "" || url.hostname === "") return null;
  const clean = PLAIN.test(href) ? href : url.href;
  return clean.length <= LONGEST ? clean : null;
}

/**
 * R63: the host to show after a link's words, when they look like an address on another host; else null.
 * `text` is all of the link's text, `shown` the part a reader sees (Mastodon hides the scheme in `.invisible` spans):
 * either may mislead, depending on whether our stylesheet is there.
 */
export function misleadingHost(href: string, text: string, shown: string): string | null {
  if (!mayBeAddress(text) && !mayBeAddress(shown)) return null;
  const real = hostOf(href);
  if (real === null) return null;
  const own = withoutWww(real.replace(/:\d+$/, ""));
  const claims = [...claimedHosts(text), ...claimedHosts(shown)];
  if (claims.every((claim) => withoutWww(claim) === own)) return null;
  return shown.trimEnd().endsWith(`[${real}]`) ? null : real;
}

function hostOf(href: string): string | null {
  if (/^mailto:/i.test(href)) return href.slice(href.lastIndexOf("@") + 1).toLowerCase();
  return URL.parse(href)?.host ?? null;
}

/** A cheap first look, so that "@ten" and "read this" cost nothing. */
function mayBeAddress(text: string): boolean {
  return /[.\u3002\uff0e\uff61]|:[/\\]/.test(text) && !/^@[^\s:]*$/.test(text);
}

/** The hosts that a link's words name: any URL or `www.` word in them, or a lone host name. */
function claimedHosts(text: string): string[] {
  const visible = text
    .slice(0, 2 * LONGEST)
    .replace(INVISIBLE, "")
    .normalize("NFKC");
  const tokens = visible.split(/\s+/).filter((token) => /[\p{L}\p{N}]/u.test(token));
  const hosts: string[] = [];
  for (const token of tokens) {
    const address = token.replace(/^[\p{P}\p{S}]+/u, "");
    const authority = /^[a-z][a-z0-9+.-]*:[/\\]+(?:[^/\\?#]*@)?([^/\\?#:]+)/i.exec(address)?.[1];
    if (authority === undefined && tokens.length > 1 && !/^www\./i.test(address)) continue;
    const host = authority?.replace(/[\p{P}\p{S}]+$/u, "") ?? HOST.exec(address)?.[0] ?? "";
    if (host === "" || (authority === undefined && (FILE.test(host) || address.startsWith("@", host.length)))) continue;
    hosts.push(domainToASCII(host) || host.toLowerCase());
  }
  return hosts;
}

function withoutWww(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}
