/** Structured logs: set up once, one line per record, request ids on every line, no secrets and no forged lines (R73). */
import { AsyncLocalStorage } from "node:async_hooks";
import { configureSync, getLogger, type Logger, type LogLevel, type LogRecord, withContext } from "@logtape/logtape";
import { escapeControls } from "./text/characters.ts";

export type { Logger, LogLevel } from "@logtape/logtape";

/** The levels in order of severity. */
export const logLevels: readonly LogLevel[] = ["trace", "debug", "info", "warning", "error", "fatal"];

/** How to log: the lowest level shown, the form, and where lines go (standard error unless told otherwise). */
export interface LogSettings {
  level: LogLevel;
  format: "pretty" | "json";
  stream?: { write(line: string): unknown };
}

const ROOT = "commonplace";
const HIDDEN = "[redacted]";
const LONGEST_STRING = 2000;
const LONGEST_STACK = 8000;
const MOST_ITEMS = 50;
const DEEPEST = 5;

const SECRET_NAME =
  /(?:authorization|cookie|passw(?:or)?d|passphrase|secret|token|signature|privatekey|apikey|body)s?$/;
const SECRET_IN_QUERY =
  /([?&#](?:code|state|token|invitation|access_token|refresh_token|id_token|client_secret|password|signature)=)[^&#\s"']+/gi;
const SECRET_IN_HEADER = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const DATABASE_PASSWORD = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,100}:)[^\s/@]{1,300}@/gi;

/** Sets up logging for the whole process; called again it replaces the settings. */
export function configureLogging({ level, format, stream = process.stderr }: LogSettings): void {
  const line = format === "json" ? jsonLine : prettyLine;
  configureSync({
    reset: true,
    sinks: { stream: (record) => void stream.write(line(record)) },
    loggers: [
      { category: ROOT, sinks: ["stream"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["stream"], lowestLevel: "warning" },
    ],
    contextLocalStorage: new AsyncLocalStorage<Record<string, unknown>>(),
  });
}

/** The logger of one part of the program; its category is ["commonplace", part]. Silent until `configureLogging` was called. */
export function logger(part: string): Logger {
  return getLogger([ROOT, part]);
}

/** Runs `fn`; every record logged in it and in what it awaits carries the id of the request, and the address it came from. */
export function withRequest<T>(request: { requestId: string; from?: string }, fn: () => T): T {
  return withContext(request, fn);
}

function jsonLine(record: LogRecord): string {
  const line = {
    ts: new Date(record.timestamp).toISOString(),
    level: record.level,
    msg: messageOf(record),
    category: record.category.join("."),
    ...unreserved(safeProperties(record)),
  };
  // JSON escapes C0 only: the rest of the control characters, DEL and the line separators are escaped here.
  return `${JSON.stringify(line).replace(/[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, escapeAsJson)}\n`;
}

function escapeAsJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A property may not stand in for one of the line's own fields. */
function unreserved(properties: Record<string, unknown>): Record<string, unknown> {
  const own = ["ts", "level", "msg", "category"];
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [own.includes(name) ? `${name}_` : name, value]),
  );
}

function prettyLine(record: LogRecord): string {
  const time = new Date(record.timestamp).toISOString().slice(11, 23);
  const part = record.category.slice(record.category[0] === ROOT ? 1 : 0).join(".");
  const stacks: string[] = [];
  const properties = Object.entries(safeProperties(record)).map(([name, value]) => {
    if (isErrorShape(value)) stacks.push(...value.stack.split("\n").filter((line) => /^\s+at /.test(line)));
    const shown = isErrorShape(value)
      ? `${value.name}: ${value.message}`
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
    return `${escapeControls(name)}=${escapeControls(shown ?? "")}`;
  });
  const words = [time, record.level.toUpperCase().padEnd(7), part, escapeControls(messageOf(record)), ...properties];
  return [words.join(" "), ...stacks.map(escapeControls)].map((line) => `${line}\n`).join("");
}

function isErrorShape(value: unknown): value is { name: string; message: string; stack: string } {
  return typeof value === "object" && value !== null && "stack" in value && typeof value.stack === "string";
}

/** The message with its values; values of properties with secret names are hidden in it as well. */
function messageOf(record: LogRecord): string {
  const hidden = new Set<unknown>();
  if (record.message.length > 1) gatherSecrets(record.properties, hidden, 0);
  return record.message
    .map((part, at) => {
      // Even parts are the program's own words, odd ones the values.
      if (at % 2 === 0) return String(part);
      if (hidden.has(part)) return HIDDEN;
      const value = safe(part, 0);
      if (isErrorShape(value)) return `${value.name}: ${value.message}`;
      return typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
    })
    .join("");
}

function gatherSecrets(properties: object, into: Set<unknown>, depth: number): void {
  for (const [name, value] of Object.entries(properties).slice(0, MOST_ITEMS)) {
    if (isSecret(name, value)) into.add(value);
    else if (typeof value === "object" && value !== null && depth < DEEPEST) gatherSecrets(value, into, depth + 1);
  }
}

function safeProperties(record: LogRecord): Record<string, unknown> {
  return safeEntries(Object.entries(record.properties), 0);
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return false;
  return SECRET_NAME.test(name.toLowerCase().replace(/[-_ ]/g, ""));
}

function safeEntries(entries: readonly (readonly [string, unknown])[], depth: number): Record<string, unknown> {
  const kept = entries
    .slice(0, MOST_ITEMS)
    .map(([name, value]) => [name, isSecret(name, value) ? HIDDEN : safe(value, depth)]);
  return Object.fromEntries(kept);
}

/** A copy that JSON can hold: bounded in depth, length and number, with secrets hidden. */
function safe(value: unknown, depth: number): unknown {
  if (typeof value === "string") return safeString(value, LONGEST_STRING);
  if (typeof value === "bigint" || typeof value === "symbol") return String(value);
  if (typeof value === "function") return `[function ${value.name}]`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (value instanceof URL) return safeString(value.href, LONGEST_STRING);
  if (depth >= DEEPEST) return "[…]";
  if (value instanceof Error) return safeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => safe(item, depth + 1));
  if (value instanceof Set) return [...value].slice(0, MOST_ITEMS).map((item) => safe(item, depth + 1));
  if (value instanceof Map)
    return safeEntries(
      [...value].map(([name, item]) => [String(name), item] as const),
      depth + 1,
    );
  return safeEntries(Object.entries(value), depth + 1);
}

function safeError(error: Error, depth: number): Record<string, unknown> {
  const code =
    "code" in error && (typeof error.code === "string" || typeof error.code === "number") ? error.code : undefined;
  return {
    name: error.name,
    message: safeString(error.message, LONGEST_STRING),
    ...(code === undefined ? {} : { code }),
    ...(error.cause === undefined ? {} : { cause: safe(error.cause, depth + 1) }),
    stack: safeString(error.stack ?? "", LONGEST_STACK),
  };
}

function safeString(text: string, longest: number): string {
  const kept = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return kept
    .toWellFormed()
    .replace(PRIVATE_KEY, HIDDEN)
    .replace(SECRET_IN_QUERY, `$1${HIDDEN}`)
    .replace(SECRET_IN_HEADER, `$1 ${HIDDEN}`)
    .replace(DATABASE_PASSWORD, `$1${HIDDEN}@`);
}
