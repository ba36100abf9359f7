/** German for a thread and what can be done in it. */
import type { ThreadWords } from "../en/thread.ts";

export const thread: ThreadWords = {};
