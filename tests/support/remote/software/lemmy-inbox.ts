/** How Lemmy judges what it receives: strict parsing, the announcer must be the community, errors as 400 with a JSON code. */
import type { Desk, Known, Software } from "../desk.ts";
import { hostOf, idOf, idsOf, isDoc, listOf, PUBLIC, sameHost, textOf } from "../doc.ts";
import type { Doc, FoundActor } from "../types.ts";
import { answered } from "./microblog.ts";

/** A delivery that Lemmy refuses; `code` goes into the answer's `error`. */
export class Rejected extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const POSTS = ["Page", "Article", "Note", "Video", "Event"];
const MAX_PARENTS = 20;

function missing(what: string): Rejected {
  return new Rejected("unknown", `data did not match any variant of untagged enum: ${what}`);
}

/** `published` and `updated`, where present, must be times with a zone. */
export function checkTimes(doc: Doc): void {
  for (const key of ["published", "updated"]) {
    const value = doc[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string" || !/(?:Z|[+-]\d\d:\d\d)$/i.test(value) || Number.isNaN(Date.parse(value))) {
      throw new Rejected("unknown", `${key} of ${idOf(doc)} is not a time with a zone: ${JSON.stringify(value)}`);
    }
  }
}

export const lemmyReceive: Software["receive"] = async (activity, check, _owner, desk) => {
  try {
    if (!check.verified) throw new Rejected("unknown", check.reason ?? "signature");
    if (idOf(activity.actor) !== check.actor) throw new Rejected("unknown", "the activity's actor did not sign it");
    await perform(activity, undefined, desk);
    return { answer: { status: 200, body: "" }, work: undefined };
  } catch (error) {
    const rejected = error instanceof Rejected ? error : new Rejected("unknown", String(error));
    const body = JSON.stringify({ error: rejected.code, message: rejected.message });
    desk.complain(`Lemmy refused ${textOf(activity.type)} ${idOf(activity)} from ${idOf(activity.actor)}: ${body}`);
    return { answer: { status: 400, body }, work: undefined };
  }
};

async function perform(activity: Doc, announcer: FoundActor | undefined, desk: Desk): Promise<void> {
  const id = textOf(activity.id);
  const actorId = textOf(activity.actor);
  if (!id || !actorId) throw missing("id and actor must be URLs");
  if (!sameHost(id, actorId)) throw new Rejected("unknown", `the activity's id ${id} is not on its actor's host`);
  const actor = await desk.account(actorId);
  switch (activity.type) {
    case "Follow":
      return follow(activity, actor, desk);
    case "Accept":
    case "Reject":
      return answered(activity.type, activity.object, actor, desk);
    case "Announce":
      if (announcer) throw missing("an Announce in an Announce");
      return announce(activity, actor, desk);
    case "Create":
    case "Update":
      if (activity.type === "Update" && idOf(activity.object) === actor.id) return desk.forget(actor.id);
      // A community is edited by one of its moderators, and announces that itself.
      if (activity.type === "Update" && announcer && idOf(activity.object) === announcer.id) {
        await demandModerator(actor, announcer.id, announcer.id, desk);
        return desk.forget(announcer.id);
      }
      return post(activity, actor, announcer, desk);
    case "Like":
    case "Dislike":
      return vote(activity, actor, announcer, desk, true);
    case "Delete":
      return remove(activity, actor, announcer, desk, true);
    case "Undo":
      return undo(activity, actor, announcer, desk);
    case "Lock":
    case "Add":
    case "Remove":
      return moderate(activity, actor, announcer, desk, true);
    case "Block":
    case "Flag":
      return;
    default:
      throw missing(`type ${JSON.stringify(activity.type)}`);
  }
}

async function follow(activity: Doc, actor: FoundActor, desk: Desk): Promise<void> {
  if (typeof activity.object !== "string") throw missing("Follow.object must be a URL");
  const to = listOf(activity.to);
  if (to.length > 0 && (to.length !== 1 || to[0] !== activity.object)) throw missing("Follow.to must be its object");
  const person = desk.person(activity.object);
  if (!person) throw new Rejected("not_found", `${activity.object} is not here`);
  person.followers.set(actor.id, actor.inbox);
  if (person.locked) return;
  const { "@context": context, ...inner } = activity;
  const id = `${desk.origin}/activities/accept/${desk.next()}`;
  const accept = { "@context": context, id, type: "Accept", actor: person.id, to: [actor.id], object: inner };
  await desk.deliver(person, accept, [actor.inbox]);
}

