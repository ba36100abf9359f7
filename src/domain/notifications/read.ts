/** Marks notifications as read: those up to one that was shown, one that was opened on a device, or those about a thread that is being read. */
import { type Id, parseId } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { markOneRead, markReadUpTo, markThreadRead } from "../../../db/queries/notifications.ts";
import { Refusal } from "../../base/errors.ts";

/** All that `actorId` was told up to and with the notification `upTo`, as a form names it: what came later is still new. */
export async function markAllRead(db: Queryable, actorId: Id, upTo: string): Promise<void> {
  const id = parseId(upTo);
  if (!id) throw new Refusal("input-invalid");
  await markReadUpTo(db, actorId, id);
}

/** The one notification `id`, as an address names it. */
export async function markRead(db: Queryable, actorId: Id, id: string): Promise<void> {
  const known = parseId(id);
  if (!known) throw new Refusal("not-found");
  await markOneRead(db, actorId, known);
}

/** All that `actorId` was told about the thread: they are looking at it. */
export function markReadFor(db: Queryable, actorId: Id, threadId: Id): Promise<void> {
  return markThreadRead(db, actorId, threadId);
}
