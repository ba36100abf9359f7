/** The rewriter behind the sanitiser: it reads well-formed markup of the allowed tags, and writes every tag itself. */
import { cleanHref, misleadingHost } from "./links.ts";

const DEEPEST = 64;
const DEEPEST_PLAIN = 32;
const REL = "nofollow noopener noreferrer ugc";

const INLINE = new Set(["span", "a", "del", "s", "code", "b", "strong", "u", "i", "em", "ruby", "rt", "rp"]);
const BLOCK = new Set(["p", "pre", "blockquote", "ul", "ol", "li"]);
const HEADING = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);
const LIST_BOUNDARY = new Set(["ul", "ol", "blockquote", "pre"]);

// Text, an end tag, or a start tag whose attributes are all name="value". Each alternative is linear in what it reads.
const TOKEN = /([^<]+)|<(?:\/([a-z][a-z0-9]*)|([a-z][a-z0-9]*)((?: +[a-z][a-z0-9-]*="[^"<>]*")*) *(\/?))>/y;
const ATTRIBUTE = /([a-z][a-z0-9-]*)="([^"]*)"/g;
const ENTITY = /&(?:(amp|lt|gt|quot|apos|nbsp|#39);)?/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  "#39": "'",
};
const CLASS = /^(?:(?:[hpue]|dt)-[A-Za-z0-9_-]+|mention|hashtag|ellipsis|invisible|quote-inline)$/;

interface Link {
  href: string;
  text: string;
  shown: string;
}

interface Frame {
  name: string;
  /** What closes it in the output; empty when its start tag was left out. */
  end: string;
  depth: number;
  hidden: boolean;
  link: Link | null;
}

/**
 * Rewrites markup in one pass. With `strict` anything that a browser would have to repair, and anything not allowed, makes it
 * give up with null. Without, the input must be tags and text as sanitize-html writes them; nesting is repaired then as HTML's
 * tree builder would (WHATWG HTML 13.2.6.4.7), h1 to h6 become a bold paragraph and div a new line.
 *
 * What it writes is safe whatever it read: it copies no tag and no attribute, only names and values it has checked.
 */
export function rewrite(html: string, strict: boolean): string | null {
  const stack: Frame[] = [];
  let out = "";
  let depth = 0;
  let link: Link | null = null;
  let freshLine = true;
  let breakDue = false;

  const close = (keep: number): void => {
    while (stack.length > keep) {
      const frame = stack.pop() as Frame;
      if (frame.link !== null) {
        const host = misleadingHost(frame.link.href, frame.link.text, frame.link.shown);
        if (host !== null) out += ` [${host}]`;
        link = null;
      }
      out += frame.end;
      depth -= frame.depth;
      if (frame.name === "div") breakDue = !freshLine;
      else if (frame.end !== "" && !INLINE.has(frame.name)) newLine();
    }
  };
  const newLine = (): void => {
    freshLine = true;
    breakDue = false;
  };
  const startContent = (): void => {
    if (breakDue) out += "<br />";
    freshLine = false;
    breakDue = false;
  };
  const open = (
    name: string,
    start: string,
    end: string,
    cost: number,
    hidden = false,
    opened: Link | null = null,
  ): void => {
    const fits = end !== "" && depth + cost <= DEEPEST;
    if (fits) out += start;
    depth += fits ? cost : 0;
    if (fits && opened !== null) link = opened;
    stack.push({
      name,
      end: fits ? end : "",
      depth: fits ? cost : 0,
      // Hidden within its link, that is: a link that is hidden as a whole misleads nobody, and is read as if it were not.
      hidden: opened === null && (hidden || (stack.at(-1)?.hidden ?? false)),
      link: fits ? opened : null,
    });
  };

  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < html.length) {
    const token = TOKEN.exec(html);
    if (token === null) return null;
    const [, text, endName, name = "", attributes = "", slash] = token;

    if (text !== undefined) {
      const plain = decode(text);
      if (plain === null) return null;
      if (/\S/.test(plain)) startContent();
      out += plain === text && !text.includes(">") ? text : escapeText(plain);
      if (link !== null) {
        const target: Link = link;
        target.text += plain;
        if (!stack.at(-1)?.hidden) target.shown += plain;
      }
      continue;
    }

    if (endName !== undefined) {
      let at = stack.length - 1;
      if (strict) {
        if (stack[at]?.name !== endName) return null;
      } else {
        while (at >= 0 && stack[at]?.name !== endName) at--;
        if (at < 0) continue;
      }
      close(at);
      continue;
    }

    if (name === "br") {
      out += "<br />";
      newLine();
      continue;
    }
    if (strict && (slash !== "" || stack.length >= DEEPEST_PLAIN)) return null;

    const values = read(attributes);
    if (values === null) return null;
    const classes = values.class === undefined ? "" : keptClasses(values.class);
    const isHidden = classes.split(" ").includes("invisible");
    const classAttribute = classes === "" ? "" : ` class="${classes}"`;

    if (BLOCK.has(name)) {
      const repair = blockRepair(stack, name);
      if (strict && repair < stack.length) return null;
      if (name === "p" && stack.some((frame) => HEADING.has(frame.name))) {
        open(name, "", "", 0);
        continue;
      }
      close(repair);
      newLine();
      open(name, `<${name}${classAttribute}>`, `</${name}>`, 1, isHidden);
    } else if (name === "a") {
      if (stack.some((frame) => frame.link !== null)) {
        if (strict) return null;
        open(name, "", "", 0);
        continue;
      }
      startContent();
      const href = values.href === undefined ? null : cleanHref(values.href);
      const target = href === null ? "" : ` href="${escapeAttribute(href)}"`;
      const start = `<a${target}${classAttribute} rel="${REL}">`;
      open(name, start, "</a>", 1, false, { href: href ?? "", text: "", shown: "" });
    } else if (INLINE.has(name)) {
      if (name === "rt" || name === "rp") {
        if (strict && stack.some((frame) => frame.name === "rt" || frame.name === "rp")) return null;
        const top = stack.findLastIndex((frame) => frame.end !== "");
        if (stack[top]?.name === "rt" || stack[top]?.name === "rp") close(top);
      }
      if (breakDue) startContent();
      open(name, `<${name}${classAttribute}>`, `</${name}>`, 1, isHidden);
    } else if (strict) {
      return null;
    } else if (HEADING.has(name)) {
      if (stack.some((frame) => HEADING.has(frame.name))) {
        open(name, "", "", 0);
        continue;
      }
      close(blockRepair(stack, "p"));
      newLine();
      open(name, `<p${classAttribute}><strong>`, "</strong></p>", 2, isHidden);
    } else if (name === "div") {
      breakDue = !freshLine;
      open(name, "", "", 0);
    } else {
      return null;
    }
  }
  if (strict && stack.length > 0) return null;
  close(0);
  return out;
}

