/** Sessions: an opaque random value in the browser, its hash in the database (R39). */
import { hash, randomBytes } from "node:crypto";
import type { Id } from "../../db/ids.ts";
import type { Db } from "../../db/open.ts";
import {
  deleteSession,
  deleteSessionByToken,
  deleteSessionsOf,
  findSessionHolder,
  insertSession,
  touchSession,
} from "../../db/queries/sessions.ts";
import { readViewer, type Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import type { House } from "../domain/transact.ts";

const TOKEN = /^[\w-]{43}$/;
/** Milliseconds after which the use of a session is noted again. */
const NOTED_MS = 5 * 60_000;
const MAX_USER_AGENT = 300;
/** So long after the end of a session a form may still come that was open then. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/**
 * Begins a session of `actorId`; returns the token for the browser, 256 random bits as base64url. It is kept nowhere else. Throws
 * `wrong-credentials` when the account was shut meanwhile, or its password is not the one with `passwordHash` any more.
 */
export async function startSession(
  house: Pick<House, "db" | "makeId">,
  who: { actorId: Id; secondFactor: boolean; passwordHash?: string | null; address: string; userAgent: string },
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const userAgent = who.userAgent.slice(0, MAX_USER_AGENT);
  const begun = await insertSession(house.db, { ...who, userAgent, id: house.makeId(), tokenHash: tokenHash(token) });
  if (!begun) throw new Refusal("wrong-credentials");
  return token;
}

/** Who holds this token; null when there is no such session (any more). */
export async function viewerOf(db: Db, token: string): Promise<Viewer | null> {
  if (!TOKEN.test(token)) return null;
  const viewer = await readViewer(db, tokenHash(token));
  if (viewer && Date.now() - viewer.sessionSeenAt > NOTED_MS) await touchSession(db, viewer.sessionId);
  return viewer;
}

/** Who held this token, where its session has ended, not long ago; null for a stranger. It lets nobody do anything in their name. */
export async function formerHolderOf(house: Pick<House, "db" | "now">, token: string): Promise<Id | null> {
  if (!TOKEN.test(token)) return null;
  return findSessionHolder(house.db, tokenHash(token), new Date(house.now().getTime() - REMEMBERED_MS));
}

/** Ends the session that this token is of: signing out, or signing in anew in the same browser (no session outlives it). */
export async function endSession(db: Db, token: string): Promise<void> {
  await deleteSessionByToken(db, tokenHash(token));
}

/** Ends one of the viewer's own sessions; returns false when they have none of that id. */
export function endSessionOf(db: Db, viewer: Viewer, id: Id): Promise<boolean> {
  return deleteSession(db, viewer.id, id);
}

/** Ends all of the viewer's sessions but this one. */
export function endOtherSessions(db: Db, viewer: Viewer): Promise<void> {
  return deleteSessionsOf(db, viewer.id, viewer.sessionId);
}

function tokenHash(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
