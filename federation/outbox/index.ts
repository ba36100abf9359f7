/** Reads each journal line in the transaction that wrote it, and writes the letters that follow from it: what, in which shape, to whom. */

import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import {
  type Announced,
  type OutgoingActivity,
  queueForAudience,
  queueForInboxes,
} from "../../db/queries/deliveries.ts";
import type { Mark } from "../../db/queries/received.ts";
import { findBoostId } from "../../db/queries/threads.ts";
import { KNOW_POLLS, KNOW_REACTIONS } from "../software.ts";
import { answered } from "./answers.ts";
import { authored } from "./authored.ts";
import { charterWritten, communityEdited } from "./charter.ts";
import type { Desk } from "./desk.ts";
import { acceptFollow, announceThread, aroundActivity, undoAnnounceThread } from "./letters.ts";
import { reject } from "./members.ts";
import { aboutPerson } from "./people.ts";

const ABOUT_PEOPLE: ReadonlySet<JournalLine["kind"]> = new Set(["actor.updated", "actor.removed", "actor.unfollowed"]);

/** A journal line, and the letter that caused it. */
interface Told {
  line: JournalLine;
  letter: Mark | undefined;
}

export type Outbox = (tx: Queryable, told: readonly Told[]) => Promise<void>;

/** The outbox of this server's communities and people. Groups elsewhere, that somebody here follows, speak for themselves. */
export function openOutbox(desk: Desk): Outbox {
  return async (tx, told) => {
    const announced: Announced[] = [];
    for (const { line, letter } of told) {
      if (ABOUT_PEOPLE.has(line.kind)) await aboutPerson(desk, tx, line);
      if (line.groupId === null || ABOUT_PEOPLE.has(line.kind)) continue;
      if (line.kind === "actor.followed") {
        const followed = await desk.people.byId(tx, line.groupId);
        if (followed) await accept(desk, tx, followed, line);
        continue;
      }
      if (line.kind === "actor.refused") {
        const refusing = await findActor(tx, line.groupId);
        if (refusing) await reject(desk, tx, refusing, line);
        continue;
      }
      const group = await desk.groups.byId(tx, line.groupId);
      const person = letter || line.actorId === null ? null : await desk.people.byId(tx, line.actorId);
      const aboutAnswer = line.kind === "answer.accepted" || line.kind === "answer.withdrawn";
      if (person || (group && aboutAnswer)) {
        const place = group ?? (await findActor(tx, line.groupId));
        const at = place && { id: place.id, uri: place.uri, own: group !== null };
        if (at && aboutAnswer) await answered(desk, tx, { line, letter, person, group: at });
        else if (at && person) await authored(desk, tx, { line, person, group: at });
      }
      if (group === null) continue;
      const answer = ANSWERS[line.kind];
      if (answer) await answer(desk, tx, group, line);
      else if (!person) announced.push(await announcement(desk, tx, group, line, letter));
    }
    await queueForAudience(tx, ...announced);
  };
}

/** Lines that are answered by letters of their own. */
const ANSWERS: Partial<
  Record<JournalLine["kind"], (desk: Desk, tx: Queryable, group: OwnGroup, line: JournalLine) => Promise<void>>
> = {
  "member.joined": accept,
  "member.refused": reject,
  "member.left": reject,
  "charter.written": charterWritten,
  "community.edited": communityEdited,
};

/** What a group's audience is told of this line; nothing, for most kinds. */
async function announcement(
  desk: Desk,
  tx: Queryable,
  group: OwnGroup,
  line: JournalLine,
  letter: Mark | undefined,
): Promise<Announced> {
  const { threadId, actorId } = line;
  const to = { groupId: group.id, aboutId: threadId ?? group.id };
  switch (line.kind) {
    case "thread.started":
      if (!letter?.announceable) return to;
      // Its author is told as well: on Mastodon, the boost says that the community has taken the thread in.
      return {
        ...to,
        ...passedOn(desk, group, line, letter),
        microblog: boost(desk, group, line),
        alsoTo: actorId === null ? [] : [actorId],
      };
    case "thread.removed":
      return {
        ...to,
        ...passedOn(desk, group, line, letter),
        microblog: await undoneBoost(desk, tx, group, line),
        alsoTo: actorId === null ? [] : [actorId],
      };
    case "reply.written":
    case "reply.edited":
    case "reply.removed":
    case "thread.edited":
    case "vote.cast":
    case "vote.withdrawn":
    case "poll.counted":
      return { ...to, ...passedOn(desk, group, line, letter) };
    default:
      return to;
  }
}

interface OwnGroup {
  id: Id;
  uri: string;
}

async function accept(desk: Desk, tx: Queryable, group: OwnGroup, line: JournalLine): Promise<void> {
  const member = line.actorId === null ? null : await findActor(tx, line.actorId);
  if (!member || member.inboxId === null) return;
  const follow = { uri: String(line.data.followUri), actor: member.uri };
  const activity = { id: desk.makeId(), actorId: group.id, body: acceptFollow(group.uri, line.id, follow) };
  await queueForInboxes(tx, { aboutId: member.id, activity, inboxIds: [member.inboxId] });
}

function boost(desk: Desk, group: OwnGroup, line: JournalLine): OutgoingActivity {
  return {
    id: desk.makeId(),
    actorId: group.id,
    body: announceThread(desk.origin, group.uri, boosted(line, line.threadId as Id)),
  };
}

async function undoneBoost(desk: Desk, tx: Queryable, group: OwnGroup, line: JournalLine): Promise<OutgoingActivity> {
  const thread = boosted(line, await findBoostId(tx, line.threadId as Id));
  const body = undoAnnounceThread(desk.origin, group.uri, thread, line.id);
  return { id: desk.makeId(), actorId: group.id, body };
}

function passedOn(
  desk: Desk,
  group: OwnGroup,
  line: JournalLine,
  letter: Mark | undefined,
): Pick<Announced, "forum" | "software"> {
  if (!letter?.announceable) return {};
  const around = aroundActivity(group.uri, line.id);
  return { forum: { ...around, id: desk.makeId(), actorId: group.id, letterId: letter.id }, ...readersOf(line) };
}

/** Which forums can read the letter behind this line; all, for most. */
function readersOf({ kind, data }: JournalLine): Pick<Announced, "software"> {
  if (kind === "poll.counted" || data.poll === true) return { software: KNOW_POLLS };
  return data.kind === "reaction" ? { software: KNOW_REACTIONS } : {};
}

function boosted(line: JournalLine, boostId: Id) {
  return { boostId, uri: String(line.data.uri), authorUri: String(line.data.authorUri) };
}
