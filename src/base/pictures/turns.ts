/** Who is next: one at a time, and everybody in turn, so that whoever brings many waits behind those who bring one. */
import { Refusal } from "../errors.ts";

export interface TurnsOptions {
  /** So many wait for one person, and in all. */
  each: number;
  inAll: number;
  longestWaitMs: number;
}

export interface Turns {
  /** Does `work` when it is the turn of `who`. Throws a Refusal: `too-many-tries` for one too many of them, `busy` for one too many of all, or for too long a wait. */
  take<T>(who: string, work: () => Promise<T>): Promise<T>;
  /** Nobody's turn comes any more. */
  close(): void;
}

interface Waiting {
  since: number;
  begin(): Promise<void>;
  refuse(): void;
}

export function openTurns({ each, inAll, longestWaitMs }: TurnsOptions): Turns {
  /** In the order in which their turns come. */
  const lines = new Map<string, Waiting[]>();
  let waiting = 0;
  let working = false;
  let closed = false;

  function next(): Waiting | undefined {
    const [first] = lines;
    if (!first) return undefined;
    const [who, line] = first;
    const one = line.shift();
    // Whoever has more goes to the end.
    lines.delete(who);
    if (line.length > 0) lines.set(who, line);
    waiting -= 1;
    return one;
  }

  async function goOn(): Promise<void> {
    if (working) return;
    working = true;
    for (let one = next(); one; one = next()) {
      if (closed || performance.now() - one.since > longestWaitMs) one.refuse();
      else await one.begin();
    }
    working = false;
  }

  return {
    take<T>(who: string, work: () => Promise<T>): Promise<T> {
      const line = lines.get(who) ?? [];
      if (line.length >= each) throw new Refusal("too-many-tries");
      if (closed || waiting >= inAll) throw new Refusal("busy");
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      line.push({
        since: performance.now(),
        begin: () => work().then(resolve, reject),
        refuse: () => reject(new Refusal("busy")),
      });
      lines.set(who, line);
      waiting += 1;
      void goOn();
      return promise;
    },
    close() {
      closed = true;
    },
  };
}
