/** English for notifications, for how they come by mail, and for the way around the settings. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { plural, number } = formats("en");

export const notifications = {
  title: "Notices",
  description: "What others did that concerns you.",
  mention: (who: Piece, where: Piece) => [who, " named you in ", where],
  replyToYou: (who: Piece, where: Piece) => [who, " answered you in ", where],
  reply: (who: Piece, where: Piece) => [who, " answered in ", where, ", which you follow"],
  answerAccepted: (who: Piece, where: Piece) => [who, " accepted your answer in ", where],
  poll: (where: Piece) => ["The poll ", where, ", in which you voted, has closed"],
  ownPoll: (where: Piece) => ["Your poll ", where, " has closed"],
  joinRequest: (who: Piece, where: Piece) => [who, " asks to join ", where],
  invitation: (who: Piece, where: Piece) => [who, " invites you to ", where],
  welcome: (where: Piece) => ["Welcome to ", where],
  accountRequest: (who: Piece, where: Piece) => [who, " asks for ", where],
  account: "an account here",
  isNew: "new",
  contentWarning: (warning: string) => `Content warning: ${warning}`,
  pages: "Pages of notices",
  newest: "The newest notices",
  older: "Older notices",
  markAll: (n: number) =>
    n >= 100 ? "Mark all as read" : plural(n, { one: "Mark it as read", other: `Mark all ${number(n)} as read` }),
  allRead: "You have read everything.",
  none: "Nobody has answered or named you yet. When somebody does, it stands here.",
  noneDo: "Read what is new in your communities",
  byMail: "Notices by mail",

  settings: "Settings",
  settingsPages: {
    profile: "Profile",
    security: "Security",
    notifications: "Notices",
    appearance: "Appearance",
    blocks: "Blocked",
    export: "My data",
    close: "Close account",
  },
  rhythm: "How often",
  rhythmHint: "Every mail has a link that ends them.",
  rhythms: { "at-once": "At once", daily: "Once a day", weekly: "Once a week", never: "Never" },
  rhythmHints: {
    "at-once": "Within a minute of somebody answering or naming you.",
    daily: "At seven in the morning: what you have not read, and the new conversations in your communities.",
    weekly: "The same on Monday at seven in the morning.",
    never: "What concerns you stands on the page of notices only.",
  },
  goesTo: (address: Piece) => ["Mails go to ", address, "."],
  timeZone: (zone: Piece) => ["Mornings are those of your time zone, ", zone, "."],
  noAddress: "Your account has no mail address yet: nothing can be sent.",
  notConfirmed: (address: Piece) => [
    "You have not confirmed the address ",
    address,
    " yet: until then nothing is sent.",
  ],
  sendConfirm: "Send the link that confirms it",
  confirmSent: "The link is on its way; it works for two days.",
  toSecurity: "See to your mail address",
  save: "Save",
  saved: "That is how it is done from now on.",

  devices: "At once, on your devices",
  devicesHint:
    "A device can tell you at once, also while no page is open: who did what and where, not what was said. It stops when you sign out on it.",
  noDevices: "None of your devices does so.",
  addDevice: "Notify this device",
  thisDevice: "this device",
  deviceSince: (day: Piece): Piece[] => ["since ", day],
  removeDevice: "Remove",
  deviceAdded: "This device tells you at once from now on.",
  deviceRemoved: "That device tells you nothing any more.",
  deviceFailed:
    "Your browser did not allow it, or could not reach its service for messages: look at its settings for this site.",

  unsubscribe: "No more mails",
  unsubscribeWhat: (host: string) =>
    `Press the button and ${host} sends you no more mails about what is new. Mails about your account itself, such as a new password you asked for, still come.`,
  unsubscribeDo: "End these mails",
  unsubscribed: "No more mails",
  unsubscribedWhat: "From now on you get no more mails about what is new. Notices still stand on the site.",
  otherwise: "You can choose another rhythm in your settings at any time.",
  toSettings: "To the settings",
  linkTooOld:
    "This link is too old, or was not copied whole. Take the one in your newest mail, or choose in your settings.",
};

export type NotificationsWords = typeof notifications;
