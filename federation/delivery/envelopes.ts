/** Activities ready for sending: each read, digested and matched with its key once, however many inboxes get it. */
import type { KeyObject } from "node:crypto";
import type { Id } from "../../db/ids.ts";
import type { ActivityToSend } from "../../db/queries/lanes.ts";
import { digestOf } from "../signatures/sign.ts";
import type { Envelope } from "./knock.ts";

const KEPT_BYTES = 16 * 1024 * 1024;

export interface EnvelopeSources {
  read: (ids: Id[]) => Promise<ActivityToSend[]>;
  signerOf: (actorId: Id) => Promise<{ keyId: string; privateKey: KeyObject }>;
  /** Adds the actor's own proof to what it says (FEP-8b32), here and not when it is queued: what nobody gets needs none. */
  prove: (activity: ActivityToSend) => Promise<string>;
}

/** Gives the envelope of an activity, or null when there is none. What is asked for at the same time is read in one query. */
export function openEnvelopes({ read, signerOf, prove }: EnvelopeSources): (id: Id) => Promise<Envelope | null> {
  // In the order of their last use.
  const kept = new Map<Id, { envelope: Promise<Envelope | null>; bytes: number }>();
  let total = 0;
  let batch: { ids: Id[]; rows: Promise<Map<Id, ActivityToSend>> } | null = null;

  function readSoon(id: Id): Promise<Map<Id, ActivityToSend>> {
    if (!batch) {
      const ids: Id[] = [];
      const rows = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
        batch = null;
        return new Map((await read(ids)).map((row) => [row.id, row]));
      });
      batch = { ids, rows };
    }
    batch.ids.push(id);
    return batch.rows;
  }

  async function seal(id: Id): Promise<Envelope | null> {
    const activity = (await readSoon(id)).get(id);
    if (!activity) return null;
    const { keyId, privateKey } = await signerOf(activity.actorId);
    const body = Buffer.from(await prove(activity));
    return { body, digest: digestOf(body), keyId, privateKey };
  }

  function forget(id: Id): void {
    total -= kept.get(id)?.bytes ?? 0;
    kept.delete(id);
  }

  return (id) => {
    const known = kept.get(id);
    if (known) {
      kept.delete(id);
      kept.set(id, known);
      return known.envelope;
    }
    const entry = { envelope: seal(id), bytes: 0 };
    kept.set(id, entry);
    entry.envelope.then(
      (envelope) => {
        entry.bytes = envelope?.body.length ?? 0;
        total += entry.bytes;
        for (const oldest of kept.keys()) {
          if (total <= KEPT_BYTES) break;
          if (oldest !== id) forget(oldest);
        }
      },
      () => forget(id),
    );
    return entry.envelope;
  };
}
