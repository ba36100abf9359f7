/** Letters about somebody here: their profile changed, they let a follower go, or their account is gone. */
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { findOwnKeys } from "../../db/queries/actors.ts";
import { queueForAudience } from "../../db/queries/deliveries.ts";
import { findOwnPersonById } from "../../db/queries/people.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { personDocument } from "../objects/person.ts";
import type { Desk } from "./desk.ts";
import { reject } from "./members.ts";

const CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"];
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/** Of `actor.updated`, `actor.removed` and `actor.unfollowed`, those that are about people of this server. */
export async function aboutPerson(desk: Desk, tx: Queryable, line: JournalLine): Promise<void> {
  const id = line.kind === "actor.unfollowed" ? line.groupId : line.actorId;
  const person = id === null ? null : await desk.people.byId(tx, id);
  if (!person) return;
  if (line.kind === "actor.unfollowed") return reject(desk, tx, person, line);
  const activity =
    line.kind === "actor.removed" ? deletePerson(person.uri) : await updatePerson(desk, tx, person, line);
  if (activity) await toFollowers(desk, tx, person.id, activity);
}

/** Update with the whole document, as Mastodon and all others read it. */
async function updatePerson(
  desk: Desk,
  tx: Queryable,
  { id, uri }: { id: Id; uri: string },
  line: JournalLine,
): Promise<PlainObject | null> {
  const person = await findOwnPersonById(tx, id);
  if (!person) return null;
  const { "@context": context, ...object } = personDocument(desk.origin, person, await findOwnKeys(tx, id));
  return {
    "@context": context,
    id: `${uri}#update/${line.id}`,
    type: "Update",
    actor: uri,
    to: [PUBLIC],
    cc: [`${uri}/followers`],
    object,
  };
}

function deletePerson(uri: string): PlainObject {
  return { "@context": CONTEXT, id: `${uri}#delete`, type: "Delete", actor: uri, to: [PUBLIC], object: uri };
}

async function toFollowers(desk: Desk, tx: Queryable, personId: Id, activity: PlainObject): Promise<void> {
  const letter = { id: desk.makeId(), actorId: personId, body: JSON.stringify(activity) };
  await queueForAudience(tx, { groupId: personId, aboutId: personId, forum: letter, microblog: letter });
}
