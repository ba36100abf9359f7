/** Votes in a poll: one is final, whether it is cast here or comes from elsewhere. Who voted for what is shown to nobody. */
import type { Id } from "../../../db/ids.ts";
import { chosenBy, findPoll, insertPollVote, type PollRow } from "../../../db/queries/polls.ts";
import type { ReceivedLetter } from "../../../db/queries/received.ts";
import { Refusal } from "../../base/errors.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

export interface VoteInPoll {
  threadId: Id;
  by: { id: Id; uri: string };
  /** Positions of the options. */
  chosen: readonly number[];
}

/**
 * Somebody of this server votes. A poll of another server is told of it, and counts itself. Throws a Refusal when the poll is closed, when they
 * voted for something else before, and for a choice that the poll does not offer. The same vote again changes nothing.
 */
export async function voteInPoll(house: House, act: VoteInPoll): Promise<void> {
  const { threadId, by } = act;
  const chosen = [...new Set(act.chosen)].sort((a, b) => a - b);
  const poll = await findPoll(house.db, threadId);
  if (!poll) throw new Refusal("not-found");
  if (poll.removed) throw new Refusal("gone");
  const standings = await standingsOf(house.db, by.id, { groupId: poll.groupId, askerId: poll.author.id });
  if (!standings.includes("local")) throw new Refusal("not-allowed");
  await transact(house, "poll.vote", standings, undefined, async (tx) => {
    const held = await findPoll(tx, threadId, true);
    if (!held || held.removed) throw new Refusal("gone");
    const now = house.now();
    const before = await chosenBy(tx, threadId, by.id);
    if (before.length > 0 && before.join() === chosen.join()) return { result: undefined, line: null };
    if (isClosed(held, now)) throw new Refusal("poll-closed");
    if (before.length > 0) throw new Refusal("already-voted");
    if (chosen.length === 0) throw new Refusal("choice-missing");
    if ((!held.multiple && chosen.length > 1) || chosen.some((position) => held.options[position] === undefined))
      throw new Refusal("input-invalid");
    for (const position of chosen) {
      const uri = `${by.uri}#poll-votes/${threadId}/${position}`;
      await insertPollVote(tx, { threadId, position, actorId: by.id, uri, at: now, ours: held.ours });
    }
    return { result: undefined, line: lineOf(held, by.id) };
  });
}

/** A vote of another server in a poll of ours. */
export interface TakePollVote {
  threadId: Id;
  by: Id;
  uri: string;
  /** The option, by its words. */
  option: string;
  letter: ReceivedLetter;
}

/** What became of it; whatever that is, the letter counts as seen. */
export type PollVoteTaken = "counted" | "closed" | "unknown" | "voted-before";

/** Counts it, once for each person and option, and for each person where only one may be chosen. Throws a Refusal when there is no such poll here. */
export async function takePollVote(house: House, act: TakePollVote): Promise<PollVoteTaken> {
  const { threadId, by, uri, letter } = act;
  return transact(house, "poll.vote", "anyone", letter, async (tx) => {
    const poll = await findPoll(tx, threadId, true);
    if (!poll?.ours) throw new Refusal("not-found");
    if (poll.removed) throw new Refusal("gone");
    const now = house.now();
    if (isClosed(poll, now)) return { result: "closed", line: null };
    const position = poll.options.indexOf(act.option.trim());
    if (position === -1) return { result: "unknown", line: null };
    if (!poll.multiple && (await chosenBy(tx, threadId, by)).length > 0) return { result: "voted-before", line: null };
    const counted = await insertPollVote(tx, { threadId, position, actorId: by, uri, at: now, ours: true });
    return counted ? { result: "counted", line: lineOf(poll, by) } : { result: "voted-before", line: null };
  });
}

function isClosed({ closesAt }: PollRow, now: Date): boolean {
  return closesAt !== null && closesAt <= now;
}

function lineOf({ threadId, groupId, uri }: PollRow, actorId: Id) {
  return { kind: "poll.voted", groupId, actorId, threadId, postId: threadId, data: { uri } } as const;
}
