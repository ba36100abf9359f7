/** Devices that are told at once, and what is still to be told to them. */
import type { Id } from "../ids.ts";
import type { Queryable, Tx } from "../open.ts";

/** The public half of the key pair by which push services know this server; null while there is none. */
export async function readPushKey(db: Queryable): Promise<{ publicKey: string; sealed: Buffer } | null> {
  const [row] = await db<{ publicKey: string; sealed: Buffer }[]>`
    select push_public_key as "publicKey", sealed_push_key as sealed from instance where push_public_key is not null`;
  return row ?? null;
}

/** Keeps the key pair, unless another process was first. */
export async function keepPushKey(db: Queryable, origin: string, publicKey: string, sealed: Buffer): Promise<void> {
  await db`
    insert into instance (origin, push_public_key, sealed_push_key) values (${origin}, ${publicKey}, ${sealed})
    on conflict (only_row) do update set push_public_key = excluded.push_public_key, sealed_push_key = excluded.sealed_push_key
      where instance.push_public_key is null`;
}

export interface NewDevice {
  id: Id;
  actorId: Id;
  sessionId: Id;
  endpointHash: Buffer;
  sealed: Buffer;
}

/** A browser that is known already belongs to whoever adds it last. A session has one; of more than `most`, the oldest go. */
export async function insertDevice(tx: Tx, device: NewDevice, most: number): Promise<void> {
  const { id, actorId, sessionId, endpointHash, sealed } = device;
  await tx`delete from push_devices where session_id = ${sessionId} or endpoint_hash = ${endpointHash}`;
  await tx`
    insert into push_devices (id, actor_id, session_id, endpoint_hash, sealed)
    values (${id}, ${actorId}, ${sessionId}, ${endpointHash}, ${sealed}) on conflict (endpoint_hash) do nothing`;
  await tx`
    delete from push_devices where id in (
      select id from push_devices where actor_id = ${actorId} order by id desc offset ${most})`;
}

/** Returns false when `actorId` has no such device. */
export async function deleteDevice(db: Queryable, actorId: Id, id: Id): Promise<boolean> {
  return (await db`delete from push_devices where id = ${id} and actor_id = ${actorId}`).count > 0;
}

/** Something to be told to a device. */
export interface LeasedPush {
  notificationId: Id;
  deviceId: Id;
  actorId: Id;
  endpointHash: Buffer;
  sealed: Buffer;
  language: string | null;
  /** When what it tells of happened. */
  at: Date;
  /** Nobody has read it yet, and the account is open. */
  wanted: boolean;
  /** How often it was tried, this time included. */
  attempts: number;
}

/** Takes up to `most` that are due. Nobody else takes them for `seconds`; who dies with one in hand leaves it to the next. */
export async function leasePushes(db: Queryable, most: number, seconds: number): Promise<LeasedPush[]> {
  return db<LeasedPush[]>`
    with due as (
      select notification_id, device_id from pushes where due_at <= now() order by due_at limit ${most} for update skip locked
    ), taken as (
      update pushes p set attempts = p.attempts + 1, due_at = now() + ${seconds} * interval '1 second' from due
       where p.notification_id = due.notification_id and p.device_id = due.device_id
      returning p.notification_id, p.device_id, p.attempts
    )
    select t.notification_id as "notificationId", t.device_id as "deviceId", d.actor_id as "actorId", d.endpoint_hash as "endpointHash",
           d.sealed, ac.language, n.at, n.read_at is null and ac.state = 'active' as wanted, t.attempts
      from taken t join notifications n on n.id = t.notification_id join push_devices d on d.id = t.device_id
      join accounts ac on ac.actor_id = d.actor_id`;
}

/** It was told, or will not be. */
export async function deletePush(db: Queryable, push: Pick<LeasedPush, "notificationId" | "deviceId">): Promise<void> {
  await db`delete from pushes where notification_id = ${push.notificationId} and device_id = ${push.deviceId}`;
}

/** Not now: once more in `seconds`. */
export async function postponePush(
  db: Queryable,
  push: Pick<LeasedPush, "notificationId" | "deviceId">,
  seconds: number,
): Promise<void> {
  await db`
    update pushes set due_at = now() + ${seconds} * interval '1 second'
     where notification_id = ${push.notificationId} and device_id = ${push.deviceId}`;
}
