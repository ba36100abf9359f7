/** German for a member's settings. */
import type { SettingsWords } from "../en/settings.ts";

export const settings: SettingsWords = {};
