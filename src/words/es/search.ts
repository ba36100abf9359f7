/** Spanish for finding things. */
import type { SearchWords } from "../en/search.ts";

export const search: SearchWords = {};
