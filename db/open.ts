/**
 * Opens the pool of connections to Postgres; everything that speaks SQL takes a `Db` or a `Tx` from here.
 *
 * A query of postgres.js is sent when it is awaited, not when it is written. So whatever changes rows is an async function that awaits its
 * statement: called one after the other, several of them travel to Postgres together and are done in that order.
 */
import type Postgres from "postgres";
import { postgres } from "./driver.ts";

export type Db = Postgres.Sql<Record<string, never>>;
export type Tx = Postgres.TransactionSql<Record<string, never>>;
/** What a query needs: the pool, or a transaction that is already open. */
export type Queryable = Db | Tx;

export interface OpenDbOptions {
  /** Connections at most. */
  max?: number;
  /** Milliseconds after which Postgres cancels a statement (R66). */
  statementTimeoutMs?: number;
  applicationName?: string;
}

/**
 * Opens a pool on `url`. Nothing is connected before the first query. bigint columns come back as decimal strings.
 * Timeouts follow R66: a statement 5 s unless told otherwise, a lock 2 s, an idle transaction 10 s.
 */
export function openDb(url: string, options: OpenDbOptions = {}): Db {
  return postgres(url, {
    max: options.max ?? 10,
    idle_timeout: 0,
    connect_timeout: 10,
    // Soon after Postgres is back: by default it may wait 20 s.
    backoff: () => 0.5,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? "commonplace",
      statement_timeout: options.statementTimeoutMs ?? 5_000,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 10_000,
      timezone: "UTC",
    },
  }) as Db;
}

/** Rows of the kind that a `table` was made for, as something to select from. */
type Table<K extends string> = (
  db: Queryable,
  rows: readonly { readonly [name in K]?: unknown }[],
) => Postgres.Fragment;

/**
 * Many rows as something to select from: one array of texts for each column, so that a statement about a hundred rows is the same as one about a
 * single one. (`json_to_recordset` costs Postgres twice as much.) What is absent is null; objects become jsonb.
 *
 * Each array is a subquery, so that Postgres cannot count its elements when it plans: it would find plans for few rows cheaper than the one
 * it has for any number, and so plan anew each time, which takes longer than the statement itself.
 */
export function table<K extends string>(
  columns: Readonly<Record<K, "bigint" | "boolean" | "integer" | "jsonb" | "text" | "timestamptz">>,
): Table<K> {
  const names = Object.keys(columns) as K[];
  const cast = names.map((name, i) => `c${i}::${columns[name]} as "${name}"`).join(", ");
  const strings = names.map((_, i) => (i === 0 ? `(select ${cast} from unnest((select ` : "::text[]), (select "));
  strings.push(`::text[])) as c (${names.map((_, i) => `c${i}`).join(", ")}))`);
  // What a tagged template hands over, made once.
  const template: TemplateStringsArray = Object.assign(strings, { raw: strings });
  return (db, rows) => db(template, ...names.map((name) => `{${rows.map((row) => element(row[name])).join(",")}}`));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them, arrays do not
const CONTROLS = /[\0-\x1f]/;

/** A value as an element of an array in Postgres' words. For nearly every text that is what JSON makes of it, by far the quickest. */
function element(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return `"${value.toISOString()}"`;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (CONTROLS.test(text) || !text.isWellFormed()) return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return JSON.stringify(text);
}

/** The Postgres error code of `error` (such as `23505`), or undefined for anything that is not a Postgres error. */
export function pgCode(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError ? error.code : undefined;
}

/** The name of the constraint that `error` broke, if that is what it is. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof postgres.PostgresError && error.code === "23505" ? error.constraint_name : undefined;
}

/** Postgres is away, stopping, full, or too busy: classes 08, 53, 57, 58, and what timed out or was chosen as a deadlock's victim. */
const TROUBLE = /^(?:08|53|57|58)|^(?:55P03|40P01|40001|25006)$/;
/** What postgres.js and the system say when there is no connection to be had. */
const NO_CONNECTION = /^(?:CONNECT|CONNECTION|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE)/;

/** Whether `error` means that the database cannot serve us now, which is nobody's fault who asks (R88). */
export function isDatabaseTrouble(error: unknown): boolean {
  const code = pgCode(error) ?? (error instanceof Error && "code" in error ? String(error.code) : "");
  return TROUBLE.test(code) || NO_CONNECTION.test(code);
}
