/** The second factor: codes of an app that change every half minute (RFC 6238), and recovery codes for when the app is lost. */
import { hash, randomInt } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { Id } from "../../db/ids.ts";
import type { Queryable } from "../../db/open.ts";
import {
  confirmTotp,
  dropIdleRecoveryCodes,
  findCredentials,
  hasRecoveryCodes,
  lockCredentials,
  removeTotp,
  replaceRecoveryCodes,
  setTotpSecret,
  takeRecoveryCode,
  takeTotpStep,
} from "../../db/queries/credentials.ts";
import { deletePasskeysOf } from "../../db/queries/passkeys.ts";
import { deleteSessionsOf, lowerSessions, raiseSession } from "../../db/queries/sessions.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { type ComposeNotice, writeNotice } from "../domain/accounts/security-notice.ts";
import type { House } from "../domain/transact.ts";

const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** Steps that a clock may be slow or fast. */
const WINDOW = 1;
const RECOVERY_CODES = 10;
const RECOVERY_LENGTH = 12;
/** Without those that look alike. 31 letters, 12 of them: 59 bits. */
const RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** What an authenticator app needs to know, for the code that it scans and in letters. */
export interface TotpSetup {
  /** `otpauth://totp/…`. */
  uri: string;
  /** Base32. */
  secret: string;
}

/**
 * Begins anew to set up the codes of an app; they count once `confirmSetup` got one. Only this session, in which they proved who they are, sees
 * the secret and goes on with it. Throws `already-done` when there are some that count.
 */
export async function beginSetup(house: House, viewer: Viewer): Promise<void> {
  const secret = new Secret({ size: SECRET_BYTES });
  const sealed = house.seal(Buffer.from(secret.bytes), pendingName(viewer));
  if (!(await setTotpSecret(house.db, viewer.id, sealed))) throw new Refusal("already-done");
}

/** What was begun in this session and not confirmed yet; null when there is nothing of that kind. */
export async function readSetup(house: House, viewer: Viewer): Promise<TotpSetup | null> {
  const secret = (await readPending(house, viewer))?.secret;
  if (!secret) return null;
  const issuer = new URL(house.origin).host;
  const uri = new TOTP({ issuer, label: viewer.username, secret, period: PERIOD_S }).toString();
  return { uri, secret: secret.base32 };
}

/**
 * From now on a code is asked for at signing in. The session counts as one in which it was shown. Returns the recovery codes, which are kept
 * nowhere. Throws `wrong-credentials`, or `already-done`.
 */
export async function confirmSetup(
  house: House,
  viewer: Viewer,
  code: string,
  notice: ComposeNotice,
): Promise<string[]> {
  if (viewer.hasSecondFactor && !viewer.secondFactor) throw new Refusal("second-factor-first");
  const begun = await readPending(house, viewer);
  if (!begun) throw new Refusal("already-done");
  const { secret, pending } = begun;
  const step = stepOf(secret, code, house.now());
  if (step === null) throw new Refusal("wrong-credentials");
  const codes = makeCodes();
  const sealed = house.seal(Buffer.from(secret.bytes), sealName(viewer.id));
  await house.db.begin(async (tx) => {
    if (!(await confirmTotp(tx, viewer.id, step, { pending, sealed }))) throw new Refusal("already-done");
    await replaceRecoveryCodes(tx, viewer.id, codes.map(codeHash));
    await raiseSession(tx, viewer.sessionId);
    await writeNotice(tx, house, viewer.id, "totp-on", notice);
  });
  return codes;
}

/** Turns the codes of an app off; the recovery codes with them, unless there are passkeys that they stand in for. */
export async function turnOff(house: House, viewer: Viewer, notice: ComposeNotice): Promise<void> {
  await house.db.begin(async (tx) => {
    const before = await lockCredentials(tx, viewer.id);
    await removeTotp(tx, viewer.id);
    await dropIdleRecoveryCodes(tx, viewer.id);
    await lowerSessions(tx, viewer.id);
    if (before?.totpConfirmed) await writeNotice(tx, house, viewer.id, "totp-off", notice);
  });
}

