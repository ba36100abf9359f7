/** Move: somebody goes on under another account; both accounts must say so, freshly fetched (R26). */
import { findActor } from "../../db/queries/actors.ts";
import { ignored } from "../door.ts";
import { fetchActor } from "../fetch/actor.ts";
import { singleId } from "../gate/limits.ts";
import { Rejection } from "../gate/rejection.ts";
import type { Handler } from "./letter.ts";

const ONCE_IN_MS = 30 * 24 * 3_600_000;

export const move: Handler = async (context, { document, sender, receipt, spend }) => {
  if (singleId(document.object, "object") !== sender.uri) throw new Rejection(403, "An actor may only move itself.");
  const target = singleId(document.target, "target");
  const known = await findActor(context.db, sender.id);
  if (known?.movedAt && context.now().getTime() - known.movedAt.getTime() < ONCE_IN_MS) {
    return ignored("it moved less than 30 days ago");
  }
  const source = await fetchActor(context, sender.uri, spend);
  if (source.read.movedTo !== target) return ignored("its own document does not say that it moved there");
  const goal = await fetchActor(context, target, spend);
  if (!goal.read.alsoKnownAs.includes(sender.uri)) return ignored("the target does not say that it is the same person");
  return context.door.actorMoved({ receipt, target });
};
