/** Spanish for people's pages. */
import type { PersonWords } from "../en/person.ts";

export const person: PersonWords = {};
