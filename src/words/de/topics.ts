/** German for kinds and topics of threads. */
import type { TopicsWords } from "../en/topics.ts";

export const topics: TopicsWords = {};
