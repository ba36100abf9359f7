/** Somebody elsewhere closed their account: what they wrote is removed, what they voted no longer counts. */
import type { Id } from "../../../db/ids.ts";
import { holdWriters, markGone } from "../../../db/queries/actors.ts";
import { deleteMembershipsOf } from "../../../db/queries/members.ts";
import { postsOf } from "../../../db/queries/posts.ts";
import { deleteActsOf } from "../../../db/queries/votes.ts";
import { removeOwnPost } from "../posts/remove.ts";
import { type House, transact } from "../transact.ts";

/**
 * Removes all of an actor's posts, one act each so that every community takes its boost back, then the actor itself. More is not told by us: it is the
 * actor's own server that sends the letter to all it knows, and no forum reads one about an actor from a community.
 *
 * Nobody is gone before nothing of theirs is left: when it is cut short, their server may say it again, and it goes on. So the letter needs no mark.
 */
export async function removeActor(house: House, act: { actorId: Id; uri: string }): Promise<void> {
  do await removePosts(house, act);
  while (!(await removeEmpty(house, act)));
}

/** Returns false, and changes nothing, when something was written since the posts were removed. */
function removeEmpty(house: House, { actorId, uri }: { actorId: Id; uri: string }): Promise<boolean> {
  return transact(house, "actor.remove", "author", undefined, async (tx) => {
    if (!(await holdWriters(tx, actorId))) return { result: true, line: null };
    if ((await postsOf(tx, actorId, "0" as Id, 1)).length > 0) return { result: false, line: null };
    await Promise.all([deleteActsOf(tx, actorId), deleteMembershipsOf(tx, actorId), markGone(tx, actorId)]);
    const line = {
      kind: "actor.removed" as const,
      groupId: null,
      actorId,
      threadId: null,
      postId: null,
      data: { uri },
    };
    return { result: true, line };
  });
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
