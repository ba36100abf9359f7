/** Marks a place in an ordered list, as an opaque word that a stranger hands back in an address (R65). */
import { type Id, parseId } from "../ids.ts";

/** A place after (or before) the row with these two sort keys. */
export interface Place {
  first: string;
  id: Id;
}

/** The word for a place: letters, digits, "-" and "_" only. */
export function writePlace(first: string, id: string): string {
  return Buffer.from(`${first}.${id}`).toString("base64url");
}

/** The place that a word names, or null when it names none; never throws. */
export function readPlace(word: string): Place | null {
  if (word.length > 64 || !/^[\w-]+$/.test(word)) return null;
  const match = /^(\d{1,19})\.(\d{1,19})$/.exec(Buffer.from(word, "base64url").toString("latin1"));
  const first = parseId(match?.[1] ?? "");
  const id = parseId(match?.[2] ?? "");
  return first && id ? { first, id } : null;
}