/** Where to cut the stack back to before a block may open: a paragraph ends at any block, an item at the next item. */
function blockRepair(stack: readonly Frame[], name: string): number {
  let keep = stack.length;
  for (let at = stack.length - 1; at >= 0; at--) {
    const frame = stack[at];
    if (frame === undefined || frame.end === "") continue;
    const open = frame.name;
    if (open === "p" || HEADING.has(open)) keep = at;
    if (name === "li" && open === "li") return at;
    if (LIST_BOUNDARY.has(open)) break;
  }
  return keep;
}

function read(attributes: string): { href?: string; class?: string } | null {
  const found: { href?: string; class?: string } = {};
  if (attributes === "") return found;
  for (const [, name, raw = ""] of attributes.matchAll(ATTRIBUTE)) {
    if (name !== "href" && name !== "class") continue;
    const value = decode(raw);
    // Of two attributes of one name the first counts, and readers differ: leave such a tag to the real parser.
    if (value === null || found[name] !== undefined) return null;
    found[name] = value;
  }
  return found;
}

function keptClasses(value: string): string {
  return value
    .split(/\s+/)
    .filter((name) => CLASS.test(name))
    .join(" ");
}

/** Null when there is a character reference other than the common seven: those are left to the real parser. */
function decode(text: string): string | null {
  if (!text.includes("&")) return text;
  let known = true;
  const decoded = text.replace(ENTITY, (_, name: string | undefined) => {
    if (name === undefined) known = false;
    return CHARACTERS[name ?? ""] ?? "";
  });
  return known ? decoded : null;
}

/** Text as it stands between tags. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function escapeAttribute(value: string): string {
  return escapeText(value).replace(/"/g, "&quot;");
}
