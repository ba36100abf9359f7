/** Which URLs this server may ask for: scheme, port, host and nothing smuggled along, before any name is resolved. */
import { isIP } from "node:net";
import { refusedAddress } from "./addresses.ts";
import { OutboundError } from "./errors.ts";

const MAX_URL_LENGTH = 4096;

/** Names that only mean something inside one network; with private addresses allowed they are that network's own names. */
const innerNames = ["local", "internal", "home.arpa", "localhost"];

/**
 * Reads a URL we are about to connect to, and refuses it unless it is fit for the open internet: https, port 80 or 443, no
 * credentials, a name with a dot that is not an inner one, or a public IP address in any spelling (URL parsing makes decimal,
 * octal and hex forms plain). `allowPrivate` also takes http, any port, inner names and the operator's own addresses.
 *
 * @returns the URL without its fragment
 * @throws OutboundError "forbidden"
 */
export function checkUrl(raw: string, allowPrivate: boolean): URL {
  const url = raw.length <= MAX_URL_LENGTH ? URL.parse(raw) : null;
  if (!url) throw forbidden(`${JSON.stringify(raw.slice(0, 100))} is not a URL this server can open.`);
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:")) {
    throw forbidden(`${shown(url)} is refused: only https is opened.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw forbidden(`${shown(url)} is refused: the address carries a user name or password.`);
  }
  if (!allowPrivate && url.port !== "" && url.port !== "80") {
    throw forbidden(`${shown(url)} is refused: only ports 80 and 443 are opened.`);
  }
  if (url.port === "0") throw forbidden(`${shown(url)} is refused: port 0 cannot be opened.`);
  const reason = refusedHost(plainHost(url.hostname), allowPrivate);
  if (reason !== undefined) throw forbidden(`${shown(url)} is refused: its host is ${reason}.`);
  if (url.href.includes("#")) url.hash = "";
  return url;
}

/** A URL's host without the brackets that IPv6 addresses wear there. */
export function plainHost(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function refusedHost(host: string, allowPrivate: boolean): string | undefined {
  if (isIP(host) !== 0) return refusedAddress(host, allowPrivate);
  if (host.endsWith(".")) return "written with a dot at its end";
  if (isWithin(host, "onion")) return "a hidden service";
  if (allowPrivate) return undefined;
  if (!host.includes(".")) return "a bare name without a domain";
  return innerNames.some((name) => isWithin(host, name)) ? "a name of an inner network" : undefined;
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function shown(url: URL): string {
  return `${url.protocol}//${url.host.slice(0, 253)}`;
}

function forbidden(message: string): OutboundError {
  return new OutboundError("forbidden", message);
}
