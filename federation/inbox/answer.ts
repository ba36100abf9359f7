/** Accept and Reject: the answer to a follow that somebody here sent (R51). */
import { ignored } from "../door.ts";
import { meetPeer } from "../fetch/peer.ts";
import { singleId } from "../gate/limits.ts";
import { isPlainObject } from "../gate/read-json.ts";
import type { Handler } from "./letter.ts";

/** The embedded follow, or its id alone; who answers must be who was followed, which the rows say. */
export const answer: Handler = async (context, { document, type, sender, receipt, spend }) => {
  const { object } = document;
  const followUri = singleId(object, "object");
  if (isPlainObject(object) && object.object !== undefined && singleId(object.object, "object") !== sender.uri) {
    return ignored("it answers a follow of somebody else");
  }
  await meetPeer(context, sender.host, spend);
  return context.door.followAnswered({ receipt, groupId: sender.id, followUri, accepted: type === "Accept" });
};
