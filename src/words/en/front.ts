/** English for the front page and the page about this server. */

export const front = {};

export type FrontWords = typeof front;
