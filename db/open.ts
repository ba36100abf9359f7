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

/** The names of columns with their types. */
type Columns<K extends string> = Readonly<
  Record<K, "bigint" | "integer" | "boolean" | "text" | "jsonb" | "timestamptz">
>;

/**
 * Many rows as something to select from: one array of texts for each column, so that a statement about a hundred rows is the same as one about a
 * single one. (`json_to_recordset` costs Postgres twice as much.) Absent values are null; objects become jsonb.
 */
export function rowsOf<K extends string>(
  db: Queryable,
  columns: Columns<K>,
  rows: readonly { readonly [name in K]?: unknown }[],
) {
  const names = Object.keys(columns) as K[];
  const list = (parts: readonly string[]) => db.unsafe(parts.join(", "));
  const cast = names.map((name, i) =>
    columns[name] === "text" ? `c${i} as "${name}"` : `c${i}::${columns[name]} as "${name}"`,
  );
  const arrays = names.map((name, i) => db`${i === 0 ? db`` : db`,`} ${rows.map((row) => textOf(row[name]))}::text[]`);
  return db`(select ${list(cast)} from unnest(${arrays}) as c (${list(names.map((_, i) => `c${i}`))}))`;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
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
