/** German for a member's home. */
import type { HomeWords } from "../en/home.ts";

export const home: HomeWords = {};
