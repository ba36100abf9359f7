/** How much the inbox takes on at once: what comes on top is turned away for a moment, while that is still cheap (R32). */
import { availableParallelism } from "node:os";
import { openPace } from "../../db/pace.ts";
import type { Log } from "../context.ts";
import { Rejection } from "./rejection.ts";

export interface Load {
  /** Throws a Rejection 503 when there is no room for one more letter. Asked before its body is read. */
  requireRoom(): void;
  /** Does `work` for a letter whose body is here, which counts until that ends. Throws a Rejection 503 when there is no room for it. */
  inHand<T>(work: () => Promise<T>): Promise<T>;
  /** Waits for another server, which takes no room here meanwhile. */
  elsewhere<T>(work: () => Promise<T>): Promise<T>;
  /** The same for a letter that is not verified yet: there are slots for that, and a line before them. Throws a Rejection 503 when both are full. */
  lookUp<T>(work: () => Promise<T>): Promise<T>;
}

/** For each core: letters that may wait for their key at once, and those that may wait for that. All others together are as many. */
const SLOTS = 8;
const BACKLOG = 64;
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
  const line: (() => void)[] = [];
  let hands = 0;
  let asking = 0;
  const lines = openPace({ most: 1, seconds: 60 });

  function busy(): Rejection {
    if (lines.take("").ok)
      log.warn("Letters are put off: {hands} are in hand, {line} wait for a key.", { hands, line: line.length });
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

  /** Resolves when it is their turn. */
  function turn(): Promise<void> {
    if (line.length >= backlog) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(tired);
        resolve();
      };
      const tired = setTimeout(() => {
        line.splice(line.indexOf(go), 1);
        reject(busy());
      }, patienceMs);
      line.push(go);
    });
  }

  return {
    requireRoom,
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
    lookUp: (work) =>
      elsewhere(async () => {
        if (asking < slots) asking += 1;
        else await turn();
        try {
          return await work();
        } finally {
          // Whoever is next takes over the slot.
          const next = line.shift();
          if (next) next();
          else asking -= 1;
        }
      }),
  };
}
