/** The time one request may take in all, and its caller's wish to stop: whichever comes first ends what is under way. */
import { OutboundError } from "./errors.ts";

/** What is to be told when time is up; once, with the reason to reject with. */
export interface Watcher {
  end(reason: unknown): void;
}

/**
 * Runs from construction until `ms` have passed, the caller's `signal` aborts, or `clear()`. A request does one thing at a
 * time (waits its turn, exchanges, follows a redirect), so there is one watcher at a time.
 */
export class Deadline {
  #reason: unknown;
  #ended = false;
  #watcher: Watcher | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #aborted: (() => void) | undefined;

  constructor(ms: number, host: string, signal?: AbortSignal) {
    this.#timer = setTimeout(() => this.#end(late(ms, host)), ms);
    this.#signal = signal;
    if (signal?.aborted) {
      this.#end(signal.reason);
    } else if (signal) {
      this.#aborted = () => this.#end(signal.reason);
      signal.addEventListener("abort", this.#aborted);
    }
  }

  /** From now on `watcher`, and no earlier one, is told of the end; at once when it has already come. */
  watch(watcher: Watcher | undefined): void {
    if (this.#ended) watcher?.end(this.#reason);
    else this.#watcher = watcher;
  }

  /** Stops the clock; must be called when the request is over. */
  clear(): void {
    clearTimeout(this.#timer);
    if (this.#aborted) this.#signal?.removeEventListener("abort", this.#aborted);
    this.#watcher = undefined;
  }

  #end(reason: unknown): void {
    this.#ended = true;
    this.#reason = reason;
    const watcher = this.#watcher;
    this.clear();
    watcher?.end(reason);
  }
}

function late(ms: number, host: string): OutboundError {
  return new OutboundError("timeout", `${host} did not finish answering within ${ms / 1000} s.`);
}
