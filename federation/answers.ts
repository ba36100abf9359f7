/** How this server says no to another one: a status and one sentence in JSON. */
import { isDatabaseTrouble } from "../db/open.ts";
import { openPace } from "../db/pace.ts";
import type { Log } from "./context.ts";
import { Rejection } from "./gate/rejection.ts";
import { memory } from "./memory.ts";

/** Seconds after which a peer may try again when it is we who have trouble. */
const TRY_AGAIN = "30";
/** One sentence in JSON. */
export function problem(status: number, sentence: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: sentence }, { status, headers: { vary: "Accept", ...headers } });
}

/** What a request that could not be served is answered with. */
export interface No {
  status: number;
  sentence: string;
  headers: Record<string, string>;
}

/** The same refusal to the same client and server is logged so often a minute: a flood of forged letters must not fill the log, nor cost a line each. */
const TOLD_MS = 60_000;
const TOLD_TIMES = 30;
/** And all of them together, from however many addresses they come. */
const TOLD_IN_ALL = { most: 300, seconds: 60 };

/** Decides what requests of other servers that could not be served are answered with, and tells the log. */
export function openRefusals(log: Log): (error: unknown, path: string, client: string) => No {
  const told = memory<{ times: number }>(10_000, TOLD_MS);
  const lines = openPace(TOLD_IN_ALL);
  return (error, path, client) => {
    if (error instanceof Rejection) {
      const { status, sentence, headers, notes } = error;
      if (error.told) return { status, sentence, headers: { ...headers } };
      const key = `${client} ${notes.host} ${sentence}`;
      const before = told.get(key);
      if (before) before.times += 1;
      else told.set(key, { times: 1 });
      if ((before?.times ?? 1) <= TOLD_TIMES && lines.take("").ok) {
        log.info("Refused: {sentence}", { status, sentence, path, ...notes });
      }
      return { status, sentence, headers: { ...headers } };
    }
    // A refusal is the sender's doing; trouble with the database is ours, and passes.
    if (isDatabaseTrouble(error)) {
      log.error("The database did not serve a request: {error}", { error, path });
      const headers = { "retry-after": TRY_AGAIN };
      return { status: 503, sentence: "The server has trouble with its database.", headers };
    }
    log.error("A request met a bug: {error}", { error, path });
    return { status: 500, sentence: "Something is broken here; it was written down.", headers: {} };
  };
}
