/** English for a community's page and its settings. */

export const community = {};

export type CommunityWords = typeof community;
