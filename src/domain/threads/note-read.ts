/** Notes how far somebody has read a thread. */
import type { Id } from "../../../db/ids.ts";
import { noteRead as write } from "../../../db/queries/reads.ts";
import type { House } from "../transact.ts";

/** It is nobody's business but one's own: no policy, no journal. Never goes back. */
export async function noteRead(house: House, read: { by: Id; threadId: Id; postId: Id }): Promise<void> {
  await write(house.db, { actorId: read.by, threadId: read.threadId, postId: read.postId });
}
