/** Reading members of a plain ActivityPub document with limits: how many, how long, how deep, and of what shape (R13, R16, R17). */

import { isPlainObject, type PlainObject } from "./read-json.ts";
import { Rejection } from "./rejection.ts";

/** How much of each thing we take. Lengths are in UTF-16 units. Texts over them are cut, counts over them are refused. */
export const LIMITS = {
  recipients: 1000,
  tags: 200,
  attachments: 16,
  pollOptions: 20,
  /** Profile fields of an actor: read so many and no more. */
  actorFields: 20,
  url: 2048,
  content: 100 * 1024,
  name: 300,
  summary: 5 * 1024,
  /** An activity in an activity in an activity: Undo of Announce of Create of Note. */
  nesting: 4,
  types: 8,
  /** Bytes of an activity that brings no words, such as a vote: it is kept, and passed on whole to whoever follows a community. */
  wordless: 64 * 1024,
  /** The longest name of a type: it is written down, and told in the log. */
  type: 256,
} as const;

const HOUR = 3_600_000;
const EARLIEST = Date.UTC(2000, 0, 1);
const PUBLIC = new Set(["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"]);
const ACTOR_TYPES = new Set(["Person", "Group", "Service", "Application", "Organization"]);
/** Types of activities that embed what somebody wrote. */
const WORDY: ReadonlySet<string> = new Set(["Create", "Update", "Announce"]);

/** What the host of the gate may allow. */
export interface LimitOptions {
  /** Ids of actors may be http: for tests and development. */
  allowHttp?: boolean;
  /** How many bytes the whole of it is. */
  bytes?: number;
}

/**
 * Checks an activity and what it embeds as `object`: counts, URL lengths, and that every `actor` and `attributedTo` is
 * exactly one absolute https URL.
 * @throws Rejection 400 with the first thing that is too much or of the wrong shape, 413 when all of it is too much for its type.
 */
export function checkLimits(activity: PlainObject, options: LimitOptions = {}): void {
  authorId(activity.actor, "actor", options);
  const [type = ""] = typesOf(activity.type);
  if ((options.bytes ?? 0) > LIMITS.wordless && !WORDY.has(type))
    throw new Rejection(413, "An activity of this type is at most 64 KiB long.");
  checkObject(activity, options, 0);
}

function checkObject(object: PlainObject, options: LimitOptions, depth: number): void {
  if (depth > LIMITS.nesting) throw new Rejection(400, "The activity wraps too many others.");
  const types = typesOf(object.type);
  atMost(count(object.to) + count(object.cc) + count(object.audience), LIMITS.recipients, "recipients");
  atMost(count(object.tag), LIMITS.tags, "tags");
  if (!types.some((type) => ACTOR_TYPES.has(type))) {
    atMost(count(object.attachment), LIMITS.attachments, "attachments");
    if (object.attributedTo !== undefined) authorId(object.attributedTo, "attributedTo", options);
  }
  atMost(count(object.oneOf), LIMITS.pollOptions, "poll options");
  atMost(count(object.anyOf), LIMITS.pollOptions, "poll options");
  if (depth > 0 && object.actor !== undefined) authorId(object.actor, "actor", options);
  for (const field of ["id", "url", "inReplyTo", "target", "origin", "context", "to", "cc", "audience"])
    checkUrls(object[field], field);
  const inner = object.object;
  if (isPlainObject(inner)) checkObject(inner, options, depth + 1);
  else if (Array.isArray(inner)) {
    atMost(inner.length, LIMITS.recipients, "objects");
    for (const item of inner) if (isPlainObject(item)) checkObject(item, options, depth + 1);
    checkUrls(inner, "object");
  } else checkUrls(inner, "object");
}

function atMost(found: number, limit: number, what: string): void {
  if (found > limit) throw new Rejection(400, `There are ${found} ${what}; ${limit} is the most we take.`);
}

function count(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return value === undefined || value === null ? 0 : 1;
}

function checkUrls(value: unknown, field: string): void {
  if (typeof value === "string") {
    if (value.length > LIMITS.url)
      throw new Rejection(400, `"${field}" holds a URL of more than ${LIMITS.url} characters.`);
  } else if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "string") checkUrls(item, field);
  }
}

/**
 * The types of an object: `type` as a string or a short list of strings; none if it is absent.
 * @throws Rejection 400 for any other shape.
 */
