/** How much the inbox takes on at once: what comes on top is turned away for a moment, while that is still cheap (R32). */
import { availableParallelism } from "node:os";
import { openPace } from "../../db/pace.ts";
import type { Log } from "../context.ts";
import { Rejection } from "./rejection.ts";

export interface Load {
  /** Throws a Rejection 503 when there is no room for one more letter. Asked before its body is read. */
  requireRoom(): void;
  /** Room for the body of one letter. */
  body(): Body;
  /** Does `work` for a letter whose body is here, which counts until that ends. Throws a Rejection 503 when there is no room for it. */
  inHand<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for another server, which takes no room here meanwhile. */
  elsewhere<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The same for a letter that is not verified yet and says that its key is at `host`: there are slots for that, and a line before them. Throws a Rejection
   * 503 when both are full, or have no more room for that host.
   */
  lookUp<T>(host: string, work: () => Promise<T>): Promise<T>;
}

/** What of a letter's body is here. */
export interface Body {
  /** Counts bytes that came. Throws a Rejection 503 when all letters together are too many. */
  take(bytes: number): void;
  /** The letter is answered, and its body forgotten. */
  free(): void;
}

/** Bytes of bodies at once. The first of each do not count: nobody who sends large letters slowly keeps out the usual ones. */
const MOST_BYTES = 64 * 1024 * 1024;
const FREE_BYTES = 64 * 1024;
/** For each core: letters that may wait for their key at once, and those that may wait for that. All others together are as many. */
const SLOTS = 8;
const BACKLOG = 64;
/** What one host may take up of them: the slots are for slow servers, and none shall have them all. */
const SHARE = 1 / 4;
const LINE_SHARE = 1 / 2;
/** Seconds after which to try again. */
const TRY_AGAIN_S = 30;
/** Milliseconds to stand in line: whoever posts a letter hangs up after ten seconds. */
const PATIENCE_MS = 10_000;

export interface LoadOptions {
  log: Log;
  cores?: number;
  patienceMs?: number;
}

export function openLoad({ log, cores = availableParallelism(), patienceMs = PATIENCE_MS }: LoadOptions): Load {
  const slots = SLOTS * cores;
  const backlog = BACKLOG * cores;
  const most = slots + backlog;
  const line: { host: string; go: () => void }[] = [];
  /** How many keys are being asked for, in all and of each host. */
  const askingOf = new Map<string, number>();
  let asking = 0;
  let hands = 0;
  let bytes = 0;
  const lines = openPace({ most: 1, seconds: 60 });

  function busy(): Rejection {
    if (lines.take("").ok)
      log.warn("Letters are put off: {hands} are in hand, {line} wait for a key, {bytes} bytes are here.", {
        hands,
        line: line.length,
        bytes,
      });
    const sentence = "There are more letters than this server can read at once; try again in a while.";
    return new Rejection(503, sentence, { "retry-after": String(TRY_AGAIN_S) }, true);
  }

  function requireRoom(): void {
    if (hands >= most) throw busy();
  }

  async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
    hands -= 1;
    try {
      return await work();
    } finally {
      hands += 1;
    }
  }

  /** Takes a slot, if there is one for that host. */
  function enter(host: string): boolean {
    const theirs = askingOf.get(host) ?? 0;
    if (asking >= slots || theirs >= slots * SHARE) return false;
    asking += 1;
    askingOf.set(host, theirs + 1);
    return true;
  }

  /** Gives it back; whoever is next and may have it takes it over. */
  function leave(host: string): void {
    asking -= 1;
    const theirs = (askingOf.get(host) ?? 0) - 1;
    if (theirs > 0) askingOf.set(host, theirs);
    else askingOf.delete(host);
    const next = line.findIndex((one) => enter(one.host));
    if (next >= 0) line.splice(next, 1)[0]?.go();
  }

  /** Resolves when it is their turn, with the slot taken. */
  function turn(host: string): Promise<void> {
    const theirs = line.filter((one) => one.host === host).length;
    if (line.length >= backlog || theirs >= backlog * LINE_SHARE) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(tired);
        resolve();
      };
      const one = { host, go };
      const tired = setTimeout(() => {
        line.splice(line.indexOf(one), 1);
        reject(busy());
      }, patienceMs);
      line.push(one);
    });
  }

  function body(): Body {
    let [size, counted] = [0, 0];
    return {
      take(more) {
        size += more;
        const added = Math.max(0, size - FREE_BYTES) - counted;
        if (added > 0 && bytes + added > MOST_BYTES) throw busy();
        counted += added;
        bytes += added;
      },
      free() {
        bytes -= counted;
        counted = 0;
      },
    };
  }

  return {
    requireRoom,
    body,
    elsewhere,
    async inHand(work) {
      requireRoom();
      hands += 1;
      try {
        return await work();
      } finally {
        hands -= 1;
      }
    },
    lookUp: (host, work) =>
      elsewhere(async () => {
        if (!enter(host)) await turn(host);
        try {
          return await work();
        } finally {
          leave(host);
        }
      }),
  };
}
