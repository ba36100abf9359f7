/** `@name`, `@name@host` and `#tag` in Markdown: found where they stand as words of their own, linked where somebody knows what they name. */
import type { MarkdownIt, StateInline, Token } from "markdown-it";
import { escapeText } from "./markup.ts";

/** Names and tags in one text that are looked for; more stay text. */
const MOST_NAMED = 50;

const MENTION =
  /@([a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?)(?:@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?))?/iy;
const HASHTAG = /#([\p{L}\p{N}\p{M}_]{1,100})/uy;
/** What may not stand right before or after one. */
const WORD = /[\p{L}\p{N}\p{M}_@#&/]/u;
const WORD_AFTER = /[\p{L}\p{N}\p{M}_@]/u;

/** What a text names. Names and hosts in lower case; a host of null is this server. */
export interface Named {
  mentions: { name: string; host: string | null }[];
  /** Without `#`, in lower case. */
  hashtags: string[];
}

/** What the names and tags of a text lead to; what is not in it stays text. */
export interface Links {
  /** By `mentionKey`. */
  mentions: ReadonlyMap<string, string>;
  /** By tag, in lower case. */
  hashtags: ReadonlyMap<string, string>;
}

/** How a mention is found in `Links`. */
export function mentionKey(name: string, host: string | null): string {
  return host === null ? name.toLowerCase() : `${name}@${host}`.toLowerCase();
}

/** Adds both to a parser. Rendering needs `links` in its env; without, they are text. */
export function nameThings(parser: MarkdownIt): void {
  parser.inline.ruler.before("emphasis", "mention", (state, silent) => read(state, silent, "mention", "@", MENTION));
  parser.inline.ruler.before("emphasis", "hashtag", (state, silent) => read(state, silent, "hashtag", "#", HASHTAG));

  parser.renderer.rules.mention = (tokens, index, _, env) => {
    const { content, key, name } = found(tokens[index] as Token);
    const href = linksIn(env)?.mentions.get(key);
    if (href === undefined) return escapeText(content);
    return `<span class="h-card"><a href="${attribute(href)}" class="u-url mention">@<span>${escapeText(name)}</span></a></span>`;
  };
  parser.renderer.rules.hashtag = (tokens, index, _, env) => {
    const { content, key, name } = found(tokens[index] as Token);
    const href = linksIn(env)?.hashtags.get(key);
    if (href === undefined) return escapeText(content);
    return `<a href="${attribute(href)}" class="mention hashtag">#<span>${escapeText(name)}</span></a>`;
  };
}

/** What `read` wrote into a token; `name` as it was typed. */
function found({ content, meta }: Token): { content: string; key: string; name: string } {
  return { content, key: String(meta?.key), name: String(meta?.name) };
}

function linksIn(env: unknown): Links | undefined {
  return (env as { links?: Links } | undefined)?.links;
}

/** Looks once, at this place, for a bounded number of characters; the parser never calls it within code, and a link holds no other. */
function read(
  state: StateInline,
  silent: boolean,
  type: "mention" | "hashtag",
  sign: string,
  pattern: RegExp,
): boolean {
  if (state.src[state.pos] !== sign || state.linkLevel > 0) return false;
  if (state.pos > 0 && WORD.test(characterBefore(state.src, state.pos))) return false;
  pattern.lastIndex = state.pos;
  const match = pattern.exec(state.src.slice(0, state.posMax));
  if (match === null) return false;
  const [content, name = "", host] = match;
  const end = state.pos + content.length;
  if (end < state.posMax && WORD_AFTER.test(String.fromCodePoint(state.src.codePointAt(end) ?? 32))) return false;
  // "#1" counts something.
  if (type === "hashtag" && !/[\p{L}_]/u.test(name)) return false;
  if (!silent) {
    const token = state.push(type, "", 0);
    token.content = content;
    token.meta = { key: type === "mention" ? mentionKey(name, host ?? null) : name.toLowerCase(), name };
  }
  state.pos = end;
  return true;
}

function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text.charAt(at - 1);
}

/** What the tokens of a parsed text name: the first 50 of each kind. */
export function namedIn(tokens: readonly Token[]): Named {
  const mentions = new Map<string, { name: string; host: string | null }>();
  const hashtags = new Set<string>();
  for (const block of tokens) {
    for (const token of block.children ?? []) {
      if (token.type === "mention" && mentions.size < MOST_NAMED) {
        const { key } = found(token);
        const [name = "", host = null] = key.split("@");
        mentions.set(key, { name, host });
      }
      if (token.type === "hashtag" && hashtags.size < MOST_NAMED) hashtags.add(found(token).key);
    }
  }
  return { mentions: [...mentions.values()], hashtags: [...hashtags] };
}

function attribute(text: string): string {
  return escapeText(text).replace(/"/g, "&quot;");
}