async function announce(activity: Doc, group: FoundActor, desk: Desk): Promise<void> {
  if (group.type !== "Group") throw new Rejected("unknown", `${group.id} is not a community`);
  for (const key of ["to", "cc"]) if (!Array.isArray(activity[key])) throw missing(`Announce.${key} must be an array`);
  demandPublic(activity);
  // A community that approves its followers is a private one to Lemmy 1.0, and nothing public belongs there.
  if (group.document.manuallyApprovesFollowers === true) throw new Rejected("object_is_not_private", "Announce");
  if (!desk.followed(group.id)) throw new Rejected("community_has_no_followers", group.id);
  const inner = typeof activity.object === "string" ? await desk.document(activity.object) : activity.object;
  if (!isDoc(inner)) throw missing(`nothing at ${JSON.stringify(activity.object)}`);
  if (textOf(inner.actor) === undefined || POSTS.includes(String(inner.type))) {
    throw new Rejected("cannot_receive_page", "an announced object must be an activity; this is only for sending");
  }
  if (inner.type === "Follow" || inner.type === "Accept") throw missing(`${inner.type} cannot be announced`);
  await perform(inner, group, desk);
}

function demandPublic(doc: Doc): void {
  if (![...idsOf(doc.to), ...idsOf(doc.cc)].includes(PUBLIC)) {
    throw new Rejected("object_is_not_public", `${textOf(doc.type)} ${idOf(doc)} is not addressed to ${PUBLIC}`);
  }
}

/** The community of a post: the first of `to` and `cc` that proves to be one. */
async function communityOf(docs: Doc[], desk: Desk): Promise<FoundActor | undefined> {
  for (const id of new Set(docs.flatMap((doc) => [...idsOf(doc.to), ...idsOf(doc.cc)]))) {
    if (id === PUBLIC || id.endsWith("/followers")) continue;
    const actor = await desk.account(id).catch(() => undefined);
    if (actor?.type === "Group") return actor;
  }
  return undefined;
}

function demandCommunity(community: string | undefined, docs: Doc[], announcer: FoundActor | undefined): void {
  for (const doc of docs) {
    const audience = textOf(doc.audience);
    if (audience !== undefined && audience !== community) {
      throw new Rejected("invalid_community", `audience ${audience} of ${idOf(doc)} is not its community ${community}`);
    }
  }
  if (announcer && announcer.id !== community) {
    throw new Rejected("invalid_community", `${announcer.id} announced what belongs to ${community}`);
  }
}

async function post(activity: Doc, actor: FoundActor, announcer: FoundActor | undefined, desk: Desk): Promise<void> {
  const object = activity.object;
  if (!isDoc(object)) throw missing(`${textOf(activity.type)}.object must be embedded`);
  for (const key of ["to", "cc"])
    if (activity[key] === undefined) throw missing(`missing field \`${key}\` in the activity`);
  checkTimes(activity);
  if (textOf(object.attributedTo) !== actor.id) {
    throw new Rejected("unknown", `${actor.id} is not the author of ${idOf(object)}`);
  }
  const known = await take(object, [activity], announcer, desk);
  if (activity.type === "Update") known.edited = true;
}

/** Reads a Page or Note by all of Lemmy's rules and keeps it. */
async function take(
  object: Doc,
  around: Doc[],
  announcer: FoundActor | undefined,
  desk: Desk,
  depth = 0,
): Promise<Known> {
  const id = textOf(object.id);
  const author = textOf(object.attributedTo);
  if (!id || !author) throw missing("id and attributedTo must be URLs");
  if (!POSTS.includes(String(object.type))) throw missing(`type ${JSON.stringify(object.type)}`);
  if (object.to === undefined) throw missing(`missing field \`to\` in ${id}`);
  if (!sameHost(id, author) || around.some((doc) => !sameHost(id, idOf(doc.actor)))) {
    throw new Rejected("unknown", `${id} is not on its author's host`);
  }
  if ((await desk.account(author)).type === "Group") throw missing(`${author} is not a person`);
  demandPublic(object);
  checkTimes(object);
  const parentId = idOf(object.inReplyTo);
  let community: string | undefined;
  if (parentId !== undefined) {
    if (typeof object.content !== "string") throw missing(`missing field \`content\` in ${id}`);
    const parent = await parentOf(parentId, desk, depth);
    community = parent.community;
    if (parent.locked) throw new Rejected("locked", `${parentId} is locked`);
  } else {
    if (!textOf(object.name) && !textOf(object.content)) throw missing(`${id} has neither name nor content`);
    const group = await communityOf([...around, object], desk);
    if (!group) throw new Rejected("not_found", `${id} is addressed to no community`);
    if (group.document.postingRestrictedToMods === true && !(await moderatorsOf(group, desk)).includes(author)) {
      throw new Rejected("only_mods_can_post_in_community", `${author} does not moderate ${group.id}`);
    }
    community = group.id;
  }
  demandCommunity(community, [object, ...around], announcer);
  const before = desk.known.get(id);
  if (before && before.author !== author) throw new Rejected("unknown", `${id} is by ${before.author}`);
  if (before && desk.isLocal(id)) {
    before.pending = false;
    return before;
  }
  return desk.remember(object, author, parentId === undefined ? "post" : "comment", community);
}

