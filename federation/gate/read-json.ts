/** From the bytes of a request to a plain object that is safe to walk, and the text it was made from. */

import { Rejection } from "./rejection.ts";
import { JSON_LIMITS, scan } from "./scan.ts";

/** A JSON object as JSON.parse makes it: its members are of any shape until they are looked at. */
export type PlainObject = Record<string, unknown>;

/** What was read. */
export interface ReadJson {
  document: PlainObject;
  /** The text as it came, without a byte order mark. */
  raw: string;
  /** True if anything was removed from the document, so that the raw text says more than it. */
  cleaned: boolean;
  /** True if it may be for blind recipients (`bto`, `bcc`), somewhere. */
  maybeBlind: boolean;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
/** The cheap test before the walk. A key spelled with escapes is caught by the scan. */
const FORBIDDEN_KEY = /"(?:__proto__|constructor|prototype)"/;
const BLIND_KEY = /"b(?:to|cc)"/;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a value is an object in the sense of JSON: not null, not an array. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a JSON object: valid UTF-8, within the limits of depth and tokens (R12, R13). The keys `__proto__`, `constructor`
 * and `prototype` are dropped (R69); U+0000 and lone surrogates are taken out of strings and keys (R17).
 * @throws Rejection 413 if there are more than 1 MiB, 400 for anything else that is not such an object.
 */
export function readJson(bytes: Uint8Array): ReadJson {
  if (bytes.length > JSON_LIMITS.bytes) throw new Rejection(413, "The body is larger than 1 MiB.");
  const { suspicious } = scan(bytes);
  let raw: string;
  try {
    raw = decoder.decode(bytes);
  } catch {
    throw new Rejection(400, "The body is not valid UTF-8.");
  }
  let document: unknown;
  try {
    document = JSON.parse(raw);
  } catch {
    throw new Rejection(400, "The body is not valid JSON.");
  }
  if (!isPlainObject(document)) throw new Rejection(400, "The body is JSON, but not an object.");
  const cleaned = (suspicious || FORBIDDEN_KEY.test(raw)) && clean(document);
  return { document, raw, cleaned, maybeBlind: suspicious || BLIND_KEY.test(raw) };
}

/** Takes `bto` and `bcc` out of a document that was read, however deep (R50). Says whether there were any. */
export function dropBlind({ document, maybeBlind }: ReadJson): boolean {
  return maybeBlind && dropBlindFrom(document);
}

/** The scan has bounded the depth. */
function dropBlindFrom(value: PlainObject | unknown[]): boolean {
  let found = false;
  for (const [key, member] of Object.entries(value)) {
    if (!Array.isArray(value) && (key === "bto" || key === "bcc")) {
      delete value[key];
      found = true;
    } else if (typeof member === "object" && member !== null) {
      found = dropBlindFrom(member as PlainObject | unknown[]) || found;
    }
  }
  return found;
}

/** Cleans in place and says whether there was anything to clean. The scan has bounded the depth. */
function clean(value: PlainObject | unknown[]): boolean {
  let changed = false;
  const entries = value as PlainObject;
  for (const key of Object.keys(entries)) {
    const member = entries[key];
    if (FORBIDDEN_KEYS.has(key) && !Array.isArray(value)) {
      delete entries[key];
      changed = true;
      continue;
    }
    let kept = member;
    if (typeof member === "string") kept = cleanString(member);
    else if (typeof member === "object" && member !== null) changed = clean(member as PlainObject) || changed;
    const name = cleanString(key);
    if (name !== key) {
      delete entries[key];
      // A key that becomes a forbidden one, or one that is already there, is not kept under the new name.
      if (!FORBIDDEN_KEYS.has(name) && !Object.hasOwn(entries, name)) entries[name] = kept;
      changed = true;
    } else if (kept !== member) {
      entries[key] = kept;
      changed = true;
    }
  }
  return changed;
}

function cleanString(text: string): string {
  const whole = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, "");
  return whole.includes("\0") ? whole.replaceAll("\0", "") : whole;
}
