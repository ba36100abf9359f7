/** English for a community's charter. */

export const charter = {};

export type CharterWords = typeof charter;
