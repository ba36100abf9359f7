/** Tells devices what is due: each message is leased first, so that several workers never send one at the same time, and none is lost with a worker. */
import { deleteDevice, deletePush, type LeasedPush, leasePushes, postponePush } from "../../../db/queries/pushes.ts";
import { type Notification, readNotificationsAmong } from "../../../db/views/notifications.ts";
import type { House } from "../transact.ts";
import { openSubscription, type Subscription } from "./devices.ts";

const AT_ONCE = 20;
/** Seconds for which a message is ours: longer than its push service may keep us waiting. */
const LEASE_S = 120;
/** Seconds between tries; there is one try more than pauses. */
const PAUSES_S = [30, 120, 600, 1_800, 3_600];
const LONGEST_PAUSE_S = 2 * 3_600;
/** What is older is no news for a device. */
const PATIENCE_MS = 24 * 3_600_000;

/** What became of a message: taken; refused, which trying again does not change; to be tried again, after so many seconds if that was said; or the device is not there any more. */
export type PushEnd = "taken" | "refused" | "gone" | { again: number | null };

/** Sends a message, which the push service may keep for `ttl` seconds. Never throws for what happens on the way or over there. */
export type SendPush = (to: Subscription, message: string, ttl: number) => Promise<PushEnd>;

/** What is told to a device, in the language of its owner. */
export type ComposePush = (notification: Notification, language: string | null) => string;

export interface Pushed {
  sent: number;
  postponed: number;
  /** Read meanwhile, too old, refused, or of nothing that can be read any more. */
  dropped: number;
  gone: number;
}

type TheHouse = Pick<House, "db" | "now" | "unseal">;

/** One round; call again at once while there was anything. */
export async function sendPushes(house: TheHouse, compose: ComposePush, send: SendPush): Promise<Pushed> {
  const pushes = await leasePushes(house.db, AT_ONCE, LEASE_S);
  const ids = [...new Set(pushes.map(({ notificationId }) => notificationId))];
  const readable = ids.length === 0 ? [] : await readNotificationsAmong(house.db, ids);
  const byId = new Map(readable.map((one) => [one.id, one]));
  const ends = await Promise.all(
    pushes.map((push) => sendOne(house, push, byId.get(push.notificationId), compose, send)),
  );
  const count = (end: keyof Pushed) => ends.filter((one) => one === end).length;
  return { sent: count("sent"), postponed: count("postponed"), dropped: count("dropped"), gone: count("gone") };
}

async function sendOne(
  { db, now, unseal }: TheHouse,
  push: LeasedPush,
  about: Notification | undefined,
  compose: ComposePush,
  send: SendPush,
): Promise<keyof Pushed> {
  const left = push.at.getTime() + PATIENCE_MS - now().getTime();
  // Whoever took it last and never said what came of it may have stumbled over it.
  if (!push.wanted || !about || left <= 0 || push.attempts > PAUSES_S.length + 1) {
    await deletePush(db, push);
    return "dropped";
  }
  const message = compose(about, push.language);
  const end = await send(openSubscription({ unseal }, push), message, Math.ceil(left / 1_000));
  if (end === "gone") {
    await deleteDevice(db, push.actorId, push.deviceId);
    return "gone";
  }
  const pause = typeof end === "object" ? PAUSES_S[push.attempts - 1] : undefined;
  if (typeof end === "object" && pause !== undefined) {
    await postponePush(db, push, Math.min(Math.max(pause, end.again ?? 0), LONGEST_PAUSE_S));
    return "postponed";
  }
  await deletePush(db, push);
  return end === "taken" ? "sent" : "dropped";
}
