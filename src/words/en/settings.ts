/** English for a member's settings. */

export const settings = {};

export type SettingsWords = typeof settings;
