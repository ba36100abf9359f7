/** English for the frame of every page. */

export const frame = {
  skip: "Skip to the text",
  thisServer: "This server",
  you: "You",
  communities: "Communities",
  about: "About",
  search: "Search",
  home: "Home",
  notifications: (unread: number) =>
    unread === 0 ? "Notices" : unread >= 100 ? "Notices, more than 99 new" : `Notices, ${unread} new`,
  settings: "Settings",
  administer: "Administration",
  signIn: "Sign in",
  join: "Join",
  signOut: "Sign out",
  colophon: (host: string, version: string) =>
    `${host} is kept with Commonplace ${version}, a commonplace book for many hands.`,
  aboutServer: "About this server",
  feed: "New conversations as a feed",
  feedOf: (host: string) => `New conversations on ${host}`,
  copy: "Copy",
  copied: "Copied",
  noCopy: "Select it and copy it by hand",
  problem: "Please look again",
};

export type FrameWords = typeof frame;
