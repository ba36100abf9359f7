/** Remembers what could not be fetched, so that not every letter makes us ask again (R30). */
import { memory } from "../memory.ts";
import { FetchFailed } from "./document.ts";

/** For so long, in milliseconds; and what may pass, only until whoever was put off comes again. */
const LASTING_MS = 10 * 60_000;
export const PASSING_MS = 30_000;

export interface Failures {
  /** Why it failed, if that was lately. */
  get(key: string): FetchFailed | undefined;
  /** Remembers the error if it is a FetchFailed; gives it back to be thrown. */
  note(key: string, error: unknown): unknown;
}

export function openFailures(): Failures {
  const failed = memory<FetchFailed>(10_000, LASTING_MS);
  return {
    get: (key) => failed.get(key),
    note(key, error) {
      if (error instanceof FetchFailed) failed.set(key, error, error.passing ? PASSING_MS : LASTING_MS);
      return error;
    },
  };
}
