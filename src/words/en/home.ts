/** English for a member's home. */

export const home = {};

export type HomeWords = typeof home;
