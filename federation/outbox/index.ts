/** Reads each journal line in the transaction that wrote it, and writes the letters that follow from it: what, in which shape, to whom. */

import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findActor } from "../../db/queries/actors.ts";
import { queueForAudience, queueForInboxes } from "../../db/queries/deliveries.ts";
import type { Receipt } from "../door.ts";
import { authored } from "./authored.ts";
import { charterWritten, communityEdited } from "./charter.ts";
import type { Desk } from "./desk.ts";
import { acceptFollow, announceActivity, announceThread, undoAnnounceThread } from "./letters.ts";
import { reject } from "./members.ts";
import { aboutPerson } from "./people.ts";

const ABOUT_PEOPLE: ReadonlySet<JournalLine["kind"]> = new Set(["actor.updated", "actor.removed", "actor.unfollowed"]);

export type Outbox = (tx: Queryable, line: JournalLine, letter: Receipt | undefined) => Promise<void>;

/** The outbox of this server's communities and people. Groups elsewhere, that somebody here follows, speak for themselves. */
export function openOutbox(desk: Desk): Outbox {
  return async (tx, line, letter) => {
    if (ABOUT_PEOPLE.has(line.kind)) return aboutPerson(desk, tx, line);
    if (line.groupId === null) return;
    if (line.kind === "actor.followed") {
      const followed = await desk.people.byId(tx, line.groupId);
      return followed ? accept(desk, tx, followed, line) : undefined;
    }
    const group = await desk.groups.byId(tx, line.groupId);
    const person = letter || line.actorId === null ? null : await desk.people.byId(tx, line.actorId);
    if (person) {
      const place = group ?? (await findActor(tx, line.groupId));
      if (place)
        await authored(desk, tx, { line, person, group: { id: place.id, uri: place.uri, own: group !== null } });
    }
    if (group === null) return;
    switch (line.kind) {
      case "member.joined":
        return accept(desk, tx, group, line);
      case "thread.started":
        return threadStarted(desk, tx, group, line, letter);
      case "thread.removed":
        return person ? undefined : threadRemoved(desk, tx, group, line, letter);
      case "reply.written":
      case "reply.edited":
      case "reply.removed":
      case "thread.edited":
      case "vote.cast":
      case "vote.withdrawn":
      case "poll.counted":
        return passOn(desk, tx, group, line, letter);
      case "member.refused":
      case "member.left":
        return reject(desk, tx, group, line);
      case "charter.written":
        return charterWritten(desk, tx, group);
      case "community.edited":
        return communityEdited(desk, tx, group, line);
      default:
        return;
    }
  };
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

async function threadStarted(
  desk: Desk,
  tx: Queryable,
  group: OwnGroup,
  line: JournalLine,
  letter: Receipt | undefined,
): Promise<void> {
  if (!letter?.announceable || line.threadId === null) return;
  const microblog = {
    id: desk.makeId(),
    actorId: group.id,
    body: announceThread(desk.origin, group.uri, boosted(line)),
  };
  const forum = whole(desk, group, line, letter);
  // Its author is told as well: on Mastodon, the boost says that the community has taken the thread in.
  await queueForAudience(tx, { groupId: group.id, threadId: line.threadId, forum, microblog, alsoTo: toActor(line) });
}

async function threadRemoved(
  desk: Desk,
  tx: Queryable,
  group: OwnGroup,
  line: JournalLine,
  letter: Receipt | undefined,
): Promise<void> {
  if (line.threadId === null) return;
  const body = undoAnnounceThread(desk.origin, group.uri, boosted(line), line.id);
  const microblog = { id: desk.makeId(), actorId: group.id, body };
  const forum = letter?.announceable ? whole(desk, group, line, letter) : undefined;
  await queueForAudience(tx, {
    groupId: group.id,
    threadId: line.threadId,
    microblog,
    alsoTo: toActor(line),
    ...(forum && { forum }),
  });
}

async function passOn(
  desk: Desk,
  tx: Queryable,
  group: OwnGroup,
  line: JournalLine,
  letter: Receipt | undefined,
): Promise<void> {
  if (!letter?.announceable) return;
  await queueForAudience(tx, { groupId: group.id, threadId: line.threadId, forum: whole(desk, group, line, letter) });
}

function whole(desk: Desk, group: OwnGroup, line: JournalLine, letter: Receipt) {
  return { id: desk.makeId(), actorId: group.id, body: announceActivity(group.uri, line.id, letter.body) };
}

function boosted(line: JournalLine) {
  return { id: line.threadId as Id, uri: String(line.data.uri), authorUri: String(line.data.authorUri) };
}

function toActor({ actorId }: JournalLine): Id[] {
  return actorId === null ? [] : [actorId];
}
