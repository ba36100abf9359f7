/** What may be a name, and how names and hosts are shown so that they cannot pose as others (R62). */
import { domainToASCII, domainToUnicode } from "node:url";
import { cutAtWord, oneLine } from "./characters.ts";

const LONGEST_DISPLAY_NAME = 100;

/** Names that mean something at the root of a site, in an address book, or in mail; nobody may pose as them. */
const RESERVED = new Set(
  (
    "about abuse account accounts actor actors admin administrator administrators all anonymous api app apps assets atom auth c calendar ceo " +
    "communities community config contact context dashboard delete docs doctor edit everyone explore favicon feed feeds followers following " +
    "gatherings group groups guest help here home hostmaster inbox info instance invite livez local login logout m mail mailer_daemon " +
    "main media member members metrics mod moderator moderators moderation new news nobody nodeinfo none noreply no_reply notifications " +
    "null oauth operator outbox owner owners people policy post posts postmaster privacy profile public readyz register relay repertoire " +
    "replies report reports root rss rules search security server service session sessions settings setup shared shared_inbox signin signout " +
    "signup site staff static stats status statuses steward stewards support system t tag tags team terms test thread threads u undefined " +
    "user users webfinger webmaster well_known www"
  ).split(" "),
);

/**
 * Why a slug cannot be a community's or a person's name, in one sentence, or null when it can: 1 to 30 of a-z, 0-9 and _, with at
 * least one letter or digit, and not a name that means something else here.
 */
export function slugProblem(slug: string): string | null {
  if (slug === "") return "Choose a name.";
  if (slug.length > 30) return "A name has at most 30 characters.";
  if (/[A-Z]/.test(slug)) return "A name has small letters only.";
  if (!/^[a-z0-9_]+$/.test(slug)) return "A name has only the letters a to z, digits and _.";
  if (!/[a-z0-9]/.test(slug)) return "A name has at least one letter or digit.";
  if (RESERVED.has(slug)) return `The name "${slug}" is reserved.`;
  return null;
}

/** A display name fit for a page: one line, no control or bidi characters, at most 100 graphemes. May be empty: show the handle then. */
export function displayName(raw: string): string {
  return cutAtWord(oneLine(raw), LONGEST_DISPLAY_NAME);
}

/** The scripts that may stand together in one host name: one script, or those Japanese, Chinese and Korean are written with (UTS 39, 5.2). */
const TOGETHER = [
  ..."Latin Cyrillic Greek Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Tamil Telugu Kannada Malayalam".split(
    " ",
  ),
  ..."Sinhala Thai Lao Tibetan Myanmar Khmer Ethiopic".split(" "),
  "Latin Han Hiragana Katakana",
  "Latin Han Bopomofo",
  "Latin Han Hangul",
].map((scripts) => {
  const classes = scripts.split(" ").map((script) => `\\p{Script=${script}}`);
  return new RegExp(`^[${classes.join("")}\\p{Script=Common}\\p{Script=Inherited}]*$`, "u");
});

/**
 * A host as people may read it: in its own script when the whole of it is written in one, in punycode when scripts are mixed.
 * A port is kept. What is no host at all comes back in ASCII with "?" for the rest.
 */
export function displayHost(host: string): string {
  const [, name = "", port = ""] = /^(.*?)(:\d{1,5})?$/s.exec(host) ?? [];
  const ascii = domainToASCII(name);
  if (ascii === "") return host.replace(/[^\x21-\x7e]/g, "?");
  const unicode = domainToUnicode(ascii);
  return (TOGETHER.some((script) => script.test(unicode)) ? unicode : ascii) + port;
}
