/** How this server says no to another one: a status and one sentence in JSON. */
import { isDatabaseTrouble } from "../db/open.ts";
import type { Log } from "./context.ts";
import { Rejection } from "./gate/rejection.ts";

/** Seconds after which a peer may try again when it is we who have trouble. */
const TRY_AGAIN = "30";
/** One sentence in JSON. */
export function problem(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: sentence }, { status, headers: { vary: "Accept", ...headers } });
}

/** What a request of another server that could not be served is answered with. A refusal is the sender's doing; trouble with the database is ours, and passes. */
export function refusal(error: unknown, log: Log, path: string): Response {
  if (error instanceof Rejection) {
    log.info("Refused: {sentence}", { status: error.status, sentence: error.sentence, path });
    return problem(error.status, error.sentence);
  }
  if (isDatabaseTrouble(error)) {
    log.error("The database did not serve a request: {error}", { error, path });
    return problem(503, "The server has trouble with its database.", { "retry-after": TRY_AGAIN });
  }
  log.error("A request met a bug: {error}", { error, path });
  return problem(500, "Something is broken here; it was written down.");
}
