/** Follows between people and groups of different servers: somebody elsewhere follows somebody here, or the other way round. */
import type { Id } from "../../../db/ids.ts";
import { answerFollow, followOf, upsertMembership } from "../../../db/queries/follows.ts";
import { hasBlocked } from "../../../db/queries/people.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { followUriOf } from "../members/join.ts";
import { type House, transact } from "../transact.ts";

/** Somebody elsewhere follows somebody here, who is asked nothing: what they write is public anyway. Throws a Refusal when they are blocked. */
export async function followPerson(
  house: House,
  act: { personId: Id; followerId: Id; followUri: string; letter: ReceivedLetter },
): Promise<void> {
  const { personId, followerId: actorId, followUri } = act;
  if (await hasBlocked(house.db, personId, actorId)) throw new Refusal("blocked");
  await transact(house, "actor.follow", "anyone", act.letter, async (tx) => {
    await upsertMembership(tx, { groupId: personId, actorId, state: "accepted", followUri });
    const line = { kind: "actor.followed" as const, groupId: personId, actorId, threadId: null, postId: null };
    return { result: undefined, line: { ...line, data: { followUri } } };
  });
}

/** Somebody elsewhere follows what has no followers here: their server is told so. */
export function refuseFollow(
  house: House,
  act: { targetId: Id; followerId: Id; followUri: string; letter: ReceivedLetter },
): Promise<void> {
  const { targetId, followerId: actorId, followUri } = act;
  return transact(house, "actor.follow", "anyone", act.letter, async () => {
    const line = { kind: "actor.refused" as const, groupId: targetId, actorId, threadId: null, postId: null };
    return { result: undefined, line: { ...line, data: { followUri, by: targetId } } };
  });
}

/** Somebody here asks to follow a group or a person elsewhere; it is theirs to accept. Asking again sends the follow again. */
export async function followElsewhere(
  house: House,
  act: { actorId: Id; actorUri: string; targetId: Id },
): Promise<"pending" | "accepted"> {
  const { actorId, targetId: groupId } = act;
  // Each follow has an id of its own: one that comes again under an id they have seen is passed over by others (R8).
  const followUri = `${followUriOf(act.actorUri, groupId)}/${house.makeId()}`;
  return transact(house, "actor.follow", "anyone", undefined, async (tx) => {
    const state = await upsertMembership(tx, { groupId, actorId, state: "pending", followUri });
    const line = { kind: "member.requested" as const, groupId, actorId, threadId: null, postId: null };
    return { result: state, line: { ...line, data: { followUri } } };
  });
}

/** Ends such a follow. Returns false when there was none. */
export async function unfollowElsewhere(house: House, act: { actorId: Id; targetId: Id }): Promise<boolean> {
  const { actorId, targetId: groupId } = act;
  return transact(house, "community.leave", "anyone", undefined, async (tx) => {
    const followUri = await followOf(tx, groupId, actorId);
    if (followUri === null) return { result: false, line: null };
    await answerFollow(tx, groupId, followUri, false);
    const line = { kind: "member.left" as const, groupId, actorId, threadId: null, postId: null, data: { followUri } };
    return { result: true, line };
  });
}

/** The followed one answered. Only a follow that we sent can be answered, and only by whom it was sent to (R51). */
export function followAnswered(
  house: House,
  act: { groupId: Id; followUri: string; accepted: boolean; letter: ReceivedLetter },
): Promise<boolean> {
  return transact(house, "actor.follow", "anyone", act.letter, async (tx) => {
    const actorId = await answerFollow(tx, act.groupId, act.followUri, act.accepted);
    if (actorId === null) return { result: false, line: null };
    const kind = act.accepted ? ("member.joined" as const) : ("member.refused" as const);
    const data = { followUri: act.followUri };
    return { result: true, line: { kind, groupId: act.groupId, actorId, threadId: null, postId: null, data } };
  });
}
