/** English for people's pages. */

export const person = {};

export type PersonWords = typeof person;
