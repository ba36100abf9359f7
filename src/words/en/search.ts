/** English for finding things. */

export const search = {};

export type SearchWords = typeof search;
