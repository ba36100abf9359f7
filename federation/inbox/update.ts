/** Update: an author edits a post, or an actor its profile. */
import { findPostByUri, type PostRow } from "../../db/queries/posts.ts";
import type { Context } from "../context.ts";
import { ignored, type Outcome } from "../door.ts";
import { toRemoteActor } from "../fetch/actor.ts";
import { noteListedAnswers } from "../fetch/listed-answers.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { actorKind, readActor } from "../objects/actor.ts";
import type { ReadPost } from "../objects/post.ts";
import { place, readAuthored } from "./create.ts";
import type { Handler, Letter } from "./letter.ts";

export const update: Handler = async (context, letter) => {
  const { object } = letter.document;
  if (isPlainObject(object) && actorKind(object.type)) return updateActor(context, letter, object);
  const edited = await readAuthored(context, letter);
  if (!edited) return ignored("it holds nothing to show");
  const { uri } = edited.text;
  const known = await findPostByUri(context.db, uri);
  if (known) return edit(context, letter, edited, known);
  if (!edited.isPublic) return takeBack(context, letter, edited, null);
  // Lemmy and PieFed may send an Update for what we never saw: it is as good as a Create.
  const outcome = await place(context, letter, edited);
  // Its Create may have been written in this very moment: then that is edited.
  const written = outcome.is === "ignored" ? await findPostByUri(context.db, uri) : null;
  return written ? edit(context, letter, edited, written) : outcome;
};

async function edit(context: Context, letter: Letter, edited: ReadPost, known: PostRow): Promise<Outcome> {
  const { sender, receipt } = letter;
  if (known.authorId !== sender.id) throw new Rejection(403, "Only its author may edit a post.");
  if (!edited.isPublic) return takeBack(context, letter, edited, known);
  context.paces.acted(sender, known.groupId);
  const text = context.paces.honoured(sender, edited.text);
  const outcome = await context.door.edited({ receipt, post: known, text });
  await noteListedAnswers(context, edited);
  return outcome;
}

/**
 * Its author took it back from the public: here that is a removal, and the words, which are for others, are neither kept nor passed on (R48). What is
 * still on its way stays away.
 */
function takeBack(context: Context, letter: Letter, { text }: ReadPost, post: PostRow | null): Promise<Outcome> {
  const receipt = { ...letter.receipt, announceable: false, body: "" };
  return context.door.removed({ receipt, post, uri: text.uri, ownerUri: letter.sender.uri });
}

async function updateActor(context: Context, { sender, receipt }: Letter, object: PlainObject): Promise<Outcome> {
  const read = readActor(object);
  if (object.id !== sender.uri) throw new Rejection(403, "An actor may only update itself.");
  if (!read) throw new Rejection(400, "This is not an actor that can be talked to.");
  return context.door.actorUpdated({ receipt, actor: await toRemoteActor(context, read) });
}
