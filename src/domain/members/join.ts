/** Joins a community: a follow is a membership. */
import type { Id } from "../../../db/ids.ts";
import { readJoining } from "../../../db/queries/communities.ts";
import { type MembershipState, upsertMembership } from "../../../db/queries/members.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { type House, transact } from "../transact.ts";

export interface JoinCommunity {
  groupId: Id;
  actorId: Id;
  /** `pending` for those who must wait for a facilitator. */
  state: MembershipState;
  /** The id of the follow, which the answer must embed. */
  followUri: string;
  /** What they answered to the community's questions. */
  answers?: readonly string[];
  letter?: ReceivedLetter;
}

/** Adds the member; following again renews the answer. Returns the state the membership has now. */
export function joinCommunity(house: House, act: JoinCommunity): Promise<MembershipState> {
  return transact(house, "community.join", "anyone", act.letter, async (tx) => {
    const state = await upsertMembership(tx, act);
    return {
      result: state,
      line: {
        kind: state === "accepted" ? "member.joined" : "member.requested",
        groupId: act.groupId,
        actorId: act.actorId,
        threadId: null,
        postId: null,
        data: { followUri: act.followUri },
      },
    };
  });
}

/** The id of the follow by which somebody of this server is a member. */
export function followUriOf(actorUri: string, groupId: Id): string {
  return `${actorUri}#follows/${groupId}`;
}

const MAX_ANSWER = 2_000;

/**
 * Somebody of this server joins, or asks to. An open community takes them in at once; one that asks wants an answer to each of its questions first
 * and lets them wait; one that invites refuses. Returns the state the membership has now.
 */
export async function askToJoin(
  house: House,
  act: { groupId: Id; actorId: Id; actorUri: string; answers: readonly string[] },
): Promise<MembershipState> {
  const community = await readJoining(house.db, act.groupId);
  if (!community) throw new Refusal("gone");
  if (community.joining === "invitation") throw new Refusal("invitation-only");
  const asks = community.joining === "request";
  const answers = asks ? community.questions.map((_, i) => answer(act.answers[i])) : [];
  return joinCommunity(house, {
    groupId: act.groupId,
    actorId: act.actorId,
    state: asks ? "pending" : "accepted",
    followUri: followUriOf(act.actorUri, act.groupId),
    answers,
  });
}

function answer(raw = ""): string {
  if (raw.length > MAX_ANSWER) throw new Refusal("too-long");
  const text = oneLine(raw);
  if (text === "") throw new Refusal("answer-missing");
  return text;
}
