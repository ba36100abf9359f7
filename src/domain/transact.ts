/** The one way to change anything here: policy, then one transaction with the mark of the letter, the rows, the journal line and what follows from it. */
import { inBatches } from "../../db/batches.ts";
import type { Id, MakeId } from "../../db/ids.ts";
import { type JournalLine, writeJournal } from "../../db/journal.ts";
import type { Db, Tx } from "../../db/open.ts";
import type { OwnKey } from "../../db/queries/actors.ts";
import { emptyReceived, type Mark, type ReceivedLetter, writeReceived } from "../../db/queries/received.ts";
import { Refusal } from "../base/errors.ts";
import type { Pictures } from "../base/picture.ts";
import { type Act, may, type Standing } from "./policy.ts";

export type { Tx } from "../../db/open.ts";

/** A journal line and the letter that caused it, if a letter did. */
export interface Told {
  line: JournalLine;
  letter: Mark | undefined;
}

/** Reads journal lines inside the transaction that wrote them, and writes what follows (deliveries, notifications). Never fetches or sends. */
export type JournalReader = (tx: Tx, told: readonly Told[]) => Promise<unknown>;

/** Acts whose letter is what a post is made of: it is kept as long as the post. */
const WRITING: ReadonlySet<Act> = new Set(["thread.start", "reply.write", "post.edit"]);
/** Acts whose letter may repeat the words of a post, and would outlive them: once it is passed on, only its mark is kept. */
const REPEATING: ReadonlySet<Act> = new Set(["poll.count", "post.remove"]);

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
  /** Makes pictures that people bring anew. */
  pictures: Pick<Pictures, "remake">;
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
  /** Lines of what was done before it, such as taking away an answer that another one replaces: they stand for themselves, and are of no letter. */
  before?: readonly Omit<JournalLine, "id">[];
}

/** Throws a Refusal when the policy says no. */
export function allow(act: Act, standing: Standing | readonly Standing[]): void {
  if (!may(act, standing)) throw new Refusal("not-allowed");
}

/** An act that was done: what it gave, and the letter that asked for it. */
export interface Done<T> extends Work<T> {
  letter: Mark | undefined;
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
  allow(act, standing);
  const mark = letter && { ...letter, id: house.makeId(), keep: WRITING.has(act) };
  const spent = mark && REPEATING.has(act) ? [mark.id] : [];
  const [done] = await commit(
    house,
    async (tx) => {
      const [, done] = await together(mark ? markFirst(tx, mark) : Promise.resolve(), work(tx, mark?.id ?? null));
      return [{ ...done, letter: mark }];
    },
    spent,
  );
  return (done as Done<T>).result;
}

async function markFirst(tx: Tx, mark: Mark): Promise<void> {
  const { size } = await writeReceived(tx, [mark]);
  if (size === 0) throw new AlreadySeen();
}

interface SmallAct {
  act: Act;
  letter: ReceivedLetter | undefined;
  key: string;
  work(tx: Tx, letterId: Id | null): Promise<Work<unknown>>;
}

/** So many at once hold nobody up for long, and little is left to gain by more. */
export const COMPANY = 32;
/** Characters of a letter that weigh as much as one more act: the largest letters go alone. */
const HEAVY = 32 * 1024;

/** What an act weighs among those that share a transaction. */
export function weightOf({ letter }: { letter: ReceivedLetter | undefined }): number {
  return 1 + (letter?.body.length ?? 0) / HEAVY;
}

const companies = new WeakMap<House, (act: SmallAct) => Promise<unknown>>();

/**
 * As transact, for small acts that come often: those that come while a transaction is under way share the next one. `key` names what no
 * two of them may change together. A `work` that throws makes each of them try again alone.
 */
export async function transactInCompany<T>(
  house: House,
  act: Act,
  standing: Standing | readonly Standing[],
  letter: ReceivedLetter | undefined,
  key: string,
  work: (tx: Tx, letterId: Id | null) => Promise<Work<T>>,
): Promise<T> {
  allow(act, standing);
  let join = companies.get(house);
  if (!join) {
    const keysOf = ({ letter, key }: SmallAct) => (letter ? [key, `${letter.actorId} ${letter.uri}`] : [key]);
    join = inBatches((acts: readonly SmallAct[]) => transactAll(house, acts), { max: COMPANY, weightOf, keysOf });
    companies.set(house, join);
  }
  return join({ act, letter, key, work }) as Promise<T>;
}

async function transactAll(house: House, acts: readonly SmallAct[]): Promise<unknown[]> {
  const marks = acts.map(({ act, letter }) => letter && { ...letter, id: house.makeId(), keep: WRITING.has(act) });
  const done = await commit<unknown>(house, async (tx) => {
    const marked = await writeReceived(
      tx,
      marks.filter((mark) => mark !== undefined),
    );
    const works = acts.map(async ({ work }, i): Promise<Done<unknown>> => {
      const letter = marks[i];
      if (letter && !marked.has(letter.id)) return { result: new AlreadySeen(), line: null, letter };
      return { ...(await work(tx, letter?.id ?? null)), letter };
    });
    return together(...works);
  });
  return done.map(({ result }) => result);
}

/**
 * The transaction itself, for one act or for many: `work`, the journal lines of what it did, and what their readers make of them. Of the letters
 * `spent` only the marks are kept.
 */
export async function commit<T>(
  house: House,
  work: (tx: Tx) => Promise<Done<T>[]>,
  spent: readonly Id[] = [],
): Promise<Done<T>[]> {
  let told: Told[] = [];
  const done = await house.db.begin(async (tx) => {
    const done = await work(tx);
    told = done.flatMap(({ line, before = [], letter }) => [
      ...before.map((line) => ({ line: { id: house.makeId(), ...line }, letter: undefined })),
      ...(line ? [{ line: { id: house.makeId(), ...line }, letter }] : []),
    ]);
    if (told.length > 0) {
      const lines = told.map(({ line }) => line);
      await together(writeJournal(tx, lines), ...house.readers.map((reader) => reader(tx, told)));
    }
    if (spent.length > 0) await emptyReceived(tx, spent);
    return done;
  });
  for (const { line } of told) house.committed(line);
  return done as Done<T>[];
}

/** Waits for all, and throws the first failure in the order given: later statements of a broken transaction only say that it is broken. */
export async function together<A extends readonly unknown[]>(
  ...promises: { [K in keyof A]: Promise<A[K]> }
): Promise<A> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === "rejected") throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as A;
}
