/** Who may say what of a followed group's content, when it is the group that passes it on (R45). */
import type { Budget } from "../budget.ts";
import type { Context, Sender } from "../context.ts";
import { fetchCollection } from "../fetch/collection.ts";
import { FetchFailed, fetchDocument } from "../fetch/document.ts";
import { httpUrl, idsOf, listOf, parseDate, sameOrigin, singleId } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { type Memory, memory } from "../memory.ts";
import { verifyProof } from "../signatures/proof.ts";

/** Letters are delivered for a week, and marks of what was seen are kept for a month: an older proof could be shown again unnoticed. */
const PROOF_MS = 7 * 24 * 3_600_000;
const AHEAD_MS = 3_600_000;

/** Who proved to have said this (FEP-8b32), or null. Throws FetchFailed, or BudgetSpent. */
export async function provenBy(context: Context, activity: PlainObject, spend: Budget): Promise<Sender | null> {
  const [proof, ...others] = listOf(activity.proof);
  if (!isPlainObject(proof) || others.length > 0) return null;
  const actorUri = singleId(activity.actor, "actor");
  const keyId = httpUrl(proof.verificationMethod);
  const id = httpUrl(activity.id);
  if (!keyId || !sameOrigin(keyId, actorUri) || !id || !sameOrigin(id, actorUri)) return null;
  const now = context.now().getTime();
  const created = parseDate(proof.created, now, Number.POSITIVE_INFINITY)?.getTime() ?? 0;
  if (created < now - PROOF_MS || created > now + AHEAD_MS) return null;
  const { key, owner } = await context.findKey(keyId, spend);
  return owner.uri === actorUri && verifyProof(activity, key) ? owner : null;
}

interface GroupWords {
  moderators: ReadonlySet<string>;
  featured: string | null;
}

const KEEP_MS = 10 * 60_000;
const words = new WeakMap<Context, Memory<GroupWords>>();

/** Whether the group says so of itself. What it said lately counts for yes; before a no it is asked anew, since somebody may look after it since just now. */
async function groupSays(
  context: Context,
  groupUri: string,
  spend: Budget,
  so: (words: GroupWords) => boolean,
): Promise<boolean> {
  let known = words.get(context);
  if (!known) {
    known = memory(1_000, KEEP_MS);
    words.set(context, known);
  }
  const before = known.get(groupUri);
  if (before && so(before)) return true;
  const { document } = await fetchDocument(context, groupUri, spend);
  const [at] = idsOf(document.attributedTo ?? document.moderators);
  const listed = at && sameOrigin(at, groupUri) ? await fetchCollection(context, at, spend).catch(none) : null;
  const featured = httpUrl(isPlainObject(document.featured) ? document.featured.id : document.featured);
  const read = { moderators: new Set(idsOf(listed?.items)), featured };
  known.set(groupUri, read);
  return so(read);
}

/** Whether this actor looks after the group: on its own server, which speaks for all there, or named by it. */
export async function looksAfter(context: Context, group: Sender, actorUri: string, spend: Budget): Promise<boolean> {
  if (sameOrigin(actorUri, group.uri)) return true;
  return groupSays(context, group.uri, spend, ({ moderators }) => moderators.has(actorUri));
}

/** Whether `target` is where the group lists what it pinned. Some write it in lower case. */
export function isFeatured(context: Context, group: Sender, target: string, spend: Budget): Promise<boolean> {
  const wanted = target.toLowerCase();
  return groupSays(context, group.uri, spend, ({ featured }) => featured?.toLowerCase() === wanted);
}

function none(error: unknown): null {
  if (error instanceof FetchFailed && !error.passing) return null;
  throw error;
}
