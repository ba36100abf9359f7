/** English for kinds and topics of threads. */

export const topics = {};

export type TopicsWords = typeof topics;
