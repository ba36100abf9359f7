/** Devices that are told at once: added by the browser itself, removed by hand or with their session. */
import { ECDH, generateKeyPairSync, hash } from "node:crypto";
import type { Id } from "../../../db/ids.ts";
import { deleteDevice, insertDevice, keepPushKey, readPushKey } from "../../../db/queries/pushes.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transact } from "../transact.ts";

/** Devices of one person; whoever adds another loses the oldest. */
const MOST_DEVICES = 10;
const LONGEST_ENDPOINT = 1_000;
const POINT_BYTES = 65;
const AUTH_BYTES = 16;

/** What a browser says of how it is reached (Push API): an address at its push service, and what its messages are sealed with. */
export interface Subscription {
  endpoint: string;
  /** Base64url, as RFC 8291 names them. */
  keys: { p256dh: string; auth: string };
}

/** The key pair by which push services know this server, base64url; made when it is first asked for. */
export async function pushKeys(
  house: Pick<House, "db" | "origin" | "seal" | "unseal">,
): Promise<{ publicKey: string; privateKey: string }> {
  const kept = await readPushKey(house.db);
  if (kept) {
    const privateKey = house.unseal(kept.sealed, nameOfKey(kept.publicKey)).toString();
    return { publicKey: kept.publicKey, privateKey };
  }
  const made = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const [x, y] = [made.x ?? "", made.y ?? ""].map((part) => Buffer.from(part, "base64url"));
  const publicKey = Buffer.concat([Buffer.of(4), x as Buffer, y as Buffer]).toString("base64url");
  await keepPushKey(house.db, house.origin, publicKey, house.seal(Buffer.from(made.d ?? ""), nameOfKey(publicKey)));
  return pushKeys(house);
}

/** Adds the browser of a session. `said` is its subscription as JSON. Throws a Refusal when it is none. */
export async function addDevice(house: House, act: { actorId: Id; sessionId: Id; said: string }): Promise<void> {
  const { actorId, sessionId } = act;
  const subscription = readSubscription(act.said, house.origin);
  const endpointHash = hash("sha256", subscription.endpoint, "buffer");
  const sealed = house.seal(Buffer.from(JSON.stringify(subscription)), nameOfDevice(endpointHash));
  await transact(house, "actor.update", "author", undefined, async (tx) => {
    await insertDevice(tx, { id: house.makeId(), actorId, sessionId, endpointHash, sealed }, MOST_DEVICES);
    return { result: undefined, line: null };
  });
}

/** Removes one; once more changes nothing. */
export async function removeDevice(house: House, actorId: Id, id: Id): Promise<void> {
  await transact(house, "actor.update", "author", undefined, async (tx) => {
    await deleteDevice(tx, actorId, id);
    return { result: undefined, line: null };
  });
}

/** How a device is reached, from what is kept of it. */
export function openSubscription(
  house: Pick<House, "unseal">,
  device: { endpointHash: Buffer; sealed: Buffer },
): Subscription {
  return JSON.parse(house.unseal(device.sealed, nameOfDevice(device.endpointHash)).toString()) as Subscription;
}

function nameOfKey(publicKey: string): string {
  return `push key ${publicKey}`;
}

function nameOfDevice(endpointHash: Buffer): string {
  return `push device ${endpointHash.toString("hex")}`;
}

/** An address by plain http is only for trying it out, where this site is reached so as well. Whether it may be talked to at all shows when it is. */
function readSubscription(said: string, origin: string): Subscription {
  let given: { endpoint?: unknown; keys?: { p256dh?: unknown; auth?: unknown } };
  try {
    given = JSON.parse(said) ?? {};
  } catch {
    throw new Refusal("input-invalid");
  }
  const [endpoint, p256dh, auth] = [given.endpoint, given.keys?.p256dh, given.keys?.auth];
  const url = typeof endpoint === "string" && endpoint.length <= LONGEST_ENDPOINT ? URL.parse(endpoint) : null;
  const safe = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && origin.startsWith("http:")));
  if (!safe || url.username !== "" || url.hash !== "") throw new Refusal("input-invalid");
  if (typeof p256dh !== "string" || typeof auth !== "string" || !isPoint(p256dh)) throw new Refusal("input-invalid");
  if (Buffer.from(auth, "base64url").length !== AUTH_BYTES) throw new Refusal("input-invalid");
  return { endpoint: url.href, keys: { p256dh, auth } };
}

/** Whether it is a point of the curve, uncompressed. */
function isPoint(text: string): boolean {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4) return false;
  try {
    ECDH.convertKey(bytes, "prime256v1");
    return true;
  } catch {
    return false;
  }
}
