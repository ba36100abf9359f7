/** Small readers for JSON from strangers: a value may be one thing, a list of things, or something else entirely. */
import type { Doc, Visibility } from "./types.ts";

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
export const AS2 = "https://www.w3.org/ns/activitystreams";

export function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The id in a string, or in an object with one. */
export function idOf(value: unknown): string | undefined {
  return textOf(isDoc(value) ? value.id : value);
}

export function idsOf(value: unknown): string[] {
  return listOf(value).flatMap((item) => idOf(item) ?? []);
}

export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

export function sameHost(a: string | undefined, b: string | undefined): boolean {
  const host = hostOf(a);
  return host !== undefined && host === hostOf(b);
}

export function withoutFragment(url: string): string {
  return url.split("#", 1)[0] ?? url;
}

export function parseDoc(body: string): Doc | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isDoc(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? "&quot;");
}

export function paragraphs(text: string): string {
  const parts = text.split(/\n{2,}/).map((part) => escapeHtml(part).replaceAll("\n", "<br />"));
  return parts.map((part) => `<p>${part}</p>`).join("");
}

export function visibilityOf(object: Doc, followers: string | undefined): Visibility {
  const to = idsOf(object.to);
  const cc = idsOf(object.cc);
  if (to.includes(PUBLIC)) return "public";
  if (cc.includes(PUBLIC)) return "unlisted";
  return followers !== undefined && [...to, ...cc].includes(followers) ? "followers" : "direct";
}

/** Mentions in `tag`, as actor ids. */
export function mentionsOf(object: Doc): string[] {
  return listOf(object.tag).flatMap((tag) => (isDoc(tag) && tag.type === "Mention" ? (textOf(tag.href) ?? []) : []));
}

/** Whether `value` has all that `pattern` asks; lists in the pattern are compared whole, one-element lists loosely. */
export function matches(value: unknown, pattern: unknown): boolean {
  if (pattern === undefined) return true;
  if (isDoc(pattern)) {
    const doc = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return isDoc(doc) && Object.entries(pattern).every(([key, part]) => matches(doc[key], part));
  }
  if (Array.isArray(pattern)) {
    const items = listOf(value);
    return items.length === pattern.length && pattern.every((part, i) => matches(items[i], part));
  }
  return value === pattern || (Array.isArray(value) && value.length === 1 && value[0] === pattern);
}

/** Drops the oldest entries of a map beyond `limit`, sparing those that `keep` names. */
export function bound<V>(map: Map<string, V>, limit: number, keep: (key: string) => boolean = () => false): void {
  if (map.size <= limit) return;
  for (const key of map.keys()) {
    if (keep(key)) continue;
    map.delete(key);
    if (map.size <= limit) return;
  }
}