/** New recovery codes; the old ones work no more. Throws `not-found` when there is no second factor that they could stand in for. */
export async function renewCodes(house: House, viewer: Viewer, notice: ComposeNotice): Promise<string[]> {
  if (!viewer.hasSecondFactor) throw new Refusal("not-found");
  const codes = makeCodes();
  await house.db.begin(async (tx) => {
    await replaceRecoveryCodes(tx, viewer.id, codes.map(codeHash));
    await writeNotice(tx, house, viewer.id, "codes", notice);
  });
  return codes;
}

/** Recovery codes for somebody's first second factor; null when they have some. */
export async function firstCodes(db: Queryable, actorId: Id): Promise<string[] | null> {
  if (await hasRecoveryCodes(db, actorId)) return null;
  const codes = makeCodes();
  await replaceRecoveryCodes(db, actorId, codes.map(codeHash));
  return codes;
}

/** Takes a code of the app, or a recovery code. Each is taken once. Returns false when it is neither. */
export async function takeCode(house: House, db: Queryable, actorId: Id, typed: string): Promise<boolean> {
  const code = typed.replace(/[\s-]/g, "").toLowerCase();
  if (code.length === RECOVERY_LENGTH) return await takeRecoveryCode(db, actorId, codeHash(code));
  const row = await findCredentials(db, actorId);
  if (!row?.sealedTotpSecret || !row.totpConfirmed) return false;
  const step = stepOf(open(house, row.sealedTotpSecret, sealName(actorId)), code, house.now());
  return step !== null && (await takeTotpStep(db, actorId, step));
}

/** The time step that `code` belongs to; null when it belongs to none near now. */
function stepOf(secret: Secret, code: string, now: Date): number | null {
  const token = code.replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = now.getTime();
  const delta = TOTP.validate({ token, secret, period: PERIOD_S, timestamp, window: WINDOW });
  return delta === null ? null : TOTP.counter({ period: PERIOD_S, timestamp }) + delta;
}

function open(house: House, sealed: Buffer, name: string): Secret {
  const bytes = house.unseal(sealed, name);
  return new Secret({ buffer: new Uint8Array(bytes).buffer });
}

async function readPending(house: House, viewer: Viewer): Promise<{ secret: Secret; pending: Buffer } | null> {
  const row = await findCredentials(house.db, viewer.id);
  if (!row?.sealedTotpSecret || row.totpConfirmed) return null;
  try {
    return { secret: open(house, row.sealedTotpSecret, pendingName(viewer)), pending: row.sealedTotpSecret };
  } catch {
    // It was begun in another session.
    return null;
  }
}

function pendingName({ id, sessionId }: Viewer): string {
  return `totp ${id} begun in ${sessionId}`;
}

function sealName(actorId: Id): string {
  return `totp ${actorId}`;
}

function makeCodes(): string[] {
  const letter = () => RECOVERY_LETTERS[randomInt(RECOVERY_LETTERS.length)] ?? "";
  const code = () => Array.from({ length: RECOVERY_LENGTH }, letter).join("");
  return Array.from({ length: RECOVERY_CODES }, code);
}

/** They are random enough for one round of SHA-256. */
function codeHash(code: string): Buffer {
  return hash("sha256", code, "buffer");
}

/** For somebody who has lost all of it: no codes, no passkeys, no recovery codes; and no sessions, since nobody knows whose they are. */
export async function dropSecondFactor(db: Queryable, actorId: Id): Promise<void> {
  await removeTotp(db, actorId);
  await deletePasskeysOf(db, actorId);
  await dropIdleRecoveryCodes(db, actorId);
  await deleteSessionsOf(db, actorId, null);
}
