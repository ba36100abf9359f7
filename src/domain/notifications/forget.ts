/** Forgets what people were told long ago: by then it is read, or will not be. */
import { forgetNotifications } from "../../../db/queries/notifications.ts";
import type { House } from "../transact.ts";

const KEEP_MS = 180 * 86_400_000;

/** In small portions; returns how many went. */
export async function forgetOldNotifications(house: House): Promise<{ notifications: number }> {
  const before = new Date(house.now().getTime() - KEEP_MS);
  let notifications = 0;
  for (;;) {
    const gone = await forgetNotifications(house.db, before);
    if (gone === 0) return { notifications };
    notifications += gone;
  }
}
