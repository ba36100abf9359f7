/** English for members, requests, roles, the welcome. */

export const members = {};

export type MembersWords = typeof members;
