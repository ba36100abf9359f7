/** How many requests run to one host at a time; the rest wait in line, first come first served. */
import type { Deadline } from "./deadline.ts";

interface Lane {
  running: number;
  /** Insertion order is the line; whoever gives up leaves it. */
  readonly waiting: Set<() => void>;
}

/** Lanes of `width` requests, one lane per host. Every `enter` that succeeds needs one `leave`. */
export class Lanes {
  readonly #width: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(width: number) {
    this.#width = width;
  }

  /** Gives `undefined` when there is room now, else a promise of one's turn, which rejects with the deadline's reason. */
  enter(host: string, deadline: Deadline): Promise<void> | undefined {
    const lane = this.#lanes.get(host);
    if (!lane) {
      this.#lanes.set(host, { running: 1, waiting: new Set() });
      return undefined;
    }
    if (lane.running < this.#width) {
      lane.running += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        deadline.watch(undefined);
        resolve();
      };
      lane.waiting.add(go);
      deadline.watch({
        end: (reason) => {
          lane.waiting.delete(go);
          reject(reason);
        },
      });
    });
  }

  /** Hands the place to the next in line. */
  leave(host: string): void {
    const lane = this.#lanes.get(host);
    if (!lane) return;
    const [next] = lane.waiting;
    if (next) {
      lane.waiting.delete(next);
      next();
    } else {
      lane.running -= 1;
      if (lane.running === 0) this.#lanes.delete(host);
    }
  }
}
