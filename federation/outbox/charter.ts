/** What a community says about itself: its charter, and its own description when that is edited. */
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findOwnKeys } from "../../db/queries/actors.ts";
import { findCharter } from "../../db/queries/charters.ts";
import { findCommunityById } from "../../db/queries/communities.ts";
import { queueForAudience } from "../../db/queries/deliveries.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { groupDocument } from "../objects/actor.ts";
import { charterId, charterObject } from "../objects/charter.ts";
import { proven } from "./authored.ts";
import type { Desk } from "./desk.ts";
import { announceActivity } from "./letters.ts";

const CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"];
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

interface OwnGroup {
  id: Id;
  uri: string;
}

/**
 * The first version is a Create, every later one an Update, by the Group itself. Only microblogs are told: forums take posts by people alone (Lemmy
 * refuses a Group's with 400), and find the charter pinned in `featured`. Its id is a fragment, so that nobody can look it up and take it for a
 * boost (wire.md section 4).
 */
export async function charterWritten(desk: Desk, tx: Queryable, group: OwnGroup): Promise<void> {
  const [community, charter] = [await findCommunityById(tx, group.id), await findCharter(tx, group.id)];
  if (!community || !charter) return;
  const first = charter.version === 1;
  const id = charterId(group.uri);
  const activity: PlainObject = {
    "@context": CONTEXT,
    id: first ? `${id}#create` : `${id}#update/${charter.version}`,
    type: first ? "Create" : "Update",
    actor: group.uri,
    to: [PUBLIC],
    cc: [`${group.uri}/followers`],
    audience: group.uri,
    published: charter.writtenAt.toISOString(),
    object: charterObject(charter, community, desk.charterText),
  };
  const microblog = { id: desk.makeId(), actorId: group.id, body: JSON.stringify(activity) };
  await queueForAudience(tx, { groupId: group.id, aboutId: group.id, microblog });
}

/**
 * Everybody who follows it learns how the actor is now: microblogs from the Group itself, forums as the deed of the facilitator who did it, which the
 * Group announces (wire.md section 7).
 */
export async function communityEdited(desk: Desk, tx: Queryable, group: OwnGroup, line: JournalLine): Promise<void> {
  const community = await findCommunityById(tx, group.id);
  if (!community) return;
  const { "@context": context, ...object } = groupDocument(desk.origin, community, await findOwnKeys(tx, group.id));
  const person = line.actorId === null ? null : await desk.people.byId(tx, line.actorId);
  const update = (actor: string): PlainObject => ({
    "@context": context,
    id: `${actor}#update/${line.id}`,
    type: "Update",
    actor,
    to: [PUBLIC],
    cc: [`${group.uri}/followers`],
    audience: group.uri,
    object,
  });
  const by = (body: string) => ({ id: desk.makeId(), actorId: group.id, body });
  const theirs = person && (await proven(desk, tx, update(person.uri), person.id, line.id));
  await queueForAudience(tx, {
    groupId: group.id,
    aboutId: group.id,
    microblog: by(JSON.stringify(update(group.uri))),
    ...(theirs !== null && { forum: by(announceActivity(group.uri, line.id, theirs)) }),
  });
}
