/** Letters about votes in polls of other servers: to the poll's author, and to nobody else; and to whom news of our own polls go. */
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import { type Announced, type OutgoingActivity, queueForInboxes } from "../../db/queries/deliveries.ts";
import { chosenBy, findPoll } from "../../db/queries/polls.ts";
import { pollVoteActivity } from "../objects/poll.ts";
import { KNOW_NO_POLLS, KNOW_POLLS } from "../software.ts";
import type { Desk } from "./desk.ts";

/** News of a poll of ours in one letter for each kind of server: `page` is for forums that know no polls, null where it would tell them nothing new. */
export function pollLetters(news: Announced, page: OutgoingActivity | null): Announced[] {
  const { forum: _, microblog: __, ...to } = news;
  return [{ ...news, software: KNOW_POLLS }, ...(page ? [{ ...to, forum: page, software: KNOW_NO_POLLS }] : [])];
}

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
    await queueForInboxes(tx, { aboutId: poll.threadId, activity, inboxIds: [author.inboxId] });
  }
}
