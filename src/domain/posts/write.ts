/** Writes new posts, openings and replies alike. Those that come while a transaction is under way share the next one. */
import { inBatches } from "../../../db/batches.ts";
import type { Id } from "../../../db/ids.ts";
import type { JournalLine } from "../../../db/journal.ts";
import { writeNamed } from "../../../db/queries/mentions.ts";
import { writePoll } from "../../../db/queries/polls.ts";
import { insertPosts, lockObjects, type NewPost, type PostFate, type PostPlace } from "../../../db/queries/posts.ts";
import { type ReceivedLetter, unmark, writeReceived } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { AlreadySeen, allow, COMPANY, commit, type Done, type House, together, weightOf } from "../transact.ts";
import type { PostText } from "./text.ts";

/** A post as its act has planned it. */
export interface PlannedPost {
  act: "thread.start" | "reply.write";
  row: Omit<NewPost, "receivedId"> & PostPlace;
  line: Omit<JournalLine, "id">;
  letter: ReceivedLetter | undefined;
  /** Ids, in ActivityPub's sense, of people here whom it mentions. */
  named: readonly string[];
  /** What it asks, where it is a poll that opens a thread. */
  poll: PostText["poll"];
}

const writers = new WeakMap<House, (plan: PlannedPost) => Promise<Id>>();

/**
 * Writes the post; returns its id. Throws a Refusal when the policy says no, when it is here already, or when it was removed before;
 * AlreadySeen when its letter was received before. Then nothing is changed.
 */
export async function writePost(house: House, plan: PlannedPost): Promise<Id> {
  allow(plan.act, "anyone");
  let write = writers.get(house);
  if (!write) {
    write = inBatches((plans: readonly PlannedPost[]) => writePosts(house, plans), { max: COMPANY, weightOf, keysOf });
    writers.set(house, write);
  }
  return write(plan);
}

/** What would be seen or known only after the first of two has been written. */
function keysOf({ row, letter }: PlannedPost): string[] {
  return letter ? [`object ${row.uri}`, `letter ${letter.actorId} ${letter.uri}`] : [`object ${row.uri}`];
}

async function writePosts(house: House, plans: readonly PlannedPost[]): Promise<(Id | Error)[]> {
  const letters = plans.map(({ letter }) => letter && { ...letter, id: house.makeId(), keep: true });
  const rows = plans.map(({ row }, i) => ({ ...row, receivedId: letters[i]?.id ?? null }));
  const done = await commit<Id | Error>(house, async (tx) => {
    const [marked, , fates] = await together(
      writeReceived(
        tx,
        letters.filter((letter) => letter !== undefined),
      ),
      lockObjects(tx, ...rows.map(({ uri }) => uri)),
      insertPosts(tx, rows),
    );
    // What was refused leaves no mark: should it come again, it is judged again.
    const refused = rows.flatMap(({ id, receivedId: mark }) =>
      mark && marked.has(mark) && fates.get(id) !== "written" ? [mark] : [],
    );
    const named = plans.flatMap(({ row, named }) =>
      fates.get(row.id) === "written" ? named.map((uri) => ({ postId: row.id, uri })) : [],
    );
    await together(unmark(tx, refused), writeNamed(tx, named));
    for (const { row, poll } of plans)
      if (poll && fates.get(row.id) === "written") await writePoll(tx, row.id, poll, house.now());
    return plans.map(({ row, line }, i): Done<Id | Error> => {
      const fate = fates.get(row.id) ?? "gone";
      const letter = letters[i];
      return fate === "written" ? { result: row.id, line, letter } : { result: whyNot(fate), line: null, letter };
    });
  });
  return done.map(({ result }) => result);
}

function whyNot(fate: Exclude<PostFate, "written">): Error {
  switch (fate) {
    case "seen":
      return new AlreadySeen();
    case "known":
      return new Refusal("already-done");
    case "gone":
      return new Refusal("gone");
  }
}
