/**
 * What a followed group passes on beside posts: acts of those who look after it (R45), accepted answers, and votes that carry a proof of who cast them.
 * Each has an effect on that group's own content, and on nothing else.
 */
import type { Id } from "../../db/ids.ts";
import { isBlocked } from "../../db/queries/peers.ts";
import { findPost, findPostByUri, type PostRow } from "../../db/queries/posts.ts";
import { type Context, isOurs, type Sender } from "../context.ts";
import { ignored, type Kept, type Outcome, type Receipt } from "../door.ts";
import { lookUpActor } from "../fetch/actor.ts";
import { authorId, sameOrigin, singleId, text, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { isFeatured, looksAfter, provenBy } from "./authority.ts";
import type { Letter } from "./letter.ts";
import { undoneId } from "./undo.ts";
import { hasVote, readVote } from "./vote.ts";

/** An activity that a group passed on, and who is said to have done it. */
interface PassedOn {
  context: Context;
  letter: Letter;
  group: Sender;
  /** As it came. */
  activity: PlainObject;
  actorUri: string;
}

type Act = (o: PassedOn, undone: PlainObject | null) => Promise<Outcome>;

const ACTS: Readonly<Record<string, Act>> = {
  ChooseAnswer: choose,
  Lock: lock,
  Add: pin,
  Remove: pin,
  Move: move,
  Delete: remove,
  Like: vote,
  Dislike: vote,
  EmojiReact: vote,
};
const UNDONE: ReadonlySet<string> = new Set(["ChooseAnswer", "Lock", "Like", "Dislike", "EmojiReact"]);

/** Does what it asks, if it is to be believed. */
export async function actPassedOn(context: Context, letter: Letter, activity: PlainObject): Promise<Outcome> {
  const [type = ""] = typesOf(activity.type);
  const undone = type === "Undo" && isPlainObject(activity.object) ? activity.object : null;
  const [what = ""] = undone ? typesOf(undone.type) : [type];
  const act = (!undone || UNDONE.has(what)) && Object.hasOwn(ACTS, what) ? ACTS[what] : undefined;
  if (!act) return ignored(`a group's ${undone ? `Undo of ${what}` : type} is not something we follow`);
  // Forums pass on a great many of these: nothing is looked up for them.
  if (act === vote && activity.proof === undefined)
    return ignored("a vote that a group passes on without a proof cannot be checked");
  const actorUri = authorId(activity.actor, "actor", { allowHttp: context.allowHttp });
  // What was done here is done already, and nobody else is asked about it (R24).
  if (isOurs(context, actorUri)) return ignored("it passes on what somebody here did");
  if (await isBlocked(context.db, new URL(actorUri).host)) return ignored("its actor's server is blocked");
  return act({ context, letter, group: letter.sender, activity, actorUri }, undone);
}

/** A post in that group: it speaks of no others. */
async function postIn({ context, group }: PassedOn, value: unknown): Promise<PostRow | null> {
  const post = await findPostByUri(context.db, singleId(value, "object"));
  return post?.groupId === group.id && !post.removedAt ? post : null;
}

const ELSEWHERE = ignored("what it is about is not in that group");
const NOT_THEIRS = ignored("who did it does not look after that group");

/** What the letter leaves behind: the group's own words, where it is the group that we believe. */
function groupsReceipt({ letter }: PassedOn): Receipt {
  return { ...letter.receipt, announceable: false };
}

async function actorId({ context, letter, actorUri }: PassedOn): Promise<Id | null> {
  const actor = await lookUpActor(context, actorUri, letter.spend);
  return actor.goneAt ? null : actor.id;
}

/** By whoever asked, if they prove it or are on the group's own server, or by whoever looks after the group. */
async function choose(o: PassedOn, undone: PlainObject | null): Promise<Outcome> {
  const { context, letter, group, activity, actorUri } = o;
  const post = await postIn(o, (undone ?? activity).object);
  if (!post) return ELSEWHERE;
  const question = await findPost(context.db, post.threadId);
  const asked = question?.authorUri === actorUri;
  const proven = asked && !sameOrigin(actorUri, group.uri) ? await provenBy(context, activity, letter.spend) : null;
  if (!proven && !(await looksAfter(context, group, actorUri, letter.spend))) return NOT_THEIRS;
  const by = proven?.id ?? (await actorId(o));
  if (by === null) return ignored("who did it is gone");
  const receipt = proven ? provenReceipt(o, proven) : groupsReceipt(o);
  const as = asked ? "asker" : "facilitator";
  return context.door.answerPassedOn({ receipt, post, by, as, chosen: undone === null });
}

function lock(o: PassedOn, undone: PlainObject | null): Promise<Outcome> {
  return keep(o, (undone ?? o.activity).object, async () => ({ is: "locked", yes: undone === null }));
}

function pin(o: PassedOn): Promise<Outcome> {
  const { context, letter, group, activity } = o;
  return keep(o, activity.object, async () => {
    const target = singleId(activity.target, "target");
    const featured = await isFeatured(context, group, target, letter.spend);
    return featured ? { is: "pinned", yes: typesOf(activity.type).includes("Add") } : null;
  });
}

/** To a group of the same server: another server's group would have to agree. */
function move(o: PassedOn): Promise<Outcome> {
  const { context, letter, group, activity } = o;
  return keep(o, activity.object, async () => {
    const target = singleId(activity.target, "target");
    if (singleId(activity.origin, "origin") !== group.uri || !sameOrigin(target, group.uri)) return null;
    const to = await lookUpActor(context, target, letter.spend);
    return to.kind === "group" && !to.goneAt ? { is: "moved", toId: to.id } : null;
  });
}

async function keep(o: PassedOn, object: unknown, what: () => Promise<Kept | null>): Promise<Outcome> {
  const { context, letter, group, actorUri } = o;
  const post = await postIn(o, object);
  if (!post || post.id !== post.threadId) return ELSEWHERE;
  if (!(await looksAfter(context, group, actorUri, letter.spend))) return NOT_THEIRS;
  const by = await actorId(o);
  const kept = await what();
  if (by === null || kept === null) return ignored("it names something that is not that group's");
  return context.door.threadKept({ receipt: groupsReceipt(o), post, by, keep: kept });
}

/** What people of this server wrote stays with them: here, that is for them and for those who look after this server. */
async function remove(o: PassedOn): Promise<Outcome> {
  const { context, letter, group, activity, actorUri } = o;
  const post = await postIn(o, activity.object);
  if (!post) return ELSEWHERE;
  if (isOurs(context, post.authorUri)) return ignored("what it removes was written here");
  if (!(await looksAfter(context, group, actorUri, letter.spend))) return NOT_THEIRS;
  const by = await actorId(o);
  if (by === null) return ignored("who did it is gone");
  const reason = text(activity.summary, 300);
  return context.door.removedThere({ receipt: groupsReceipt(o), post, by, reason });
}

/** A vote cannot be looked up anywhere, so it counts only with the proof of who cast it, or took it back. */
async function vote(o: PassedOn, undone: PlainObject | null): Promise<Outcome> {
  const { context, letter, activity, actorUri } = o;
  const cast = undone ?? activity;
  if (undone && singleId(undone.actor ?? actorUri, "actor") !== actorUri)
    return ignored("only who cast a vote may take it back");
  const post = await postIn(o, cast.object);
  if (!post) return ELSEWHERE;
  const voter = await provenBy(context, activity, letter.spend);
  if (!voter) return ignored("the proof of that vote is not valid");
  if (!hasVote(voter)) return ignored("bots have no vote");
  const [type = ""] = typesOf(cast.type);
  const receipt = provenReceipt(o, voter);
  const what = { receipt, post, ...readVote(type, cast) };
  return undone
    ? context.door.voteWithdrawn({ ...what, undone: undoneId(undone, actorUri) })
    : context.door.voted(what);
}

/** The receipt of what is proven: the same as if it had come first-hand, so that it counts once. It is never announced (R52). */
function provenReceipt({ activity }: PassedOn, by: Sender): Receipt {
  const [type = ""] = typesOf(activity.type);
  const body = JSON.stringify(activity);
  return { actorId: by.id, uri: singleId(activity.id), type, announceable: false, body };
}
