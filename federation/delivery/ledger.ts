/** Collects what became of letters and lanes, and writes it down many at a time. */
import type { Id } from "../../db/ids.ts";
import type { Letter, Results } from "../../db/queries/lanes.ts";

const WAIT_MS = 20;
const ROWS = 400;
const RETRY_MS = 1_000;

export interface Ledger {
  delivered(letter: Letter): void;
  putOff(letter: Letter, dueAt: Date): void;
  dead(letter: Letter, reason: string): void;
  sentTo(peerId: Id): void;
  released(inboxId: number): void;
  /** Writes down all there is. Rejects when that fails; it is then kept and tried again. */
  flush(): Promise<void>;
  /** Ends the writing by itself. */
  close(): void;
}

export interface LedgerOptions {
  write: (results: Results) => Promise<unknown>;
  /** Told which leases have ended, once that is committed. */
  onReleased: (inboxIds: number[]) => void;
  onError: (error: unknown) => void;
}

/** Writes within 20 ms, or sooner at 400 rows; a lane's release is never written before what was done in the lane. */
export function openLedger({ write, onReleased, onError }: LedgerOptions): Ledger {
  let results = empty();
  let rows = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | null = null;
  let closed = false;

  function noted(): void {
    rows += 1;
    if (writing || closed) return;
    if (rows >= ROWS) writeSoon(0);
    else if (rows === 1) writeSoon(WAIT_MS);
  }

  function writeSoon(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => flush().catch(onError), ms);
  }

  async function flush(): Promise<void> {
    while (writing) await writing.catch(() => {});
    if (rows === 0) return;
    clearTimeout(timer);
    writing = writeAll();
    await writing;
  }

  async function writeAll(): Promise<void> {
    const taken = results;
    const count = rows;
    results = empty();
    rows = 0;
    let failed = true;
    try {
      await write(taken);
      failed = false;
    } finally {
      if (failed) {
        results = joined(taken, results);
        rows += count;
      }
      writing = null;
      if (rows > 0 && !closed) writeSoon(failed ? RETRY_MS : rows >= ROWS ? 0 : WAIT_MS);
    }
    if (taken.released.length > 0) onReleased(taken.released);
  }

  return {
    delivered(letter) {
      results.delivered.push(letter);
      noted();
    },
    putOff(letter, dueAt) {
      results.putOff.push({ letter, dueAt });
      noted();
    },
    dead(letter, reason) {
      results.dead.push({ letter, reason });
      noted();
    },
    sentTo(peerId) {
      results.sentTo.push(peerId);
      noted();
    },
    released(inboxId) {
      results.released.push(inboxId);
      noted();
    },
    flush,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function empty(): Results {
  return { delivered: [], putOff: [], dead: [], released: [], sentTo: [] };
}

function joined(a: Results, b: Results): Results {
  return {
    delivered: [...a.delivered, ...b.delivered],
    putOff: [...a.putOff, ...b.putOff],
    dead: [...a.dead, ...b.dead],
    released: [...a.released, ...b.released],
    sentTo: [...a.sentTo, ...b.sentTo],
  };
}
