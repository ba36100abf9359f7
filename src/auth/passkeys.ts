/**
 * Passkeys (Web Authentication Level 3): a key that a device keeps and unlocks for its owner, so that it is both factors in one. The challenge
 * of a ceremony waits in the browser, in a token that works once.
 */
import { randomBytes } from "node:crypto";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { Id } from "../../db/ids.ts";
import type { Tx } from "../../db/open.ts";
import { findAccount } from "../../db/queries/accounts.ts";
import { setAttemptOutcome } from "../../db/queries/attempts.ts";
import { dropIdleRecoveryCodes } from "../../db/queries/credentials.ts";
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeyIds,
  renamePasskey,
  usePasskey,
} from "../../db/queries/passkeys.ts";
import { lowerSessions, raiseSession } from "../../db/queries/sessions.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { type ComposeNotice, writeNotice } from "../domain/accounts/security-notice.ts";
import type { House } from "../domain/transact.ts";
import { beginAttempt, type From } from "./attempts.ts";
import { firstCodes } from "./second-factor.ts";
import { startSession } from "./sessions.ts";
import { requireActive } from "./sign-in.ts";
import type { Tokens } from "./tokens.ts";

/** Loaded when the first passkey is made or shown: it takes 27 MB, and many servers never need it. */
const webauthn = () => import("@simplewebauthn/server");

/** Seconds for which a page may stand open before its passkey button is pressed. */
const CEREMONY_S = 30 * 60;
const MOST_PASSKEYS = 25;
/** EdDSA, ES256 and RS256 (RFC 8152, RFC 8812): what devices have. */
const ALGORITHMS = [-8, -7, -257];
const TRANSPORTS = new Set(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);

/** What a page hands to the browser: the options as JSON, and the token that comes back with the answer. */
export interface Ceremony {
  options: string;
  token: string;
}

/** What the browser hands back. */
export interface Answer {
  /** A PublicKeyCredential as JSON. */
  credential: string;
  token: string;
}

/** For signing in with whichever passkey the device offers. */
export function beginSignIn(house: House, tokens: Tokens): Promise<Ceremony> {
  return beginUse(house, tokens, { ceremony: "sign-in" }, []);
}

/** For showing a passkey of the viewer's own. */
export async function beginShow(house: House, tokens: Tokens, viewer: Viewer): Promise<Ceremony> {
  return beginUse(house, tokens, { ceremony: "show", actor: viewer.id }, await listPasskeyIds(house.db, viewer.id));
}

/** Returns the token of a new session, in which both factors were shown. Throws `wrong-credentials`, `token-invalid`, TooManyTries. */
export async function signInByPasskey(house: House, tokens: Tokens, answer: Answer, from: From): Promise<string> {
  // Whoever guesses at an account's password cannot keep its passkeys out.
  const attempt = await beginAttempt(house, null, from, "wrong");
  const { challenge, ceremony } = await tokens.read("passkey", answer.token);
  if (ceremony !== "sign-in") throw new Refusal("token-invalid");
  const actorId = await house.db.begin(async (tx) => {
    const owner = await usedPasskey(house, tx, challenge, answer.credential);
    const account = await findAccount(tx, owner);
    if (!account) throw new Refusal("wrong-credentials");
    requireActive(account);
    await tokens.spend(tx, "passkey", answer.token);
    await setAttemptOutcome(tx, attempt, "signed-in", owner);
    return owner;
  });
  return startSession(house, { actorId, secondFactor: true, ...from });
}

/** This session counts as one in which both factors were shown. Throws `wrong-credentials`, `token-invalid`. */
export async function showPasskey(house: House, tokens: Tokens, viewer: Viewer, answer: Answer): Promise<void> {
  const { challenge, ceremony, actor } = await tokens.read("passkey", answer.token);
  if (ceremony !== "show" || actor !== viewer.id) throw new Refusal("token-invalid");
  await house.db.begin(async (tx) => {
    if ((await usedPasskey(house, tx, challenge, answer.credential)) !== viewer.id)
      throw new Refusal("wrong-credentials");
    await tokens.spend(tx, "passkey", answer.token);
    await raiseSession(tx, viewer.sessionId);
  });
}

/** For making a new passkey; hand it out only to somebody who has just proved who they are. */
export async function beginSetup(house: House, tokens: Tokens, viewer: Viewer): Promise<Ceremony> {
  const there = await listPasskeyIds(house.db, viewer.id);
  if (there.length >= MOST_PASSKEYS) throw new Refusal("not-allowed");
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: new URL(house.origin).host,
    rpID: hostname(house),
    userName: viewer.username,
    userDisplayName: viewer.name || viewer.username,
    userID: userHandle(viewer.id),
    challenge: randomBytes(32),
    attestationType: "none",
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: there,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  const claims = { challenge: options.challenge, ceremony: "add", actor: viewer.id } as const;
  const token = await tokens.sign("passkey", claims, CEREMONY_S);
  return { options: JSON.stringify(options), token };
}

