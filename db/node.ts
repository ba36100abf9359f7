/** Gives each process on one database a number of its own (0 to 63), free again the moment the process is gone. */
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { postgres } from "./driver.ts";
import { NODE_COUNT } from "./ids.ts";
import type { Db } from "./open.ts";

/** First half of the advisory locks' key; the second is the number. */
export const NODE_LOCK = 0x636d6e31;

const RETRY_MS = 250;
const END_S = 2;

export interface Node extends AsyncDisposable {
  /** The number held now. It may change when the connection to Postgres was lost in between. */
  readonly number: number;
}

/** Every number is taken; the message is one sentence for the operator. */
export class NodesTaken extends Error {
  override readonly name = "NodesTaken";
}

/**
 * Claims a number by a session-level advisory lock on a connection of its own: when the process dies, Postgres frees the lock with the
 * connection, and whatever the number had leased can be told from what is alive (db/queries/lanes.ts). When only the connection ends, the
 * same number is claimed anew at once, or another one should somebody have taken it meanwhile. Throws NodesTaken.
 */
export async function claimNode(db: Db): Promise<Node> {
  let lost = false;
  let held: number | null = null;
  let closed = false;
  let holding: Promise<void> | null = null;
  const own = openLike(db, () => {
    lost = true;
    if (held !== null) holdAgain();
  });

  // Meanwhile ids go on under the old number: whoever claims it would have to make an id in the same millisecond with the same counter, and
  // then a primary key refuses.
  function holdAgain(): void {
    if (closed || holding) return;
    holding = untilHeld().finally(() => {
      holding = null;
      if (lost) holdAgain();
    });
  }

  async function untilHeld(): Promise<void> {
    while (lost && !closed) {
      lost = false;
      try {
        held = await hold(own, held);
      } catch {
        // Postgres is still away.
        lost = true;
        await sleep(RETRY_MS);
      }
    }
  }

  try {
    held = await hold(own, null);
  } catch (error) {
    await own.end({ timeout: END_S });
    throw error;
  }
  return {
    get number() {
      return held ?? 0;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      if (!lost) await own`select pg_advisory_unlock_all()`.catch(() => {});
      await own.end({ timeout: END_S });
      await holding;
    },
  };
}

/** One connection that is not lent to anybody, to where `db` is; `onclose` is called whenever it ends. */
function openLike(db: Db, onclose: () => void): Db {
  const options = { ...db.options, max: 1, idle_timeout: null, max_lifetime: null, onclose };
  // The driver takes the options that it has read itself, as it does for its own listening connection.
  return postgres(options as unknown as Parameters<typeof postgres>[1] & object) as Db;
}

/** `before` is the number to have again, if it is free: what it had leased is still ours. */
async function hold(own: Db, before: number | null): Promise<number> {
  const start = before ?? randomInt(NODE_COUNT);
  for (let i = 0; i < NODE_COUNT; i++) {
    const number = (start + i) % NODE_COUNT;
    const [row] = await own<{ got: boolean }[]>`select pg_try_advisory_lock(${NODE_LOCK}, ${number}) as got`;
    if (!row?.got) continue;
    // Whatever the last holder of this number had leased is nobody's now.
    if (number !== before)
      await own`update inboxes set leased_by = null, leased_until = '-infinity' where leased_by = ${number}`;
    return number;
  }
  throw new NodesTaken(
    `${NODE_COUNT} processes are at work on this database, servers and commands together, and there may be no more: end one of them.`,
  );
}
