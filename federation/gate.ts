/** Every letter from a stranger passes here first: limits, shape, one signature, one origin; then the table of inbox/index.ts. */

import { revivePeer } from "../db/queries/deliveries.ts";
import { findPeer, heardFrom } from "../db/queries/peers.ts";
import { BEFORE_VERIFICATION, type Budget, BudgetSpent, budget, PER_LETTER } from "./budget.ts";
import { type Context, isOurs, type Sender } from "./context.ts";
import { FetchFailed } from "./fetch/document.ts";
import { PASSING_MS } from "./fetch/failures.ts";
import type { Keyring, VerifiedKey } from "./fetch/key.ts";
import { assertPlainReading } from "./gate/context.ts";
import { authorId, checkLimits, httpUrl, LIMITS, sameOrigin, typesOf } from "./gate/limits.ts";
import type { Load } from "./gate/load.ts";
import { dropBlind, type PlainObject, type ReadJson, readJson } from "./gate/read-json.ts";
import { Rejection } from "./gate/rejection.ts";
import { type Letter, receive } from "./inbox/index.ts";
import { memory } from "./memory.ts";
import { type ParsedSignature, parseSignature, type RequestFacts } from "./signatures/parse.ts";
import { verifyDigest, verifySignature } from "./signatures/verify.ts";

/** A request to an inbox, before anything of it is believed. */
export interface InboundRequest extends RequestFacts {
  /** Reads the body, counting; throws a Rejection 413 past `limit` bytes. `count` is told of the bytes as they come, and may throw another. */
  read(limit: number, count: (bytes: number) => void): Promise<Buffer>;
  /** The address, or the network, that it comes from; "" where that is not known. */
  client: string;
}

const MAX_BODY = 1024 * 1024;
const CONTENT_TYPE = /^application\/(?:activity\+json|ld\+json|json)\s*(?:;|$)/i;
const HEARD_MS = 5 * 60_000;
const TRY_AGAIN = { "retry-after": String(PASSING_MS / 1000) };

export interface Gate {
  /** Takes a letter in. Resolves once what it causes is committed; throws a Rejection for what is refused. */
  take(request: InboundRequest): Promise<void>;
}

/** Opens the gate. The order of the checks is R12's: the cheap ones first, and nothing is fetched for a request without a usable signature. */
export function openGate(context: Context, keyring: Keyring, load: Load): Gate {
  const { paces } = context;
  const heard = openEar(context);

  /** Not async itself: most of what is refused is refused by its head, and a promise that is rejected costs as much as all these checks. */
  function take(request: InboundRequest): Promise<void> {
    if (!CONTENT_TYPE.test(String(request.headers["content-type"] ?? ""))) {
      throw new Rejection(415, "A letter is sent as application/activity+json.");
    }
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY)
      throw new Rejection(413, "The body is larger than 1 MiB.");
    return takeSigned(request, parseSignature(request, { origin: context.origin, now: context.now().getTime() }));
  }

  async function takeSigned(request: InboundRequest, signature: ParsedSignature): Promise<void> {
    const { host, keyId } = signature;
    try {
      if (await context.isBlocked(host)) throw new Rejection(403, "This server does not take letters from yours.");
      paces.requireRoom(host);
      const lately = keyring.failedLately(keyId);
      // An account that is gone may still say so.
      if (lately && !lately.gone) throw lately;
      // So much from there failed lately that nothing is fetched, and what comes in the name of people we do not know is not read.
      if (paces.isSuspect(request.client, host) && !(await knownKey(keyId)))
        throw new FetchFailed("it is not looked up now.");
      const body = load.body();
      try {
        const bytes = await request.read(MAX_BODY, body.take);
        await load.inHand(() => takeRead(signature, bytes));
      } finally {
        body.free();
      }
    } catch (error) {
      const failure = toFailure(error);
      const no = failure ? paces.failed(request.client, host, failure) : error;
      if (no instanceof Rejection) no.notes.host = host;
      throw no;
    }
  }

  async function takeRead(signature: ParsedSignature, bytes: Buffer): Promise<void> {
    const { keyId } = signature;
    if (!verifyDigest(signature, bytes)) throw new Rejection(401, "The digest does not fit the body.");
    // Only now: by a letter in our own name the doctor finds out whether bodies arrive as they were sent.
    if (isOurs(context, keyId)) throw fromOurselves();
    // With the key at hand nothing needs to be fetched to know, and what is forged is not worth reading.
    const known = keyring.atHand(keyId);
    const genuine = known !== undefined && verifySignature(signature, known.key);
    if (known && !genuine && !keyring.refreshDue(keyId)) throw notGenuine();
    const json = readJson(bytes);
    const { document } = json;
    checkLimits(document, { allowHttp: context.allowHttp, bytes: bytes.length });
    assertPlainReading(document, { allowHttp: context.allowHttp });
    const activity = readHead(document, context.allowHttp);
    if (isOurs(context, activity.actorUri)) throw fromOurselves();
    if (!sameOrigin(activity.actorUri, keyId)) throw new Rejection(401, "The key is on another server than the actor.");
    const owner = genuine ? known.owner : await verify(signature, keyId, activity);
    if (owner === null) return;
    if (owner.uri !== activity.actorUri)
      throw new Rejection(401, "The letter is signed by somebody else than its actor.");
    paces.accepted(owner.host);
    await heard(owner);
    await receive(
      context,
      toLetter(json, activity, signature.createdAt, owner, budget(PER_LETTER, undefined, load.elsewhere)),
    );
    // Who closed their account says nothing more.
    if (activity.type === "Delete" && activity.objectUri === owner.uri) keyring.forget(keyId);
  }

  async function knownKey(keyId: string): Promise<boolean> {
    if (isOurs(context, keyId)) return true;
    try {
      return (await keyring.known(keyId)) !== undefined;
    } catch (error) {
      if (error instanceof FetchFailed) return error.gone;
      throw error;
    }
  }

  /** Who signed it. Null: an account that we never knew says that it is gone, and there is nothing to do. Throws FetchFailed, or BudgetSpent. */
  async function verify(signature: ParsedSignature, keyId: string, activity: Head): Promise<Sender | null> {
    const spend = budget(BEFORE_VERIFICATION);
    let found: VerifiedKey;
    try {
      found = await keyring.find(keyId, spend);
    } catch (error) {
      const isGone = error instanceof FetchFailed && error.gone;
      if (isGone && activity.type === "Delete" && activity.objectUri === activity.actorUri) return null;
      throw error;
    }
    if (verifySignature(signature, found.key)) return found.owner;
    const fresh = await keyring.refresh(keyId, found.key, spend);
    if (fresh && verifySignature(signature, fresh.key)) return fresh.owner;
    throw notGenuine();
  }

  return { take };
}

