/** Whether it is really them: asked before what would lock somebody out of their account, or let somebody else in. */
import { hash } from "node:crypto";
import type { Db } from "../../db/open.ts";
import { deleteAttempt } from "../../db/queries/attempts.ts";
import { findCredentials, lockCredentials, renewPasswordHash, setPasswordHash } from "../../db/queries/credentials.ts";
import { deleteSessionsOf, isFresh, raiseSession } from "../../db/queries/sessions.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { hashPassword, requireStrongPassword, verifyPassword } from "../domain/accounts/password.ts";
import { type ComposeNotice, writeNotice } from "../domain/accounts/security-notice.ts";
import type { House } from "../domain/transact.ts";
import { beginAttempt, type From } from "./attempts.ts";
import { markOfSession } from "./devices.ts";
import { takeCode } from "./second-factor.ts";

/** So long after a second factor or a passkey was shown nobody is asked again. */
const FRESH_S = 10 * 60;

/** A code of the app, or a recovery code: this session counts as one in which a second factor was shown. Throws `wrong-credentials`, or TooManyTries. */
export async function showCode(house: House, viewer: Viewer, code: string, from: From): Promise<void> {
  const attempt = await beginAttempt(house, viewer.id, from, "second-factor-wrong", markOfSession(viewer));
  await house.db.begin(async (tx) => {
    if (!(await takeCode(house, tx, viewer.id, code))) throw new Refusal("wrong-credentials");
    await raiseSession(tx, viewer.sessionId);
    await deleteAttempt(tx, attempt);
  });
}

/** Whether the viewer showed a second factor, or a passkey, in this session within the last ten minutes. */
export function hasJustShown(db: Db, viewer: Viewer): Promise<boolean> {
  return isFresh(db, viewer.sessionId, FRESH_S);
}

/**
 * Goes on when the viewer has just shown a second factor, or types their password now; guessing counts as trying to sign in. Whoever has a second
 * factor must have shown it in this session: else a password would be enough to replace it. Throws `second-factor-first`, `wrong-credentials`, or
 * TooManyTries.
 */
export async function confirmIdentity(house: House, viewer: Viewer, password: string, from: From): Promise<void> {
  requireShown(viewer);
  if (password === "" && (await hasJustShown(house.db, viewer))) return;
  await requirePassword(house, viewer, password, from);
}

/** The new password replaces the old one, all other sessions end, and a notice is written. Throws `second-factor-first`, `wrong-credentials`, TooManyTries, or `password-weak`. */
export async function changePassword(
  house: House,
  viewer: Viewer,
  passwords: { old: string; new: string },
  from: From,
  notice: ComposeNotice,
): Promise<void> {
  requireShown(viewer);
  const before = await findCredentials(house.db, viewer.id);
  // Whoever signs in by passkey alone has no old one to type.
  if (before?.passwordHash == null) await confirmIdentity(house, viewer, "", from);
  else await requirePassword(house, viewer, passwords.old, from);
  requireStrongPassword(passwords.new, [viewer.username, viewer.name]);
  const fresh = await hashPassword(passwords.new);
  await house.db.begin(async (tx) => {
    const now = await lockCredentials(tx, viewer.id);
    if (now?.passwordHash !== before?.passwordHash) throw new Refusal("wrong-credentials");
    await setPasswordHash(tx, viewer.id, fresh);
    await deleteSessionsOf(tx, viewer.id, viewer.sessionId);
    await writeNotice(tx, house, viewer.id, "password", notice);
  });
}

/** Nothing that keeps an account safe is changed by whoever has only its password. */
function requireShown(viewer: Viewer): void {
  if (viewer.hasSecondFactor && !viewer.secondFactor) throw new Refusal("second-factor-first");
}

async function requirePassword(house: House, viewer: Viewer, password: string, from: From): Promise<void> {
  const attempt = await beginAttempt(house, viewer.id, from, "wrong", markOfSession(viewer));
  const row = await findCredentials(house.db, viewer.id);
  const { right, outdated } = await verifyPassword(row?.passwordHash ?? null, password);
  if (!right) throw new Refusal("wrong-credentials");
  await deleteAttempt(house.db, attempt);
  if (outdated && row?.passwordHash)
    await renewPasswordHash(house.db, viewer.id, row.passwordHash, await hashPassword(password));
}

/** Changes with the password: links that carry it die when it is set. */
export function stampOf(passwordHash: string | null): string {
  return hash("sha256", passwordHash ?? "", "base64url").slice(0, 22);
}
