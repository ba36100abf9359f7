/** Somebody here does not want to see or hear from a person or a server any more, or does again. */
import type { Id } from "../../../db/ids.ts";
import {
  type Blockable,
  countBlocks,
  deleteBlock,
  findBlockable,
  findBlockableByHandle,
  findBlockedFollowers,
  insertBlock,
} from "../../../db/queries/blocks.ts";
import { deleteMembership } from "../../../db/queries/members.ts";
import { settleAvoided } from "../../../db/queries/notifications.ts";
import { Refusal } from "../../base/errors.ts";
import { type House, transact } from "../transact.ts";

/** Longer lists are a matter for whoever runs the server. */
const MOST_BLOCKS = 2_000;
const AT_ONCE = 100;

type Blocked = { id: Id } | { host: string };

/** They are heard no more, and no longer follow. Throws a Refusal for oneself, and for who is not known. */
export async function blockPerson(house: House, actorId: Id, targetId: Id): Promise<void> {
  if (targetId === actorId) throw new Refusal("not-allowed");
  if (!(await findBlockable(house.db, targetId))) throw new Refusal("not-found");
  await block(house, actorId, { id: targetId });
}

/** Nobody of that server, or of one under its name, is heard any more. Throws a Refusal for this server. */
export async function blockHost(house: House, actorId: Id, host: string): Promise<void> {
  const name = hostIn(host);
  if (name === null) throw new Refusal("input-invalid");
  if (name === new URL(house.origin).host) throw new Refusal("not-allowed");
  await block(house, actorId, { host: name });
}

/** Blocks what was typed: the handle of a person, or the name of a server. Throws a Refusal; `not-found` for a person nobody here has heard of. */
export async function blockTyped(house: House, actorId: Id, typed: string): Promise<void> {
  const handle = /^@?([a-z0-9_.-]{1,64})(?:@([^@\s/]{1,260}))?$/i.exec(typed.trim());
  if (!handle) throw new Refusal("input-invalid");
  const [text, username = "", host] = handle;
  if (host === undefined && !text.startsWith("@") && text.includes(".")) return blockHost(house, actorId, text);
  const at = host === undefined ? null : hostIn(host);
  if (host !== undefined && at === null) throw new Refusal("input-invalid");
  const here = at === new URL(house.origin).host ? null : at;
  const found: Blockable | null = await findBlockableByHandle(house.db, username, here);
  if (!found) throw new Refusal("not-found");
  await blockPerson(house, actorId, found.id);
}

export function unblock(house: House, actorId: Id, blocked: Blocked): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    await deleteBlock(tx, actorId, blocked);
    return { result: undefined, line: null };
  });
}

/** Whoever follows is taken out one by one, each told to their server; done again, it goes on where it was cut short. */
async function block(house: House, actorId: Id, blocked: Blocked): Promise<void> {
  if ((await countBlocks(house.db, actorId)) >= MOST_BLOCKS) throw new Refusal("too-many-tries");
  await transact(house, "actor.update", "author", undefined, async (tx) => {
    await insertBlock(tx, actorId, blocked);
    await settleAvoided(tx, actorId);
    return { result: undefined, line: null };
  });
  for (;;) {
    const followers = await findBlockedFollowers(house.db, actorId, blocked, AT_ONCE);
    if (followers.length === 0) return;
    for (const follower of followers) await takeOut(house, actorId, follower);
  }
}

function takeOut(house: House, personId: Id, follower: { actorId: Id; followUri: string }): Promise<void> {
  const { actorId, followUri } = follower;
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    if ((await deleteMembership(tx, personId, actorId)) === null) return { result: undefined, line: null };
    const line = { kind: "actor.unfollowed" as const, groupId: personId, actorId, threadId: null, postId: null };
    return { result: undefined, line: { ...line, data: { followUri, by: personId } } };
  });
}

/** A host as servers are known by, or null: in ASCII, small letters, with its port where it has one. */
function hostIn(typed: string): string | null {
  const url = URL.parse(`https://${typed.trim()}/`);
  if (url?.pathname !== "/" || url.search !== "" || url.username !== "") return null;
  const host = url.host.replace(/\.(?=:|$)/, "");
  return host.includes(".") ? host : null;
}
