/** The journal: what happened here, in order, one line per act. Whoever must react to an act reads its line. */
import type { Id } from "./ids.ts";
import type { Queryable } from "./open.ts";

export type JournalKind =
  | "community.created"
  | "member.joined"
  | "member.requested"
  | "member.left"
  | "thread.started"
  | "reply.written"
  | "thread.edited"
  | "reply.edited"
  | "thread.removed"
  | "reply.removed"
  | "vote.cast"
  | "vote.withdrawn"
  | "thread.boosted"
  | "boost.withdrawn"
  | "actor.removed"
  | "actor.moved";

export interface JournalLine {
  id: Id;
  kind: JournalKind;
  groupId: Id | null;
  actorId: Id | null;
  threadId: Id | null;
  postId: Id | null;
  /** All that a reader needs beyond the ids: a line about a removal must stand without the row. */
  data: Record<string, string | number | boolean | null>;
}

/** Writes one line. */
export async function writeJournal(db: Queryable, line: JournalLine): Promise<void> {
  await db`insert into journal (id, kind, group_id, actor_id, thread_id, post_id, data) values (
    ${line.id}, ${line.kind}, ${line.groupId}, ${line.actorId}, ${line.threadId}, ${line.postId}, ${db.json(line.data)})`;
}