/**
 * Keeps a new passkey, and counts the session as one in which it was shown. Returns recovery codes when it is the first second factor, else null.
 * Throws `input-invalid`, `already-done`, `token-invalid`.
 */
export async function addPasskey(
  house: House,
  tokens: Tokens,
  viewer: Viewer,
  answer: Answer & { name: string },
  notice: ComposeNotice,
): Promise<string[] | null> {
  const { challenge, ceremony, actor } = await tokens.read("passkey", answer.token);
  if (ceremony !== "add" || actor !== viewer.id) throw new Refusal("token-invalid");
  const response = readCredential<RegistrationResponseJSON>(answer.credential);
  const { registrationInfo } = await (await webauthn())
    .verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: house.origin,
      expectedRPID: hostname(house),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    .catch(unreadable("input-invalid"));
  if (!registrationInfo) throw new Refusal("input-invalid");
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  const known = [...new Set(transports)].filter((transport) => TRANSPORTS.has(transport));
  return house.db
    .begin(async (tx) => {
      const row = { id, actorId: viewer.id, publicKey: Buffer.from(publicKey), counter, transports: known };
      if (!(await insertPasskey(tx, { ...row, name: answer.name }))) throw new Refusal("already-done");
      await tokens.spend(tx, "passkey", answer.token);
      await raiseSession(tx, viewer.sessionId);
      await writeNotice(tx, house, viewer.id, "passkey-added", notice);
      return { codes: await firstCodes(tx, viewer.id) };
    })
    .then(({ codes }) => codes);
}

/** Throws `not-found`. */
export async function namePasskey(house: House, viewer: Viewer, id: string, name: string): Promise<void> {
  if (name === "") throw new Refusal("name-missing");
  if (!(await renamePasskey(house.db, viewer.id, id, name))) throw new Refusal("not-found");
}

/** Throws `not-found`. */
export async function removePasskey(house: House, viewer: Viewer, id: string, notice: ComposeNotice): Promise<void> {
  await house.db.begin(async (tx) => {
    if (!(await deletePasskey(tx, viewer.id, id))) throw new Refusal("not-found");
    await dropIdleRecoveryCodes(tx, viewer.id);
    await lowerSessions(tx, viewer.id);
    await writeNotice(tx, house, viewer.id, "passkey-removed", notice);
  });
}

async function beginUse(
  house: House,
  tokens: Tokens,
  who: { ceremony: "sign-in" | "show"; actor?: string },
  allowed: { id: string; transports: string[] }[],
): Promise<Ceremony> {
  const options = await (await webauthn()).generateAuthenticationOptions({
    rpID: hostname(house),
    challenge: randomBytes(32),
    userVerification: "required",
    allowCredentials: allowed,
  });
  const token = await tokens.sign("passkey", { challenge: options.challenge, ...who }, CEREMONY_S);
  return { options: JSON.stringify(options), token };
}

/** Whose passkey answered the challenge, unlocked by its owner; it is noted that it was used. Throws `wrong-credentials`. */
async function usedPasskey(house: House, tx: Tx, challenge: string, credential: string): Promise<Id> {
  const response = readCredential<AuthenticationResponseJSON>(credential);
  const row = typeof response.id === "string" ? await findPasskey(tx, response.id) : null;
  if (!row) throw new Refusal("wrong-credentials");
  const { id, publicKey, counter, transports } = row;
  const { verified, authenticationInfo } = await (await webauthn())
    .verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: house.origin,
      expectedRPID: hostname(house),
      credential: { id, publicKey: new Uint8Array(publicKey), counter, transports },
      requireUserVerification: true,
    })
    .catch(unreadable("wrong-credentials"));
  const handle = response.response.userHandle;
  const theirs = handle === undefined || handle === Buffer.from(userHandle(row.actorId)).toString("base64url");
  if (!verified || !theirs || !(await usePasskey(tx, id, authenticationInfo.newCounter)))
    throw new Refusal("wrong-credentials");
  return row.actorId;
}

/** The library checks the shape; here it only has to be an object. */
function readCredential<T>(text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal("input-invalid");
  }
  if (typeof value !== "object" || value === null) throw new Refusal("input-invalid");
  return value as T;
}

/** Whatever the library cannot make sense of came from the browser. */
function unreadable(code: "input-invalid" | "wrong-credentials"): (error: unknown) => never {
  return (error) => {
    throw new Refusal(code, undefined, { cause: error });
  };
}

function hostname(house: House): string {
  return new URL(house.origin).hostname;
}

function userHandle(actorId: Id): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(actorId);
}
