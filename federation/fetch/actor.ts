/** Looks up an actor elsewhere, from memory, from the database, or from its own server. */
import { type ActorRow, findActorByUri, type RemoteActor, saveRemoteActor } from "../../db/queries/actors.ts";
import { ensurePeer } from "../../db/queries/peers.ts";
import type { Budget } from "../budget.ts";
import { type Context, isOurs, type Sender } from "../context.ts";
import { sameOrigin } from "../gate/limits.ts";
import { type ReadActor, readActor } from "../objects/actor.ts";
import { FetchFailed, fetchDocument } from "./document.ts";
import { type Failures, openFailures } from "./failures.ts";

/** After this long an actor whose words we take is looked at again: names and pictures change. */
const STALE_MS = 3 * 24 * 3_600_000;

const failures = new WeakMap<Context, Failures>();

/** The host by which a peer is known: with port where it has one. */
export function hostOf(uri: string): string {
  return new URL(uri).host;
}

/** Fetches an actor from its own server and writes it down. What failed is not tried again for a while (R30). */
export async function fetchActor(
  context: Context,
  uri: string,
  spend: Budget,
): Promise<{ row: ActorRow; read: ReadActor }> {
  if (isOurs(context, uri)) throw new FetchFailed(`${uri} is on this server.`);
  const failed = failuresOf(context);
  const before = failed.get(uri);
  if (before) throw before;
  try {
    const { document } = await fetchDocument(context, uri, spend);
    const read = readActor(document);
    if (!read) throw new FetchFailed(`${uri} is not an actor we can talk to.`);
    // A redirect to another server names somebody else (R21): whoever sends one would speak in their name.
    if (!sameOrigin(read.uri, uri)) throw new FetchFailed(`${uri} answered with an actor of another server.`);
    return { row: await saveActor(context, read), read };
  } catch (error) {
    throw failed.note(uri, error);
  }
}

/** Writes down an actor that was read from its own server's words. */
export async function saveActor(context: Context, read: ReadActor): Promise<ActorRow> {
  return saveRemoteActor(context.db, context.makeId(), await toRemoteActor(context, read));
}

/** A read actor as a row, its texts cleaned. */
export async function toRemoteActor(context: Context, read: ReadActor): Promise<RemoteActor> {
  const { alsoKnownAs: _, ...actor } = read;
  const peer = await ensurePeer(context.db, context.makeId(), hostOf(read.uri));
  return {
    ...actor,
    peerId: peer.id,
    username: context.tools.cleanName(read.username) || "unnamed",
    name: context.tools.cleanName(read.name),
    summary: context.tools.cleanHtml(read.summary),
  };
}

/** An actor by its id, fetched when it is unknown or has not been looked at for three days. */
export async function lookUpActor(context: Context, uri: string, spend: Budget): Promise<ActorRow> {
  const known = await findActorByUri(context.db, uri);
  if (known && (known.peerId === null || Date.now() - (known.fetchedAt?.getTime() ?? 0) < STALE_MS)) return known;
  try {
    const { row } = await fetchActor(context, uri, spend);
    if (row.uri !== uri) throw new FetchFailed(`${uri} is not the id of an actor.`);
    return row;
  } catch (error) {
    if (known && error instanceof FetchFailed && !error.gone) return known;
    throw error;
  }
}

/** A row as a sender; only for actors elsewhere. */
export function toSender(row: ActorRow): Sender {
  if (row.peerId === null) throw new Error(`${row.uri} is an actor of this server`);
  const { id, uri, kind, peerId, createdAt } = row;
  return { id, uri, kind, peerId, host: hostOf(uri), knownSince: createdAt.getTime() };
}

function failuresOf(context: Context): Failures {
  let known = failures.get(context);
  if (!known) {
    known = openFailures();
    failures.set(context, known);
  }
  return known;
}
