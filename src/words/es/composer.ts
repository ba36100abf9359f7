/** Spanish for writing. */
import type { ComposerWords } from "../en/composer.ts";

export const composer: ComposerWords = {};
