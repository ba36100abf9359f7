/** Polls as they travel: a Question with its options and their counts, and the votes, which are Notes with a name and no words (Mastodon). */
import type { OwnPoll } from "../../db/queries/own-posts.ts";
import type { ToldPoll } from "../../db/queries/polls.ts";
import { httpUrl, idsOf, LIMITS, listOf, parseDate, singleId, text, typesOf } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { escapeHtml } from "./escape.ts";

/** What `integer` in Postgres holds. */
const MOST = 2_147_483_647;
const LATEST = Date.UTC(2200, 0, 1);

/** The poll in a Question, or null where there is none. Counts that are no counts are 0 (R13). */
export function readQuestion(object: PlainObject, now: Date): ToldPoll | null {
  if (!typesOf(object.type).includes("Question")) return null;
  const multiple = listOf(object.anyOf).length > 0;
  const options = listOf(multiple ? object.anyOf : object.oneOf)
    .slice(0, LIMITS.pollOptions)
    .flatMap((option) => {
      if (!isPlainObject(option)) return [];
      const name = text(option.name, LIMITS.name).replaceAll("\0", "").toWellFormed().trim();
      const { replies } = option;
      return name === ""
        ? []
        : [{ text: name, votes: (isPlainObject(replies) ? count(replies.totalItems) : null) ?? 0 }];
    });
  if (options.length === 0) return null;
  return { multiple, closesAt: endOf(object, now), voters: count(object.votersCount), options };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
}

/** `closed` is when it was closed, or just that it is; `endTime` is when it will be. */
function endOf({ closed, endTime }: PlainObject, now: Date): Date | null {
  // Unlike other times, the end of a poll lies ahead.
  const end = parseDate(endTime, now.getTime(), LATEST);
  if (closed === undefined || closed === null || closed === false) return end;
  const at = parseDate(closed, now.getTime()) ?? end ?? now;
  return at < now ? at : now;
}

export interface ReadPollVote {
  uri: string;
  /** Null when it does not say. */
  authorUri: string | null;
  pollUri: string;
  option: string;
}

/** A vote in a poll: a name and what it answers, and no words. Null for everything else. */
export function readPollVote(object: PlainObject): ReadPollVote | null {
  const [pollUri] = idsOf(object.inReplyTo);
  const uri = httpUrl(object.id);
  const option = text(object.name, LIMITS.name).trim();
  const { content, contentMap, attachment } = object;
  const words = (content !== undefined && content !== null && content !== "") || contentMap !== undefined;
  if (!pollUri || !uri || option === "" || words || listOf(attachment).length > 0) return null;
  const authorUri = object.attributedTo === undefined ? null : singleId(object.attributedTo, "attributedTo");
  return { uri, authorUri, pollUri, option };
}

/** What is asked, as part of a post's words, and where to answer. */
export function pollInWords(poll: OwnPoll, uri: string): string {
  const options = poll.options.map((option) => `<li>${escapeHtml(option.text)}</li>`);
  return `<ul>${options.join("")}</ul><p><a href="${escapeHtml(uri)}">${escapeHtml(uri)}</a></p>`;
}

/** What a Question says beyond what every post says. */
export function questionParts(poll: OwnPoll): PlainObject {
  const options = poll.options.map(({ text: name, votes }) => ({
    type: "Note",
    name,
    replies: { type: "Collection", totalItems: votes },
  }));
  return {
    [poll.multiple ? "anyOf" : "oneOf"]: options,
    ...(poll.closesAt !== null && { endTime: poll.closesAt }),
    ...(poll.closed && poll.closesAt !== null && { closed: poll.closesAt }),
    votersCount: poll.voters,
  };
}

/** The vote of somebody here for one option, in a Create: to the poll's author alone, in the shape that Mastodon's votes have. */
export function pollVoteActivity(vote: {
  uri: string;
  voter: string;
  poll: { uri: string; author: { uri: string } };
  option: string;
}): PlainObject {
  const { uri, voter, poll, option } = vote;
  const to = [poll.author.uri];
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${uri}/activity`,
    type: "Create",
    actor: voter,
    to,
    cc: [],
    object: { id: uri, type: "Note", name: option, attributedTo: voter, inReplyTo: poll.uri, to, cc: [] },
  };
}