function fromOurselves(): Rejection {
  return new Rejection(403, "Nobody of this server sends letters to its own inbox.");
}

function notGenuine(): Rejection {
  return new Rejection(401, "The signature does not fit the request.");
}

/** What a letter is answered with that could not be verified; null when something else is the matter. */
function toFailure(error: unknown): Rejection | null {
  if (error instanceof FetchFailed || error instanceof BudgetSpent) return refusalFor(error);
  return error instanceof Rejection && error.status === 401 ? error : null;
}

/** What failed is remembered for a while, and refuses every letter of that time in the same words. */
const refusals = new WeakMap<Error, Rejection>();

function refusalFor(why: FetchFailed | BudgetSpent): Rejection {
  const before = refusals.get(why);
  if (before) return before;
  const no = keyMissing(why);
  refusals.set(why, no);
  return no;
}

/**
 * What may pass is put off: whoever is answered 4xx may never send the letter again. Why is for the log, since whoever sends it says where to ask, and
 * would learn what our name server and our way out know.
 */
function keyMissing(why: FetchFailed | BudgetSpent): Rejection {
  if (!(why instanceof FetchFailed && why.passing))
    return new Rejection(401, `The key could not be found: ${why.message}`);
  const no = new Rejection(503, "The key could not be had just now; try again in a while.", TRY_AGAIN);
  no.notes.why = why.message;
  return no;
}

interface Head {
  id: string;
  type: string;
  actorUri: string;
  objectUri: string | null;
}

/** What an activity must say of itself: an id on its actor's server, a type, one actor (R16, R19). */
function readHead(document: PlainObject, allowHttp: boolean): Head {
  const actorUri = authorId(document.actor, "actor", { allowHttp });
  const [type] = typesOf(document.type);
  if (!type) throw new Rejection(400, "The activity has no type.");
  const id = httpUrl(document.id);
  if (!id || id.length > LIMITS.url) throw new Rejection(400, "The activity has no id that is a URL.");
  if (!sameOrigin(id, actorUri)) throw new Rejection(403, "The activity's id is on another server than its actor.");
  const { object } = document;
  const objectUri = typeof object === "string" ? object : httpUrl((object as PlainObject | null | undefined)?.id);
  return { id, type, actorUri, objectUri };
}

/** Blind copies are kept from everybody, storage included (R50); a letter that has them, or had to be cleaned, is never passed on. */
function toLetter(json: ReadJson, head: Head, signedAt: number, sender: Sender, spend: Budget): Letter {
  const { document, raw, cleaned } = json;
  const blind = dropBlind(json);
  const body = blind || cleaned ? JSON.stringify(document) : raw;
  // What a Group or a server says is never announced: that is how loops begin (R52).
  const announceable = !blind && !cleaned && sender.kind !== "group" && sender.kind !== "application";
  return {
    type: head.type,
    document,
    sender,
    receipt: { actorId: sender.id, uri: head.id, type: head.type, announceable, body, signedAt },
    spend,
    aside: false,
  };
}

/**
 * A verified letter is a sign of life: what waits for a peer that was failing is tried at once, unless it asked for a pause (R58). Whom it heard
 * is remembered, so that the usual letter costs no query about its server.
 */
function openEar(context: Context) {
  const heardLately = memory<true>(10_000, HEARD_MS);
  return async (sender: Sender): Promise<void> => {
    if (heardLately.get(sender.host)) return;
    heardLately.set(sender.host, true);
    const peer = await findPeer(context.db, sender.host);
    if (!peer) return;
    await heardFrom(context.db, peer.id);
    if (peer.failures > 0) await revivePeer(context.db, peer.id);
  };
}
