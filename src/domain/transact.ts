/** The one way to change anything here: policy, then one transaction with the mark of the letter, the rows, the journal line and what follows from it. */
import type { Id, MakeId } from "../../db/ids.ts";
import { type JournalLine, writeJournal } from "../../db/journal.ts";
import { brokenConstraint, type Db, type Tx } from "../../db/open.ts";
import type { OwnKey } from "../../db/queries/actors.ts";
import { type ReceivedLetter, writeReceived } from "../../db/queries/received.ts";
import { Refusal } from "../base/errors.ts";
import { type Act, may, type Standing } from "./policy.ts";

export type { Tx } from "../../db/open.ts";

/** Reads a journal line inside the transaction that wrote it, and writes what follows (deliveries, notifications). Never fetches or sends. */
export type JournalReader = (tx: Tx, line: JournalLine, letter: ReceivedLetter | undefined) => Promise<unknown>;

/** Acts whose letter is what a post is made of: it is kept as long as the post. */
const WRITING: ReadonlySet<Act> = new Set(["thread.start", "reply.write", "post.edit"]);

/** What every use case needs. */
export interface House {
  db: Db;
  /** The public origin, such as `https://commons.example`. */
  origin: string;
  /** Makes the keys of a new actor of this server, the private ones sealed. */
  makeKeys(actorUri: string): Promise<OwnKey[]>;
  /** Encrypts what must not be read in the database, bound to a name, and opens it again; throws when it is not what was sealed (R60). */
  seal(plain: Buffer, name: string): Buffer;
  unseal(sealed: Buffer, name: string): Buffer;
  makeId: MakeId;
  now(): Date;
  readers: readonly JournalReader[];
  /** Called after a commit that wrote a line: workers look for work at once instead of at their next round. */
  committed(line: JournalLine): void;
}

/** The letter was seen before: nothing was changed. */
export class AlreadySeen extends Error {}

export interface Work<T> {
  result: T;
  /** Null when nothing worth telling happened. */
  line: Omit<JournalLine, "id"> | null;
}

/**
 * Does `work` as `act` in one transaction. Throws a Refusal when the policy says no, AlreadySeen when `letter` was received before;
 * then nothing is changed. Statements that do not need each other's answers are sent together, so an act costs few round trips.
 */
export async function transact<T>(
  house: House,
  act: Act,
  standing: Standing | readonly Standing[],
  letter: ReceivedLetter | undefined,
  work: (tx: Tx, letterId: Id | null) => Promise<Work<T>>,
): Promise<T> {
  if (!may(act, standing)) throw new Refusal("not-allowed");
  const letterId = letter ? house.makeId() : null;
  let line: JournalLine | null = null;
  const result = await house.db
    .begin(async (tx) => {
      const marked = letter && letterId ? writeReceived(tx, letterId, letter, WRITING.has(act)) : Promise.resolve();
      const [, done] = await together(marked, work(tx, letterId));
      if (done.line) {
        line = { id: house.makeId(), ...done.line };
        const written = line;
        await together(writeJournal(tx, written), ...house.readers.map((reader) => reader(tx, written, letter)));
      }
      return { value: done.result };
    })
    .catch((error: unknown) => {
      const broken = brokenConstraint(error);
      if (broken === "received_uri_actor_id_key") throw new AlreadySeen();
      // The same post by two letters at once: the first one wrote it.
      if (broken === "posts_uri_key") throw new Refusal("already-done");
      throw error;
    });
  if (line) house.committed(line);
  return (result as { value: T }).value;
}

/** Waits for all, and throws the first failure in the order given: later statements of a broken transaction only say that it is broken. */
async function together<A extends readonly unknown[]>(...promises: { [K in keyof A]: Promise<A[K]> }): Promise<A> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as A;
}
