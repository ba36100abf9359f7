/** English for communities of other servers. */

export const remote = {};

export type RemoteWords = typeof remote;
