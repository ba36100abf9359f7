/** German for a community's charter. */
import type { CharterWords } from "../en/charter.ts";

export const charter: CharterWords = {};
