/** Finds the key that signed a letter, with the actor who owns it: the two must name each other from the actor's own server (R9). */
import type { KeyObject } from "node:crypto";
import { findKey, type KeyOwner } from "../../db/queries/actors.ts";
import { type Budget, BudgetSpent } from "../budget.ts";
import type { Context, Sender } from "../context.ts";
import { httpUrl, sameOrigin } from "../gate/limits.ts";
import type { Load } from "../gate/load.ts";
import { isPlainObject } from "../gate/read-json.ts";
import { memory } from "../memory.ts";
import { actorKind, type ReadActor, readActor, toKeyObject } from "../objects/actor.ts";
import { fetchActor, hostOf, saveActor, toSender } from "./actor.ts";
import { FetchFailed, fetchDocument } from "./document.ts";
import { openFailures } from "./failures.ts";

export interface VerifiedKey {
  key: KeyObject;
  owner: Sender;
}

export interface Keyring {
  /** The key, from memory, from the database or by at most two fetches. Throws FetchFailed. */
  find(keyId: string, spend: Budget): Promise<VerifiedKey>;
  /** The key, if it is in memory or in the database. */
  known(keyId: string): Promise<VerifiedKey | undefined>;
  /** The key, if it is in memory. */
  atHand(keyId: string): VerifiedKey | undefined;
  /** Drops the key from memory: what the database says of its owner counts from the next letter on. */
  forget(keyId: string): void;
  /** Whether it may be fetched anew: once in ten minutes. Throws FetchFailed when that was tried a moment ago and may go better in a while. */
  refreshDue(keyId: string): boolean;
  /** Why it could not be had, when that was tried lately. */
  failedLately(keyId: string): FetchFailed | undefined;
  /** Fetches the key anew, if that is due: its owner may have changed it. Null when there is no other. Throws FetchFailed when nobody can say now. */
  refresh(keyId: string, stale: KeyObject, spend: Budget): Promise<VerifiedKey | null>;
}

/** How long a key that its owner has withdrawn may still count here. */
const KEEP_MS = 5 * 60_000;
const REFRESH_MS = 10 * 60_000;

