/** Spanish for notifications. */
import type { NotificationsWords } from "../en/notifications.ts";

export const notifications: NotificationsWords = {};
