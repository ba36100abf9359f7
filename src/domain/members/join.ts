/** Joins a community: a follow is a membership. */
import type { Id } from "../../../db/ids.ts";
import { type MembershipState, upsertMembership } from "../../../db/queries/members.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { type House, transact } from "../transact.ts";

export interface JoinCommunity {
  groupId: Id;
  actorId: Id;
  /** `pending` for those who must wait for a facilitator. */
  state: MembershipState;
  /** The id of the follow, which the answer must embed. */
  followUri: string;
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
