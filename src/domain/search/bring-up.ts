/** Brings the index of words up to date with what was said, edited, moved and removed: by the journal, and at first by the posts themselves. */
import { type Id, timeOf } from "../../../db/ids.ts";
import type { Db, Tx } from "../../../db/open.ts";
import {
  type Entry,
  followThreads,
  forgetEntries,
  linesBetween,
  type PostSource,
  postsBetween,
  readSources,
  settledUntil,
  takeProgress,
  writeEntries,
  writeProgress,
} from "../../../db/queries/search.ts";
import { textOf } from "../../base/text/sanitize.ts";
import { configOf } from "./languages.ts";

export interface BringUp {
  /** Posts, or lines of the journal, in one transaction. */
  batch?: number;
  /** Milliseconds by which the clocks of our processes may differ: what is younger waits for the next time. */
  settleMs?: number;
  signal?: AbortSignal;
}

const BATCH = 500;
const SETTLE_MS = 10_000;
/** Of a post this much is indexed, in characters. */
const LONGEST = 20_000;
/** Where nothing is said, how far the journal was read is noted this often. */
const NOTED_MS = 60_000;

/**
 * Does all that is to be done, batch by batch, each in a transaction of its own: it may be cut short at any time. While another process is at
 * it, nothing. Returns how many posts were looked at.
 */
export async function bringSearchUp(house: { db: Db }, options: BringUp = {}): Promise<number> {
  const { batch = BATCH, settleMs = SETTLE_MS, signal } = options;
  for (let all = 0; ; ) {
    const { looked, more } = await house.db.begin((tx) => oneBatch(tx, batch, settleMs));
    all += looked;
    if (!more || signal?.aborted) return all;
  }
}

async function oneBatch(tx: Tx, batch: number, settleMs: number): Promise<{ looked: number; more: boolean }> {
  const progress = await takeProgress(tx);
  if (!progress) return { looked: 0, more: false };
  const until = await settledUntil(tx, settleMs);
  // The posts that are there at the very start all stand before the first line that is read; what becomes of them later is said after it.
  const { postsUntil, postsId, journalId } =
    progress.postsUntil === null
      ? { postsUntil: until, postsId: progress.postsId, journalId: idBefore(until) }
      : { ...progress, postsUntil: progress.postsUntil };
  if (postsId !== idBefore(postsUntil)) {
    const ids = await postsBetween(tx, postsId, postsUntil, batch);
    await renew(tx, ids);
    const reached = ids.length < batch ? idBefore(postsUntil) : (ids.at(-1) as Id);
    await writeProgress(tx, { journalId, postsId: reached, postsUntil });
    return { looked: ids.length, more: true };
  }
  const lines = await linesBetween(tx, journalId, until, batch);
  const threads = new Set(lines.filter(({ kind }) => kind.startsWith("thread.")).map(({ threadId }) => threadId));
  await followThreads(tx, [...threads]);
  await renew(tx, [...new Set(lines.map(({ postId }) => postId))]);
  const more = lines.length === batch;
  const reached = more ? (lines.at(-1)?.id as Id) : idBefore(until);
  if (lines.length > 0 || timeOf(reached).getTime() - timeOf(journalId).getTime() > NOTED_MS)
    await writeProgress(tx, { journalId: reached, postsId, postsUntil });
  return { looked: lines.length, more };
}

/** Reads those posts again: what can be found is written, what cannot is forgotten. */
async function renew(tx: Tx, ids: readonly Id[]): Promise<void> {
  if (ids.length === 0) return;
  const sources = await readSources(tx, ids);
  const found = new Set(sources.map(({ id }) => id));
  await forgetEntries(
    tx,
    ids.filter((id) => !found.has(id)),
  );
  await writeEntries(tx, sources.map(entryOf));
}

function entryOf({ id, title, warning, content, pictures, language, at, facets }: PostSource): Entry {
  const text = [warning, textOf(content), pictures].filter((part) => part !== "").join("\n\n");
  return {
    id,
    title: title ?? "",
    text: text.slice(0, LONGEST).toWellFormed(),
    config: configOf(language),
    at,
    facets,
  };
}

function idBefore(id: Id): Id {
  return String(BigInt(id) - 1n) as Id;
}
