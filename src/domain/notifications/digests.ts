/** Writes the mails that are due: what somebody was told and has not read, and what began in their communities. Each notification is mailed once. */
import type { Id } from "../../../db/ids.ts";
import {
  listDueAtOnce,
  listDueMornings,
  listTimeZones,
  noteDigest,
  type Reader,
  takeTurn,
  takeUnmailed,
} from "../../../db/queries/digests.ts";
import { readNewThreads } from "../../../db/views/home.ts";
import type { ListedThread } from "../../../db/views/listed-thread.ts";
import { type Notification, readNotificationsAmong } from "../../../db/views/notifications.ts";
import { type Mail, writeMail } from "../mails/write.ts";
import type { House, Tx } from "../transact.ts";
import { lastMorning } from "./rhythm.ts";

export type { Reader } from "../../../db/queries/digests.ts";

/** What a mail tells. Never empty. */
export interface Digest {
  reader: Reader;
  /** Oldest first. */
  notifications: Notification[];
  /** Newest first; always none at once. */
  threads: ListedThread[];
}

/** Makes a mail of a digest, in the reader's language. */
export type Compose = (digest: Digest) => Promise<Pick<Mail, "subject" | "text"> & { headers: Record<string, string> }>;

export interface Written {
  mails: number;
  /** What could not be written, by the reader's id: a bug, which the others do not wait for. */
  failed: { id: Id; error: unknown }[];
}

/** People looked after in one round; the next round is a minute later. */
const MOST = 500;
const MOST_THREADS = 20;
const DAY_MS = 86_400_000;
/** New threads are told of from the last mail on, but no further back than this. */
const FURTHEST_MS = { daily: 2 * DAY_MS, weekly: 8 * DAY_MS };

/** Looks after everybody who is due now, in several processes at once if need be. */
export async function writeDigests(house: House, compose: Compose): Promise<Written> {
  const now = house.now();
  const written: Written = { mails: 0, failed: [] };
  const turn = async (id: Id, rhythm: Reader["rhythm"], morning: Date | null) => {
    try {
      const mailed = await house.db.begin(async (tx) => {
        const reader = await takeTurn(tx, id, rhythm, morning);
        return reader !== null && (await writeOne(house, tx, reader, now, compose));
      });
      if (mailed) written.mails++;
    } catch (error) {
      written.failed.push({ id, error });
    }
  };
  for (const id of await listDueAtOnce(house.db, MOST)) await turn(id, "at-once", null);
  const zones = await listTimeZones(house.db);
  for (const rhythm of ["daily", "weekly"] as const) {
    const every = rhythm === "daily" ? "day" : "week";
    const mornings = new Map(zones.map((zone) => [zone, lastMorning(zone, now, every)]));
    for (const { id, morning } of await listDueMornings(house.db, rhythm, mornings, MOST))
      await turn(id, rhythm, morning);
  }
  return written;
}

/** Whether there was anything to tell. */
async function writeOne(house: House, tx: Tx, reader: Reader, now: Date, compose: Compose): Promise<boolean> {
  const ids = await takeUnmailed(tx, reader.id);
  const notifications = ids.length === 0 ? [] : await readNotificationsAmong(tx, ids);
  const threads = reader.rhythm === "at-once" ? [] : await newThreads(tx, reader, now);
  if (reader.rhythm !== "at-once") await noteDigest(tx, reader.id, now);
  if (notifications.length === 0 && threads.length === 0) return false;
  const mail = await compose({ reader, notifications, threads });
  await writeMail(tx, house, { ...mail, to: reader.email, actorId: reader.id, purpose: "digest" });
  return true;
}

function newThreads(tx: Tx, reader: Reader, now: Date): Promise<ListedThread[]> {
  const furthest = now.getTime() - FURTHEST_MS[reader.rhythm === "weekly" ? "weekly" : "daily"];
  return readNewThreads(tx, reader.id, new Date(Math.max(reader.since.getTime(), furthest)), MOST_THREADS);
}
