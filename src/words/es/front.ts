/** Spanish for the front page and the page about this server. */
import type { FrontWords } from "../en/front.ts";

export const front: FrontWords = {};
