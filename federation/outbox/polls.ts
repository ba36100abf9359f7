/** Letters about votes in polls of other servers: to the poll's author, and to nobody else; and which forums are told of a new count. */
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import { queueForInboxes } from "../../db/queries/deliveries.ts";
import { chosenBy, findPoll } from "../../db/queries/polls.ts";
import { pollVoteActivity } from "../objects/poll.ts";
import type { Desk } from "./desk.ts";

/** Forums that read a Question. To the others (Lemmy, Discourse) every new count would be one more letter that they refuse. */
export const KNOW_POLLS: readonly string[] = ["piefed", "mbin", "nodebb", "commonplace"];

/** Somebody here voted: one letter for each option, as Mastodon sends them. Polls of this server are counted without one. */
export async function pollVoted(
  desk: Desk,
  tx: Queryable,
  { line, person }: { line: JournalLine; person: { id: Id; uri: string } },
): Promise<void> {
  const poll = line.threadId && (await findPoll(tx, line.threadId));
  if (!poll || poll.ours) return;
  const author = await findActor(tx, poll.author.id);
  if (!author || author.inboxId === null) return;
  for (const position of await chosenBy(tx, poll.threadId, person.id)) {
    const uri = `${person.uri}#poll-votes/${poll.threadId}/${position}`;
    const vote = pollVoteActivity({ uri, voter: person.uri, poll, option: poll.options[position] ?? "" });
    const activity = { id: desk.makeId(), actorId: person.id, body: JSON.stringify(vote) };
    await queueForInboxes(tx, { threadId: poll.threadId, activity, inboxIds: [author.inboxId] });
  }
}
