/** Update: an author edits a post, or an actor its profile. */
import { findPostByUri } from "../../db/queries/posts.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome } from "../door.ts";
import { toRemoteActor } from "../fetch/actor.ts";
import { noteListedAnswers } from "../fetch/listed-answers.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { actorKind, readActor } from "../objects/actor.ts";
import { place, readAuthored } from "./create.ts";
import type { Handler, Letter } from "./letter.ts";

export const update: Handler = async (context, letter) => {
  const { object } = letter.document;
  if (isPlainObject(object) && actorKind(object.type)) return updateActor(context, letter, object);
  const edited = await readAuthored(context, letter);
  if (!edited) return ignored("it holds nothing to show");
  const known = await findPostByUri(context.db, edited.text.uri);
  // Lemmy and PieFed may send an Update for what we never saw: it is as good as a Create.
  if (!known) return place(context, letter, edited);
  if (known.authorId !== letter.sender.id) throw new Rejection(403, "Only its author may edit a post.");
  if (edited.isPublic) {
    const text = context.paces.honoured(letter.sender, edited.text);
    const outcome = await context.door.edited({ receipt: letter.receipt, post: known, text });
    await noteListedAnswers(context, edited);
    return outcome;
  }
  // Its author took it back from the public: here that is a removal, and the words, which are for others, are neither kept nor passed on (R48).
  const receipt = { ...letter.receipt, announceable: false, body: "" };
  return context.door.removed({ receipt, post: known, uri: known.uri, ownerUri: letter.sender.uri });
};

async function updateActor(context: Context, { sender, receipt }: Letter, object: PlainObject): Promise<Outcome> {
  const read = readActor(object);
  if (object.id !== sender.uri) throw new Rejection(403, "An actor may only update itself.");
  if (!read) throw new Rejection(400, "This is not an actor that can be talked to.");
  return context.door.actorUpdated({ receipt, actor: await toRemoteActor(context, read) });
}
