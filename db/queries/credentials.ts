/** What an account is signed in with: its password's hash, its second factor, its recovery codes. */
import type { Id } from "../ids.ts";
import type { Queryable, Tx } from "../open.ts";

export interface CredentialsRow {
  passwordHash: string | null;
  sealedTotpSecret: Buffer | null;
  totpConfirmed: boolean;
}

const CREDENTIALS = (db: Queryable) => db`
  password_hash as "passwordHash", sealed_totp_secret as "sealedTotpSecret", totp_confirmed_at is not null as "totpConfirmed"`;

export async function findCredentials(db: Queryable, actorId: Id): Promise<CredentialsRow | null> {
  const [row] = await db<CredentialsRow[]>`select ${CREDENTIALS(db)} from accounts where actor_id = ${actorId}`;
  return row ?? null;
}

/** The same, and nobody else changes them until `tx` ends. */
export async function lockCredentials(tx: Tx, actorId: Id): Promise<CredentialsRow | null> {
  const [row] = await tx<CredentialsRow[]>`
    select ${CREDENTIALS(tx)} from accounts where actor_id = ${actorId} for update`;
  return row ?? null;
}

export async function setPasswordHash(db: Queryable, actorId: Id, hash: string): Promise<void> {
  await db`update accounts set password_hash = ${hash} where actor_id = ${actorId}`;
}

/** Replaces a hash that costs too little by now, unless the password was changed meanwhile. */
export async function renewPasswordHash(db: Queryable, actorId: Id, old: string, hash: string): Promise<void> {
  await db`update accounts set password_hash = ${hash} where actor_id = ${actorId} and password_hash = ${old}`;
}

/** Keeps the secret of a second factor that is not confirmed yet. Returns false when there is a confirmed one. */
export async function setTotpSecret(db: Queryable, actorId: Id, sealed: Buffer): Promise<boolean> {
  const { count } = await db`
    update accounts set sealed_totp_secret = ${sealed} where actor_id = ${actorId} and totp_confirmed_at is null`;
  return count > 0;
}

/** From now on the second factor counts, its secret kept as `sealed`. Returns false when one did already, or `pending` was not what was begun last. */
export async function confirmTotp(
  db: Queryable,
  actorId: Id,
  step: number,
  { pending, sealed }: { pending: Buffer; sealed: Buffer },
): Promise<boolean> {
  const { count } = await db`
    update accounts set totp_confirmed_at = now(), totp_last_step = ${step}, sealed_totp_secret = ${sealed}
    where actor_id = ${actorId} and totp_confirmed_at is null and sealed_totp_secret = ${pending}`;
  return count > 0;
}

/** Takes the code of one time step. Returns false when it, or a later one, was taken before: of two at once, one gets it. */
export async function takeTotpStep(db: Queryable, actorId: Id, step: number): Promise<boolean> {
  const { count } = await db`
    update accounts set totp_last_step = ${step}
    where actor_id = ${actorId} and totp_confirmed_at is not null and totp_last_step < ${step}`;
  return count > 0;
}

/** Codes of an app are asked for no more. The last step stays: a code is not taken twice, whatever happens. */
export async function removeTotp(db: Queryable, actorId: Id): Promise<void> {
  await db`update accounts set sealed_totp_secret = null, totp_confirmed_at = null where actor_id = ${actorId}`;
}

/** Recovery codes go with the last second factor that they stand in for. */
export async function dropIdleRecoveryCodes(db: Queryable, actorId: Id): Promise<void> {
  await db`
    delete from recovery_codes where actor_id = ${actorId}
      and not exists (select from passkeys where actor_id = ${actorId})
      and not exists (select from accounts where actor_id = ${actorId} and totp_confirmed_at is not null)`;
}

/** Whether there are recovery codes that were not used. */
export async function hasRecoveryCodes(db: Queryable, actorId: Id): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from recovery_codes where actor_id = ${actorId} and used_at is null) as yes`;
  return row?.yes ?? false;
}

/** Replaces all recovery codes. */
export async function replaceRecoveryCodes(db: Queryable, actorId: Id, hashes: readonly Buffer[]): Promise<void> {
  await db`delete from recovery_codes where actor_id = ${actorId}`;
  await db`insert into recovery_codes ${db(hashes.map((hash) => ({ actor_id: actorId, code_hash: hash })))}`;
}

/** Takes a recovery code. Returns false when there is no such code, or it was used: of two at once, one gets it. */
export async function takeRecoveryCode(db: Queryable, actorId: Id, hash: Buffer): Promise<boolean> {
  const { count } = await db`
    update recovery_codes set used_at = now() where actor_id = ${actorId} and code_hash = ${hash} and used_at is null`;
  return count > 0;
}
