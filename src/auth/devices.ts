/**
 * A browser in which somebody has signed in before is known: its tries are counted on it and not on the account, so that a stranger who guesses
 * at somebody's password keeps nobody out but other strangers. It proves nothing else, and lets nobody in.
 */
import { hash } from "node:crypto";
import type { Id } from "../../db/ids.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import type { Tokens } from "./tokens.ts";

/** Seconds for which a browser is known after a sign-in. */
export const KNOWN_S = 365 * 24 * 3_600;

/** What a browser keeps that `actorId` has just signed in with. */
export function knownDevice(tokens: Tokens, actorId: Id): Promise<string> {
  return tokens.sign("known-device", { actor: actorId }, KNOWN_S);
}

/** What the tries of a browser that is known for `actorId` are counted on; null when it is not. */
export async function markOfDevice(tokens: Tokens, device: string | undefined, actorId: Id): Promise<Buffer | null> {
  if (device === undefined) return null;
  try {
    const { actor } = await tokens.read("known-device", device);
    // By what is signed: the signature itself can be written in many ways, each of which would have tries of its own.
    return actor === actorId ? tokens.mark(`device ${device.slice(0, device.lastIndexOf("."))}`) : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What the tries of somebody who is signed in are counted on. */
export function markOfSession(viewer: Pick<Viewer, "sessionId">): Buffer {
  return hash("sha256", `session ${viewer.sessionId}`, "buffer").subarray(0, 16);
}
