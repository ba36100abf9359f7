/** What communities of other servers do with their threads, as these tell of it: it is theirs to decide, and is only noted here. */
import type { Id } from "../../../db/ids.ts";
import type { JournalLine } from "../../../db/journal.ts";
import type { PostRow } from "../../../db/queries/posts.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { lockThread, moveThread, pinThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import type { Act } from "../policy.ts";
import { type House, type Tx, transact } from "../transact.ts";

/** What becomes of a thread: `toId` is the community that it goes to. */
export type Kept = { is: "locked" | "pinned"; yes: boolean } | { is: "moved"; toId: Id };

interface Keeping {
  act: Act;
  kind: JournalLine["kind"];
  change(tx: Tx, threadId: Id): Promise<boolean>;
}

function keeping({ makeId }: House, fromId: Id, keep: Kept): Keeping {
  switch (keep.is) {
    case "locked":
      return {
        act: "thread.lock",
        kind: keep.yes ? "thread.locked" : "thread.unlocked",
        change: (tx, id) => lockThread(tx, id, keep.yes),
      };
    case "pinned":
      return {
        act: "thread.pin",
        kind: keep.yes ? "thread.pinned" : "thread.unpinned",
        change: (tx, id) => pinThread(tx, id, keep.yes),
      };
    case "moved":
      return {
        act: "thread.move",
        kind: "thread.moved",
        change: (tx, id) => moveThread(tx, id, { fromId, toId: keep.toId, boostId: makeId() }),
      };
  }
}

/** Notes it. `post` opens the thread, as it was just read; `by` is a facilitator there. Returns false when that is how it was. */
export async function noteKept(
  house: House,
  { post, by, keep, letter }: { post: PostRow; by: Id; keep: Kept; letter: ReceivedLetter },
): Promise<boolean> {
  const { id, uri, groupId, threadId } = post;
  if (id !== threadId) throw new Refusal("not-found");
  if (post.removedAt) throw new Refusal("gone");
  const { act, kind, change } = keeping(house, groupId, keep);
  return transact(house, act, "facilitator", letter, async (tx) => {
    const changed = await change(tx, threadId);
    const data = { uri, ...(keep.is === "moved" && { fromId: groupId, toId: keep.toId }) };
    const line = { kind, groupId, actorId: by, threadId, postId: id, data };
    return { result: changed, line: changed ? line : null };
  });
}