async function parentOf(id: string, desk: Desk, depth: number): Promise<Known> {
  const known = desk.known.get(id);
  if (known) return known;
  const doc = depth < MAX_PARENTS && !desk.isLocal(id) ? await desk.document(id) : undefined;
  if (!doc) throw new Rejected("not_found", `the parent ${id} cannot be had`);
  return take(doc, [], undefined, desk, depth + 1);
}

async function vote(
  act: Doc,
  actor: FoundActor,
  announcer: FoundActor | undefined,
  desk: Desk,
  on: boolean,
): Promise<void> {
  if (typeof act.object !== "string") throw missing(`${textOf(act.type)}.object must be a URL`);
  if (actor.type === "Service") throw new Rejected("unknown", "bot accounts may not vote");
  const known = await parentOf(act.object, desk, 0);
  demandCommunity(known.community, [act], announcer);
  known.likes.delete(actor.id);
  known.dislikes.delete(actor.id);
  if (on) (act.type === "Like" ? known.likes : known.dislikes).add(actor.id);
}

async function remove(
  act: Doc,
  actor: FoundActor,
  announcer: FoundActor | undefined,
  desk: Desk,
  on: boolean,
): Promise<void> {
  const target = idOf(act.object);
  if (target === undefined) throw missing("Delete.object must have an id");
  demandPublic(act);
  if (target === actor.id) {
    for (const [id, known] of desk.known) if (known.author === actor.id) desk.known.delete(id);
    return desk.forget(actor.id);
  }
  // The echo of a deletion of our own: Lemmy keeps the row, so it finds it and changes nothing.
  if (desk.isLocal(target) && desk.tombstones.has(target)) return;
  const known = desk.known.get(target);
  if (!known) throw new Rejected("not_found", `${target} is not known here`);
  demandCommunity(known.community, [act], announcer);
  if ("summary" in act) await demandModerator(actor, known.community, target, desk);
  else if (!sameHost(target, actor.id)) throw new Rejected("unknown", `${actor.id} may not delete ${target}`);
  known.hidden = on;
}

async function demandModerator(
  actor: FoundActor,
  community: string | undefined,
  target: string,
  desk: Desk,
): Promise<void> {
  const host = hostOf(actor.id);
  if (host === hostOf(community) || host === hostOf(target)) return;
  if (!(await moderatorsOf(await desk.account(community ?? ""), desk)).includes(actor.id)) {
    throw new Rejected("not_a_moderator", `${actor.id} does not moderate ${community}`);
  }
}

async function moderatorsOf(group: FoundActor, desk: Desk): Promise<string[]> {
  const moderators = await desk.document(textOf(group.document.attributedTo) ?? "");
  return idsOf(moderators?.orderedItems);
}

async function moderate(
  act: Doc,
  actor: FoundActor,
  announcer: FoundActor | undefined,
  desk: Desk,
  on: boolean,
): Promise<void> {
  if (typeof act.object !== "string") throw missing(`${textOf(act.type)}.object must be a URL`);
  demandPublic(act);
  const known = desk.known.get(act.object);
  const community = known?.community ?? announcer?.id;
  demandCommunity(community, [act], announcer);
  await demandModerator(actor, community, community ?? "", desk);
  if (!known) return;
  if (act.type === "Lock") known.locked = on;
  else if (act.target === (await desk.account(community ?? "")).document.featured) known.pinned = act.type === "Add";
}

async function undo(activity: Doc, actor: FoundActor, announcer: FoundActor | undefined, desk: Desk): Promise<void> {
  const inner = activity.object;
  if (!isDoc(inner)) throw missing("Undo.object must be the embedded activity");
  if (idOf(inner.actor) !== actor.id) throw new Rejected("unknown", "an Undo must be by the same actor");
  switch (inner.type) {
    case "Follow":
      desk.person(idOf(inner.object))?.followers.delete(actor.id);
      return;
    case "Like":
    case "Dislike":
      return vote(inner, actor, announcer, desk, false);
    case "Delete":
      return remove(inner, actor, announcer, desk, false);
    case "Lock":
      return moderate(inner, actor, announcer, desk, false);
    case "Block":
      return;
    default:
      throw missing(`Undo of ${JSON.stringify(inner.type)}`);
  }
}
