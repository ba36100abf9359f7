/** People and servers as they are written on a page (R62): names isolated, hosts plain. */
import { html } from "hono/html";
import { displayHost, displayName } from "../../base/text/names.ts";
import type { Html } from "../site.ts";

export interface Named {
  name: string;
  username: string;
  /** Null: somebody of this server. */
  host: string | null;
}

/** `displayName`, with a short way for names that need nothing done to them: one line of words in ASCII. */
export function plainName(name: string): string {
  return name.length <= 100 && /^[!-~]+(?: [!-~]+)*$/.test(name) ? name : displayName(name);
}

/** What to call somebody: the name they chose, else their user name. Plain text. */
export function callName({ name, username }: Pick<Named, "name" | "username">): string {
  return plainName(name) || plainName(username);
}

/** Their name, kept from moving the text around it. */
export function nameElement(person: Pick<Named, "name" | "username">): Html {
  return html`<bdi>${callName(person)}</bdi>`;
}

/** The host of a site's origin: `commons.example`, with the port where it has one. */
export function hostOf(origin: string): string {
  return new URL(origin).host;
}

/** `@ana@mastodon.example`. Plain text. */
export function handleOf({ username, host }: Pick<Named, "username" | "host">, ownHost: string): string {
  return `@${displayName(username)}@${shownHost(host ?? ownHost)}`;
}

const MOST_HOSTS = 5_000;
const hosts = new Map<string, string>();

/** `displayHost`, remembered: few servers write most posts, and reading a host's scripts takes longer than all else in a byline. */
export function shownHost(host: string): string {
  let shown = hosts.get(host);
  if (shown === undefined) {
    if (hosts.size >= MOST_HOSTS) hosts.clear();
    shown = displayHost(host);
    hosts.set(host, shown);
  }
  return shown;
}

/** A link's address, if it is one that a page may carry; else null. */
export function webAddress(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed && (parsed.protocol === "https:" || parsed.protocol === "http:") ? parsed.href : null;
}
