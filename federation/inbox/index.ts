/** The table of what may arrive: one line per type of activity. */

import { BudgetSpent } from "../budget.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome } from "../door.ts";
import { FetchFailed } from "../fetch/document.ts";
import { memory } from "../memory.ts";
import { announce } from "./announce.ts";
import { answer } from "./answer.ts";
import { chooseAnswer } from "./choose-answer.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { follow } from "./follow.ts";
import type { Handler, Letter } from "./letter.ts";
import { move } from "./move.ts";
import { undo } from "./undo.ts";
import { update } from "./update.ts";
import { vote } from "./vote.ts";

export type { Letter } from "./letter.ts";

const TABLE: Readonly<Record<string, Handler>> = {
  Follow: follow,
  Undo: undo,
  Accept: answer,
  Reject: answer,
  Create: create,
  Update: update,
  Delete: remove,
  Like: vote,
  Dislike: vote,
  EmojiReact: vote,
  Announce: announce,
  ChooseAnswer: chooseAnswer,
  Move: move,
};

/** What was ignored is told once per peer and reason, so that a busy peer cannot fill the log. */
const told = memory<true>(10_000, 24 * 3_600_000);

/** Does what a letter asks. Resolves when that is committed, also when it asks nothing that we know. */
export async function receive(context: Context, letter: Letter): Promise<void> {
  const handler = Object.hasOwn(TABLE, letter.type) ? TABLE[letter.type] : undefined;
  const outcome = handler ? await attempt(handler, context, letter) : ignored("we do not know this type of activity");
  const { type, sender } = letter;
  if (outcome.is === "done") {
    context.log.debug("Received {type} from {actor}.", { type, actor: sender.uri, id: letter.receipt.uri });
  } else if (outcome.is === "ignored") {
    const key = `${sender.host} ${type} ${outcome.why}`;
    if (told.get(key)) return;
    told.set(key, true);
    context.log.info("A letter changed nothing: {type} from {host}: {why}.", {
      type,
      host: sender.host,
      why: outcome.why,
    });
  }
}

/** What we would have to fetch and cannot is no fault of the letter: it is acknowledged, and changes nothing. */
async function attempt(handler: Handler, context: Context, letter: Letter): Promise<Outcome> {
  try {
    return await handler(context, letter);
  } catch (error) {
    if (error instanceof FetchFailed || error instanceof BudgetSpent) return ignored(error.message);
    throw error;
  }
}
