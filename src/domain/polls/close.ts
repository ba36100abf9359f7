/** The end of a poll: noticed once, also of those of other servers in which somebody here voted, so that people can be told how it went. */
import { endedPolls, markPollEnded } from "../../../db/queries/polls.ts";
import { type House, transact } from "../transact.ts";

/** For so long after the end of a poll of another server its last count may be on its way. */
const LAG_MS = 5 * 60_000;
const MOST_AT_ONCE = 200;

/** Writes a line for each poll that has come to its end since; returns how many. Harmless when it runs twice at a time, or is cut off. */
export async function closePolls(house: House): Promise<number> {
  const now = house.now();
  let closed = 0;
  for (const { threadId, groupId, authorId, uri } of await endedPolls(house.db, now, LAG_MS, MOST_AT_ONCE)) {
    const noticed = await transact(house, "poll.close", "operator", undefined, async (tx) => {
      const marked = await markPollEnded(tx, threadId, now);
      const place = { groupId, threadId, postId: threadId };
      const line = { kind: "poll.closed", actorId: authorId, ...place, data: { uri } } as const;
      return { result: marked, line: marked ? line : null };
    });
    if (noticed) closed++;
  }
  return closed;
}
