/** How this server says no to another one: a status and one sentence in JSON. */
import { pgCode } from "../db/open.ts";
import type { Log } from "./context.ts";
import { Rejection } from "./gate/rejection.ts";

/** Seconds after which a peer may try again when it is we who have trouble. */
const TRY_AGAIN = "30";
/** Postgres is away, stopping, full, or too busy: classes 08, 53, 57, 58, and what timed out or was chosen as a deadlock's victim. */
const TROUBLE = /^(?:08|53|57|58)|^(?:55P03|40P01|40001|25006)$/;
/** What postgres.js says when there is no connection to be had. */
const NO_CONNECTION = /^(?:CONNECT|CONNECTION|ECONN|ENOTFOUND|ETIMEDOUT)/;

/** One sentence in JSON. */
export function problem(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: sentence }, { status, headers: { vary: "Accept", ...headers } });
}

/** Whether `error` means that the database cannot serve us now, which is nobody's fault who asks (R88). */
export function isDatabaseTrouble(error: unknown): boolean {
  const code = pgCode(error) ?? (error instanceof Error && "code" in error ? String(error.code) : "");
  return TROUBLE.test(code) || NO_CONNECTION.test(code);
}

/** What a letter that could not be taken is answered with. A refusal is the sender's doing; trouble with the database is ours, and passes. */
export function refusal(error: unknown, log: Log, path: string): Response {
  if (error instanceof Rejection) {
    log.info("Refused a letter: {sentence}", { status: error.status, sentence: error.sentence, path });
    return problem(error.status, error.sentence);
  }
  if (isDatabaseTrouble(error)) {
    log.error("The database did not serve a letter: {error}", { error, path });
    return problem(503, "The server has trouble with its database.", { "retry-after": TRY_AGAIN });
  }
  log.error("A letter met a bug: {error}", { error, path });
  return problem(500, "Something is broken here; it was written down.");
}