export function typesOf(value: unknown): string[] {
  if (isTypeName(value)) return [value];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.length <= LIMITS.types && value.every(isTypeName)) return value;
  throw new Rejection(400, '"type" is not a name or a short list of names.');
}

function isTypeName(value: unknown): value is string {
  return typeof value === "string" && value.length <= LIMITS.type;
}

/**
 * The one id a member names: a string, or an object whose `id` is a string and whose rest is not looked at.
 * @throws Rejection 400 for lists, numbers, null and everything else (R16).
 */
export function singleId(value: unknown, field = "id"): string {
  const id = isPlainObject(value) ? value.id : value;
  if (typeof id !== "string" || id === "") throw new Rejection(400, `"${field}" must be exactly one id.`);
  if (id.length > LIMITS.url) throw new Rejection(400, `"${field}" is longer than ${LIMITS.url} characters.`);
  return id;
}

/**
 * The id of an actor or author: singleId, and an absolute https URL.
 * @throws Rejection 400 if it is not.
 */
export function authorId(value: unknown, field: string, options: LimitOptions = {}): string {
  const id = singleId(value, field);
  if (httpUrl(id) === null || !(options.allowHttp || id.startsWith("https://"))) {
    throw new Rejection(400, `"${field}" must be an absolute https URL.`);
  }
  return id;
}

/** A member as a list: absent or null is empty, a single value is a list of one. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The ids a member names, strings or objects with an `id`; whatever has none is left out. */
export function idsOf(value: unknown): string[] {
  const ids: string[] = [];
  for (const item of listOf(value)) {
    const id = isPlainObject(item) ? item.id : item;
    if (typeof id === "string" && id !== "" && id.length <= LIMITS.url) ids.push(id);
  }
  return ids;
}

/** Whether the public is among these ids, by any of its three names. */
export function publicIn(ids: readonly string[]): boolean {
  return ids.some((id) => PUBLIC.has(id));
}

/** Whether two URLs are http(s) URLs of the same scheme, host and port. */
export function sameOrigin(a: string, b: string): boolean {
  const first = parseUrl(a);
  return first !== null && first.origin === parseUrl(b)?.origin;
}

/** The value if it is an absolute http or https URL without credentials and of acceptable length, else null. */
export function httpUrl(value: unknown): string | null {
  return parseUrl(value) === null ? null : (value as string);
}

function parseUrl(value: unknown): URL | null {
  // What the URL parser would silently mend (backslashes, blanks, missing slashes) is no URL here.
  if (typeof value !== "string" || value.length > LIMITS.url || !/^https?:\/\/[^\s\\\p{Cc}]+$/u.test(value))
    return null;
  // Ids are looked up by an index, which counts bytes.
  if (value.length * 3 > LIMITS.url && Buffer.byteLength(value) > LIMITS.url) return null;
  const url = URL.parse(value);
  return url === null || url.username !== "" || url.password !== "" ? null : url;
}

/**
 * A time as ActivityStreams writes it (xsd:dateTime); without a zone it is read as UTC, a bare date as its midnight.
 * @param now milliseconds since 1970.
 * @param latest what later times are clamped to: an hour from now, unless the caller expects the future.
 * @returns the time, clamped to 2000 … latest; null if it cannot be read.
 */
export function parseDate(value: unknown, now: number, latest = now + HOUR): Date | null {
  if (typeof value !== "string" || value.length > 40) return null;
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/.exec(
      value,
    );
  if (match === null) return null;
  const [, day, clock = "00:00", fraction = "0", zone = "Z"] = match;
  const time = Date.parse(
    `${day}T${clock.length === 5 ? `${clock}:00` : clock}.${fraction.slice(0, 3)}${normalZone(zone)}`,
  );
  return Number.isNaN(time) ? null : new Date(Math.min(Math.max(time, EARLIEST), latest));
}

function normalZone(zone: string): string {
  if (zone.length === 1) return "Z";
  if (zone.length === 3) return `${zone}:00`;
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}

/** The value if it is a string, cut to at most `max` UTF-16 units without splitting a character; else the empty string. */
export function text(value: unknown, max: number): string {
  if (typeof value !== "string") return "";
  if (value.length <= max) return value;
  const last = value.charCodeAt(max - 1);
  return value.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
