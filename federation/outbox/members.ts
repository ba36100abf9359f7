/** The answer to a follow that is not accepted, or not any more: a Reject, which embeds the Follow with its own id (wire.md section 2). */
import type { Id, MakeId } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import { queueForInboxes } from "../../db/queries/deliveries.ts";

const CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"];

/** `actor.refused`, `member.refused`, and `member.left` where a facilitator took them out: then the line says by whom. Whoever leaves by themselves is told nothing. */
export async function reject(
  desk: { makeId: MakeId },
  tx: Queryable,
  group: { id: Id; uri: string },
  line: JournalLine,
): Promise<void> {
  const { followUri, by } = line.data;
  const member = line.actorId === null || by === undefined ? null : await findActor(tx, line.actorId);
  if (!member || member.inboxId === null) return;
  const body = JSON.stringify({
    "@context": CONTEXT,
    id: `${group.uri}#reject/${line.id}`,
    type: "Reject",
    actor: group.uri,
    to: [member.uri],
    object: { id: String(followUri), type: "Follow", actor: member.uri, object: group.uri },
  });
  const activity = { id: desk.makeId(), actorId: group.id, body };
  await queueForInboxes(tx, { aboutId: member.id, activity, inboxIds: [member.inboxId] });
}
