/** Follow: somebody joins a community, or follows a person here; this server itself takes no followers (R76). */

import type { Id } from "../../db/ids.ts";
import { findActorByUri } from "../../db/queries/actors.ts";
import { findCommunitiesAmong } from "../../db/queries/communities.ts";
import { findOwnPeopleAmong } from "../../db/queries/people.ts";
import { ignored } from "../door.ts";
import { meetPeer } from "../fetch/peer.ts";
import { singleId } from "../gate/limits.ts";
import type { Handler } from "./letter.ts";

/**
 * Groups and servers do not join by themselves: that is how loops begin (R53). They wait for a person to decide, as everybody does where the
 * community does not take in whoever comes.
 */
const WAITS: ReadonlySet<string> = new Set(["group", "application", "service"]);

export const follow: Handler = async (context, { document, sender, receipt, spend }) => {
  const target = singleId(document.object, "object");
  const server = target === `${context.origin}/actor` ? await findActorByUri(context.db, target) : null;
  if (server) {
    context.paces.followed(sender.host);
    return context.door.serverFollowed({ receipt, serverId: server.id });
  }
  const [community] = await findCommunitiesAmong(context.db, [target]);
  const [person] = community ? [] : await findOwnPeopleAmong(context.db, [target]);
  if (!community && !person) return ignored("nobody of that name is here to be followed");
  context.paces.followed(sender.host);
  await meetPeer(context, sender.host, spend);
  if (!community) return context.door.personFollowed({ receipt, personId: (person as { id: Id }).id });
  return context.door.followed({
    receipt,
    groupId: community.id,
    state: WAITS.has(sender.kind) || community.joining !== "open" ? "pending" : "accepted",
  });
};
