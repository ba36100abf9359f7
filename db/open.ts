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

/** The type `json`: what only passes through, as rows for json_to_recordset do, is not worth being made a jsonb. */
const JSON_TYPE = 114;

/** Many rows as one parameter, for `json_to_recordset`: a statement about a hundred rows is the same as one about a single one. */
export function rowsOf(db: Queryable, rows: readonly object[]) {
  return db.typed(rows as never, JSON_TYPE);
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
