/** The table of what may arrive: one line per type of activity. */

import { findActor } from "../../db/queries/actors.ts";
import { isBlocked } from "../../db/queries/peers.ts";
import { ANCESTORS, ANCESTORS_MS, BudgetSpent, budget } from "../budget.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome, type Receipt } from "../door.ts";
import { toSender } from "../fetch/actor.ts";
import { FetchFailed } from "../fetch/document.ts";
import { readJson } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
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

/** The types of activity that may change something here. */
export const TYPES: readonly string[] = Object.keys(TABLE);

/** What was ignored is told once per peer and reason, so that a busy peer cannot fill the log. */
const told = memory<true>(10_000, 24 * 3_600_000);

/** Does what a letter asks. Resolves when that is committed, also when it asks nothing that we know. */
export async function receive(context: Context, letter: Letter): Promise<void> {
  const outcome = await attempt(context, letter);
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

/**
 * Reads a letter again that was put aside. What became of it, in words. Throws what may go better later still: FetchFailed, or a Rejection when it is
 * we who have no room, or somebody has written too much for now.
 */
export async function receiveAgain(context: Context, receipt: Receipt): Promise<string> {
  const actor = await findActor(context.db, receipt.actorId);
  if (!actor || actor.goneAt) return "its author is gone";
  const sender = toSender(actor);
  if (await isBlocked(context.db, sender.host)) return "its author's server is blocked";
  const { document } = readJson(Buffer.from(receipt.body));
  const spend = budget(2 * ANCESTORS, ANCESTORS_MS);
  try {
    const outcome = await handle(context, { type: receipt.type, document, sender, receipt, spend, aside: true });
    return outcome.is === "ignored" ? outcome.why : outcome.is;
  } catch (error) {
    if (error instanceof Rejection && error.status !== 503 && error.status !== 429) return error.sentence;
    if (error instanceof BudgetSpent || (error instanceof FetchFailed && !error.passing)) return error.message;
    throw error;
  }
}

async function handle(context: Context, letter: Letter): Promise<Outcome> {
  const handler = Object.hasOwn(TABLE, letter.type) ? TABLE[letter.type] : undefined;
  return handler ? handler(context, letter) : ignored("we do not know this type of activity");
}

/**
 * What we would have to fetch and cannot is no fault of the letter: it is acknowledged. Where it may be had in a while, the letter is put aside; it is not
 * put off, since what is missing may be on a third server, and a sender that keeps the order would hold back everybody's letters for that.
 */
async function attempt(context: Context, letter: Letter): Promise<Outcome> {
  try {
    return await handle(context, letter);
  } catch (error) {
    if (!(error instanceof FetchFailed || error instanceof BudgetSpent)) throw error;
    if (error instanceof FetchFailed && error.passing) {
      const { sender, receipt, type } = letter;
      // A group that is followed from here passes on what very many say, in order. Nothing is fetched for what other groups announce.
      if (sender.kind !== "group" || type !== "Announce") context.paces.putAside(sender.host);
      await context.tools.readLater(receipt, sender.host);
    }
    return ignored(error.message);
  }
}
