/**
 * Somebody closes their account: at once nobody can sign in to it and what it alone held is gone; then everything they wrote is taken away, each
 * post told to whoever has it; in the end the person is gone, and whoever followed them is told.
 */
import type { Id } from "../../../db/ids.ts";
import { markGone } from "../../../db/queries/actors.ts";
import {
  deleteTraces,
  facilitatedAlone,
  findClosing,
  followedBy,
  holdClosing,
  shutAccount,
} from "../../../db/queries/closing.ts";
import { postsOf } from "../../../db/queries/posts.ts";
import { holdAccount, holdOwners } from "../../../db/queries/registrations.ts";
import { deleteActsOf } from "../../../db/queries/votes.ts";
import { Refusal } from "../../base/errors.ts";
import { removeOwnPost } from "../posts/remove.ts";
import { type House, transact } from "../transact.ts";
import { unfollowElsewhere } from "./follow.ts";

/** Posts that a request waits for; a job takes the rest. */
const AT_ONCE = 25;
const PORTION = 200;
/** Accounts that one round of the job takes up. */
const ACCOUNTS = 20;

/**
 * Shuts the account of `actorId`, whose user name was `typed` to say that it is meant, and begins to take away what they wrote. Throws a Refusal:
 * `wrong-credentials` for another name, `last-owner`, `last-facilitator`.
 */
export async function closeAccount(house: House, actorId: Id, typed: string): Promise<void> {
  const closed = await transact(house, "actor.remove", "author", undefined, async (tx) => {
    const owners = await holdOwners(tx);
    const account = await holdAccount(tx, actorId);
    if (!account || account.state === "closed") throw new Refusal("not-found");
    if (typed.trim().replace(/^@/, "").toLowerCase() !== account.username.toLowerCase())
      throw new Refusal("wrong-credentials");
    if (account.role === "owner" && owners <= 1) throw new Refusal("last-owner");
    if ((await facilitatedAlone(tx, actorId)).length > 0) throw new Refusal("last-facilitator");
    await shutAccount(tx, actorId);
    const line = { kind: "account.closed" as const, groupId: null, actorId, threadId: null, postId: null, data: {} };
    return { result: { id: actorId, uri: `${house.origin}/u/${account.username}` }, line };
  });
  await finish(house, closed, AT_ONCE);
}

/** Goes on with all accounts that were closed: for a job. Returns how many came to their end. */
export async function finishClosings(house: House): Promise<number> {
  let finished = 0;
  for (const who of await findClosing(house.db, ACCOUNTS)) if (await finish(house, who, Infinity)) finished++;
  return finished;
}

/** Takes away up to `most` posts, and when none is left, the rest. Harmless when it runs twice at a time. Returns whether it came to its end. */
async function finish(house: House, who: { id: Id; uri: string }, most: number): Promise<boolean> {
  const { id, uri } = who;
  let left = most;
  let after = "0" as Id;
  for (;;) {
    const posts = await postsOf(house.db, id, after, Math.min(PORTION, left + 1));
    if (posts.length === 0) break;
    for (const post of posts) {
      if (left-- <= 0) return false;
      await removeOwnPost(house, { post, uri: post.uri, by: id, ownerUri: uri });
      after = post.id;
    }
  }
  for (let groups = await followedBy(house.db, id, PORTION); groups.length > 0; ) {
    for (const targetId of groups) await unfollowElsewhere(house, { actorId: id, targetId });
    groups = await followedBy(house.db, id, PORTION);
  }
  await transact(house, "actor.remove", "author", undefined, async (tx) => {
    if (!(await holdClosing(tx, id))) return { result: undefined, line: null };
    await deleteActsOf(tx, id);
    await markGone(tx, id);
    const line = { kind: "actor.removed" as const, groupId: null, actorId: id, threadId: null, postId: null };
    return { result: undefined, line: { ...line, data: { uri } } };
  });
  // Only now: until it was written whom to tell, it had to be known who follows.
  await deleteTraces(house.db, id);
  return true;
}
