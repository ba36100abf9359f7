/** Reads each journal line in the transaction that wrote it, and writes the letters that follow from it: what, in which shape, to whom. */

import type { Id, MakeId } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import {
  type Announced,
  type OutgoingActivity,
  queueForAudience,
  queueForInboxes,
} from "../../db/queries/deliveries.ts";
import type { Receipt } from "../door.ts";
import type { Groups } from "../groups.ts";
import { acceptFollow, announceActivity, announceThread, undoAnnounceThread } from "./letters.ts";

/** What a letter is made of. */
interface Desk {
  origin: string;
  makeId: MakeId;
  groups: Groups;
}

/** A journal line, and the letter that caused it. */
interface Told {
  line: JournalLine;
  letter: Receipt | undefined;
}

export type Outbox = (tx: Queryable, told: readonly Told[]) => Promise<void>;

/** The outbox of this server's communities. Groups elsewhere, that somebody here follows, speak for themselves. */
export function openOutbox(desk: Desk): Outbox {
  return async (tx, told) => {
    const announced: Announced[] = [];
    for (const { line, letter } of told) {
      const group = line.groupId === null ? null : await desk.groups.byId(tx, line.groupId);
      if (group === null) continue;
      if (line.kind === "member.joined") await accept(desk, tx, group, line);
      else announced.push(announcement(desk, group, line, letter));
    }
    await queueForAudience(tx, ...announced);
  };
}

/** What a group's audience is told of this line; nothing, for most kinds. */
function announcement(desk: Desk, group: OwnGroup, line: JournalLine, letter: Receipt | undefined): Announced {
  const { threadId, actorId } = line;
  const to = { groupId: group.id, threadId };
  const whole = letter?.announceable ? { forum: wholeActivity(desk, group, line, letter) } : {};
  switch (line.kind) {
    case "thread.started":
      // Its author is told as well: on Mastodon, the boost says that the community has taken the thread in.
      return letter?.announceable ? { ...to, ...whole, microblog: boost(desk, group, line), alsoTo: actorId } : to;
    case "thread.removed":
      return { ...to, ...whole, microblog: undoneBoost(desk, group, line), alsoTo: actorId };
    case "reply.written":
    case "reply.edited":
    case "reply.removed":
    case "thread.edited":
    case "vote.cast":
    case "vote.withdrawn":
      return { ...to, ...whole };
    case "community.created":
    case "member.joined":
    case "member.requested":
    case "member.left":
    case "thread.boosted":
    case "boost.withdrawn":
    case "actor.removed":
    case "actor.moved":
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
  await queueForInboxes(tx, { threadId: null, activity, inboxIds: [member.inboxId] });
}

function boost(desk: Desk, group: OwnGroup, line: JournalLine): OutgoingActivity {
  return { id: desk.makeId(), actorId: group.id, body: announceThread(desk.origin, group.uri, boosted(line)) };
}

function undoneBoost(desk: Desk, group: OwnGroup, line: JournalLine): OutgoingActivity {
  const body = undoAnnounceThread(desk.origin, group.uri, boosted(line), line.id);
  return { id: desk.makeId(), actorId: group.id, body };
}

function wholeActivity(desk: Desk, group: OwnGroup, line: JournalLine, letter: Receipt): OutgoingActivity {
  return { id: desk.makeId(), actorId: group.id, body: announceActivity(group.uri, line.id, letter.body) };
}

function boosted(line: JournalLine) {
  return { id: line.threadId as Id, uri: String(line.data.uri), authorUri: String(line.data.authorUri) };
}
