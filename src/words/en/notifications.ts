/** English for notifications. */

export const notifications = {};

export type NotificationsWords = typeof notifications;
