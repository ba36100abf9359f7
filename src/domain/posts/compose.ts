/** What threads and replies that are written here have in common: one form is one post, and how its text comes to be. */
import type { Id } from "../../../db/ids.ts";
import { brokenConstraint, type Tx } from "../../../db/open.ts";
import { findActor } from "../../../db/queries/actors.ts";
import { writeMentions } from "../../../db/queries/mentions.ts";
import { findSubmission, writeSubmission } from "../../../db/queries/submissions.ts";
import type { OwnText } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import type { House } from "../transact.ts";
import { type ChosenPicture, takePictures } from "./pictures.ts";
import { checkedLanguage, checkedSource, checkedWarning, renderWords, type Words } from "./words.ts";

/** What somebody writes, as they typed it. */
export interface Composed {
  /** Markdown. */
  source: string;
  /** "" is none. */
  warning: string;
  /** BCP 47. */
  language: string | null;
  pictures: readonly ChosenPicture[];
  /** It may go without words: what it asks stands beside them. */
  wordless?: boolean;
}

/** The post that came of a form. */
export interface Posted {
  id: Id;
  /** The form had been sent before, and this is what came of it then. */
  again: boolean;
}

/** A text that was checked and rendered, before the transaction. */
export interface Prepared {
  authorUri: string;
  words: Words;
  /** Takes up its pictures, in the transaction. */
  text(tx: Tx, before?: readonly string[]): Promise<OwnText>;
}

/** Throws a Refusal for a text that is empty, too long, or not to be understood. */
export async function prepare(house: House, groupId: Id, authorId: Id, composed: Composed): Promise<Prepared> {
  const { pictures } = composed;
  const source = checkedSource(composed.source, composed.wordless ? 1 : pictures.length);
  const warning = checkedWarning(composed.warning);
  const language = checkedLanguage(composed.language);
  const [words, author] = await Promise.all([
    renderWords(house.db, { origin: house.origin, groupId }, source),
    findActor(house.db, authorId),
  ]);
  if (!author || author.goneAt) throw new Refusal("not-allowed");
  return {
    authorUri: author.uri,
    words,
    text: async (tx, before) => ({
      content: words.content,
      source,
      warning,
      language,
      attachments: await takePictures(tx, house.origin, authorId, pictures, before),
    }),
  };
}

/** The row of a new post written here. */
export function newOwnPost(house: House, id: Id, authorId: Id, text: OwnText) {
  return { ...text, id, uri: postUri(house.origin, id), authorId, publishedAt: house.now() };
}

export function postUri(origin: string, id: Id): string {
  return `${origin}/posts/${id}`;
}

/** Writes down what goes with a new post: whom it names, and which form it came of. */
export async function finish(tx: Tx, authorId: Id, key: string, id: Id, mentions: readonly Id[]): Promise<void> {
  await writeMentions(tx, id, mentions);
  await writeSubmission(tx, authorId, key, id);
}

/** Does `write` unless this form was sent before, also when it is sent twice in the same moment. */
export async function once(house: House, authorId: Id, key: string, write: () => Promise<Id>): Promise<Posted> {
  const before = await findSubmission(house.db, authorId, key);
  if (before) return { id: before, again: true };
  try {
    return { id: await write(), again: false };
  } catch (error) {
    // The other one may have taken up the pictures, or what it answers may have gone since.
    const first = await findSubmission(house.db, authorId, key);
    if (first && (brokenConstraint(error) === "submissions_pkey" || error instanceof Refusal))
      return { id: first, again: true };
    throw error;
  }
}
