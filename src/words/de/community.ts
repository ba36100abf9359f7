/** German for a community's page and its settings. */
import type { CommunityWords } from "../en/community.ts";

export const community: CommunityWords = {};
