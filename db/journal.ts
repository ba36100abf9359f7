/** The journal: what happened here, in order, one line per act. Whoever must react to an act reads its line. */
import type { Id } from "./ids.ts";
import { type Queryable, table } from "./open.ts";

export type JournalKind =
  | "community.created"
  | "community.edited"
  | "charter.written"
  | "member.joined"
  | "member.requested"
  | "member.refused"
  | "member.left"
  | "member.promoted"
  | "member.invited"
  | "thread.started"
  | "reply.written"
  | "thread.edited"
  | "reply.edited"
  | "thread.removed"
  | "reply.removed"
  | "thread.pinned"
  | "thread.unpinned"
  | "thread.locked"
  | "thread.unlocked"
  | "thread.moved"
  | "answer.accepted"
  | "answer.withdrawn"
  | "vote.cast"
  | "vote.withdrawn"
  | "poll.voted"
  | "poll.counted"
  | "poll.closed"
  | "thread.boosted"
  | "boost.withdrawn"
  | "actor.followed"
  | "actor.unfollowed"
  | "actor.refused"
  | "actor.updated"
  | "actor.removed"
  | "actor.moved"
  | "account.created"
  | "account.requested"
  | "account.approved"
  | "account.closed";

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

const lineTable = table({
  id: "bigint",
  kind: "text",
  groupId: "bigint",
  actorId: "bigint",
  threadId: "bigint",
  postId: "bigint",
  data: "jsonb",
});

/** Writes lines. */
export async function writeJournal(db: Queryable, lines: readonly JournalLine[]): Promise<void> {
  await db`insert into journal (id, kind, group_id, actor_id, thread_id, post_id, data) select * from ${lineTable(db, lines)} l`;
}
