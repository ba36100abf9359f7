/** Passkeys: the public halves of keys that people's devices keep (Web Authentication Level 3). */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

export interface PasskeyRow {
  /** base64url. */
  id: string;
  actorId: Id;
  publicKey: Buffer;
  counter: number;
  transports: string[];
}

export async function findPasskey(db: Queryable, id: string): Promise<PasskeyRow | null> {
  const [row] = await db<PasskeyRow[]>`
    select id, actor_id as "actorId", public_key as "publicKey", counter::float8 as counter, transports from passkeys where id = ${id}`;
  return row ?? null;
}

export async function listPasskeyIds(db: Queryable, actorId: Id): Promise<{ id: string; transports: string[] }[]> {
  return await db<{ id: string; transports: string[] }[]>`
    select id, transports from passkeys where actor_id = ${actorId} order by created_at`;
}

/** Returns false when a passkey of that id is here already. */
export async function insertPasskey(db: Queryable, passkey: PasskeyRow & { name: string }): Promise<boolean> {
  const { id, actorId, publicKey, counter, transports, name } = passkey;
  const { count } = await db`
    insert into passkeys (id, actor_id, public_key, counter, transports, name)
    values (${id}, ${actorId}, ${publicKey}, ${counter}, ${transports}, ${name}) on conflict do nothing`;
  return count > 0;
}

/** Notes that it was used, and how often by its own count. Returns false when that count was noted before: a copy. */
export async function usePasskey(db: Queryable, id: string, counter: number): Promise<boolean> {
  const { count } = await db`
    update passkeys set counter = ${counter}, used_at = now()
    where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter} = 0))`;
  return count > 0;
}

export async function renamePasskey(db: Queryable, actorId: Id, id: string, name: string): Promise<boolean> {
  return (await db`update passkeys set name = ${name} where id = ${id} and actor_id = ${actorId}`).count > 0;
}

export async function deletePasskey(db: Queryable, actorId: Id, id: string): Promise<boolean> {
  return (await db`delete from passkeys where id = ${id} and actor_id = ${actorId}`).count > 0;
}

export async function deletePasskeysOf(db: Queryable, actorId: Id): Promise<void> {
  await db`delete from passkeys where actor_id = ${actorId}`;
}
