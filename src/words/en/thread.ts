/** English for a thread and what can be done in it. */

export const thread = {};

export type ThreadWords = typeof thread;