/** Cached key objects halve the cost of a verification against reading the PEM each time. */
export function openKeyring(context: Context, load: Load): Keyring {
  const cached = memory<VerifiedKey>(20_000, KEEP_MS);
  const refreshed = memory<true>(20_000, REFRESH_MS);
  const failed = openFailures();
  /** Keys that could not be had anew: the ones that we know count all the same. */
  const unanswered = openFailures();
  const fetching = new Map<string, Promise<VerifiedKey>>();
  const refreshing = new Map<string, Promise<VerifiedKey | null>>();

  async function find(keyId: string, spend: Budget): Promise<VerifiedKey> {
    const known = cached.get(keyId);
    if (known) return known;
    const before = failed.get(keyId);
    if (before) throw before;
    const here = await stored(keyId);
    if (!here) return load.lookUp(hostOf(keyId), () => cachedOrFetched(keyId, spend));
    cached.set(keyId, here);
    return here;
  }

  async function stored(keyId: string): Promise<VerifiedKey | undefined> {
    const row = await findKey(context.db, keyId);
    // Who closed their account stays away, whatever their server still answers (R25).
    if (row?.actor.goneAt) throw new FetchFailed(`${row.actor.uri} is gone.`, "gone");
    return row ? toVerified(row) : undefined;
  }

  /** While it stood in line, another letter by the same hand may have brought the key, or failed to. */
  async function cachedOrFetched(keyId: string, spend: Budget): Promise<VerifiedKey> {
    const known = cached.get(keyId);
    if (known) return known;
    const before = failed.get(keyId);
    if (before) throw before;
    try {
      const found = await fetchedOnce(keyId, spend);
      // Before anybody else in the line may look.
      cached.set(keyId, found);
      return found;
    } catch (error) {
      throw failed.note(keyId, error);
    }
  }

  /** Somebody's first letters often come together: one of them asks, and what it is told is told to all. */
  function fetchedOnce(keyId: string, spend: Budget): Promise<VerifiedKey> {
    const asked = fetching.get(keyId);
    if (asked) return asked;
    const asking = fetchKey(keyId, spend).finally(() => fetching.delete(keyId));
    fetching.set(keyId, asking);
    return asking;
  }

  async function fetchKey(keyId: string, spend: Budget): Promise<VerifiedKey> {
    const owner = await ownerOf(context, keyId, spend);
    const { row, read } =
      "read" in owner
        ? { row: await saveActor(context, owner.read), ...owner }
        : await fetchActor(context, owner.uri, spend);
    const key = read.keys.find((candidate) => candidate.uri === keyId);
    if (!key) throw new FetchFailed(`${read.uri} does not list the key ${keyId}.`);
    return toVerified({ key, actor: row });
  }

  function refreshDue(keyId: string): boolean {
    const before = unanswered.get(keyId);
    if (before) throw before;
    return !refreshed.get(keyId);
  }

  /** Null when its owner's server has no such key any more. It counts as done once there is an answer, whatever it is. */
  async function fetchAnew(keyId: string, spend: Budget): Promise<VerifiedKey | null> {
    try {
      const fresh = await load.lookUp(hostOf(keyId), () => fetchedOnce(keyId, spend));
      cached.set(keyId, fresh);
      refreshed.set(keyId, true);
      return fresh;
    } catch (error) {
      if (error instanceof FetchFailed && error.passing) throw unanswered.note(keyId, error);
      if (!(error instanceof FetchFailed || error instanceof BudgetSpent)) throw error;
      refreshed.set(keyId, true);
      return null;
    } finally {
      refreshing.delete(keyId);
    }
  }

  /** Whoever changes their key sends many letters by the new one at once: all of them wait for one answer. */
  function fetchedAnew(keyId: string, spend: Budget): Promise<VerifiedKey | null> {
    const asked = refreshing.get(keyId);
    if (asked) return load.elsewhere(() => asked);
    const asking = fetchAnew(keyId, spend);
    refreshing.set(keyId, asking);
    return asking;
  }

  return {
    find,
    known: async (keyId) => cached.get(keyId) ?? (await stored(keyId)),
    atHand: (keyId) => cached.get(keyId),
    forget: (keyId) => cached.delete(keyId),
    refreshDue,
    failedLately: (keyId) => failed.get(keyId),
    async refresh(keyId, stale, spend) {
      const fresh = refreshDue(keyId) ? await fetchedAnew(keyId, spend) : cached.get(keyId);
      return fresh && !fresh.key.equals(stale) ? fresh : null;
    },
  };
}

/**
 * Whose key this says it is. Most keys are a fragment of their actor; others are documents of their own, or a short form of the actor, whose
 * whole document then has been fetched already (GoToSocial). Whatever it says, the actor must list the key: that is looked at afterwards.
 */
async function ownerOf(context: Context, keyId: string, spend: Budget): Promise<{ uri: string } | { read: ReadActor }> {
  const url = URL.parse(keyId);
  if (!url) throw new FetchFailed("The key has no usable id.");
  if (url.hash !== "") {
    url.hash = "";
    return { uri: url.href };
  }
  const { document, id } = await fetchDocument(context, keyId, spend);
  if (actorKind(document.type)) {
    const read = readActor(document);
    if (!read) throw new FetchFailed(`${id} is not an actor we can talk to.`);
    return { read };
  }
  const key = isPlainObject(document.publicKey) ? document.publicKey : document;
  const owner = httpUrl(key.owner) ?? httpUrl(key.controller);
  if (!owner || !sameOrigin(owner, keyId)) throw new FetchFailed(`${keyId} does not name an owner on its own server.`);
  return { uri: owner };
}

function toVerified({ key, actor }: KeyOwner): VerifiedKey {
  return { key: toKeyObject(key), owner: toSender(actor) };
}
