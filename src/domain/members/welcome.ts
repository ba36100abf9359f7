/** What a member has been shown: the community's welcome, and the charter as it stands now. */
import type { Id } from "../../../db/ids.ts";
import { markCharterRead, markWelcomed } from "../../../db/queries/members.ts";
import type { House } from "../transact.ts";

/** Notes that the member has seen the welcome: nothing that anybody else is told. */
export function noteWelcomed(house: House, groupId: Id, actorId: Id): Promise<void> {
  return markWelcomed(house.db, groupId, actorId);
}

/** Notes that the member has read this version of the charter. */
export function noteCharterRead(house: House, groupId: Id, actorId: Id, version: number): Promise<void> {
  return markCharterRead(house.db, groupId, actorId, version);
}
