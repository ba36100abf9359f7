/** Somebody elsewhere closed their account: what they wrote is removed, what they voted no longer counts. */
import type { Id } from "../../../db/ids.ts";
import { awaitWriters, markGone } from "../../../db/queries/actors.ts";
import { deleteMembershipsOf } from "../../../db/queries/members.ts";
import { postsOf } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { deleteActsOf } from "../../../db/queries/votes.ts";
import { removeOwnPost } from "../posts/remove.ts";
import { type House, transact } from "../transact.ts";

/**
 * Removes all of an actor's posts, one act each so that every community takes its boost back, then the actor itself. More is not told by us: it is the
 * actor's own server that sends the letter to all it knows, and no forum reads one about an actor from a community.
 * Runs again harmlessly when it was cut short: what is removed already is passed over.
 */
export async function removeActor(
  house: House,
  act: { actorId: Id; uri: string; letter?: ReceivedLetter },
): Promise<void> {
  await removePosts(house, act);
  await transact(house, "actor.remove", "author", act.letter, async (tx) => {
    await Promise.all([deleteActsOf(tx, act.actorId), deleteMembershipsOf(tx, act.actorId), markGone(tx, act.actorId)]);
    return {
      result: undefined,
      line: {
        kind: "actor.removed",
        groupId: null,
        actorId: act.actorId,
        threadId: null,
        postId: null,
        data: { uri: act.uri },
      },
    };
  });
  // Who is gone writes nothing more. What was judged just before that is here once it is committed.
  await awaitWriters(house.db, act.actorId);
  await removePosts(house, act);
}

async function removePosts(house: House, act: { actorId: Id; uri: string }): Promise<void> {
  let after = "0" as Id;
  for (
    let posts = await postsOf(house.db, act.actorId, after);
    posts.length > 0;
    posts = await postsOf(house.db, act.actorId, after)
  ) {
    for (const post of posts) {
      await removeOwnPost(house, { post, uri: post.uri, by: act.actorId, ownerUri: act.uri });
      after = post.id;
    }
  }
}
