/** Gives each process on one database a number of its own (0 to 63), free again the moment the process is gone. */
import { randomInt } from "node:crypto";
import { NODE_COUNT } from "./ids.ts";
import type { Db } from "./open.ts";

/** First half of the advisory locks' key; the second is the number. */
export const NODE_LOCK = 0x636d6e31;

const HEARTBEAT_MS = 10_000;

export interface Node extends AsyncDisposable {
  /** The number held now. It may change when the connection to Postgres was lost in between. */
  readonly number: number;
}

/**
 * Claims a number by a session-level advisory lock on a connection kept for it: when the process dies, Postgres frees the lock
 * with the connection, and whatever the number had leased can be told from what is alive (db/queries/deliveries.ts).
 */
export async function claimNode(db: Db): Promise<Node> {
  let held = await hold(db);
  let closed = false;
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beating = beat();
  }, HEARTBEAT_MS);
  timer.unref();

  async function beat(): Promise<void> {
    try {
      await held.connection`select 1`;
    } catch {
      // The connection and the lock with it are gone. Until a new one is held, ids go on under the old number: the next process to
      // claim it would have to make an id in the same millisecond with the same counter, and then a primary key refuses.
      try {
        const next = await hold(db);
        if (closed) next.connection.release();
        else held = next;
      } catch {
        // Postgres is still away: the next beat tries again.
      }
    }
  }

  return {
    get number() {
      return held.number;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearInterval(timer);
      await beating;
      await held.connection`select pg_advisory_unlock(${NODE_LOCK}, ${held.number})`.catch(() => {});
      held.connection.release();
    },
  };
}

async function hold(db: Db): Promise<{ connection: Awaited<ReturnType<Db["reserve"]>>; number: number }> {
  const connection = await db.reserve();
  const start = randomInt(NODE_COUNT);
  for (let i = 0; i < NODE_COUNT; i++) {
    const number = (start + i) % NODE_COUNT;
    const [row] = await connection<{ got: boolean }[]>`select pg_try_advisory_lock(${NODE_LOCK}, ${number}) as got`;
    if (row?.got) {
      // Whatever the last holder of this number had leased is nobody's now.
      await connection`update inboxes set leased_by = null, leased_until = '-infinity' where leased_by = ${number}`;
      return { connection, number };
    }
  }
  connection.release();
  throw new Error(`All ${NODE_COUNT} process numbers are taken: more processes than that on one database are not supported.`);
}
