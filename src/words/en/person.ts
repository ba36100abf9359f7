/** English for people's pages. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { plural, number } = formats("en");

export const person = {
  description: (name: string, handle: string, host: string) => `What ${name} (${handle}) wrote on ${host}.`,
  /** Above the name. */
  hereSince: (day: Piece): Piece[] => ["Here since ", day],
  from: (host: Piece): Piece[] => ["Writes here from ", host],
  programFrom: (host: Piece): Piece[] => ["A program that writes here from ", host],
  ownPage: (host: string) => `Their own page on ${host}`,
  handle: "this handle",

  about: "About",
  helpsWith: "Can help with",
  wantsToLearn: "Wants to learn",
  languages: "Languages",
  localTime: "Local time",
  timeIn: (clock: Piece, zone: Piece): Piece[] => [clock, " (", zone, ")"],
  links: "Links",
  linksBack: "this page links back",
  communities: "Communities",
  roles: { facilitator: "facilitator", steward: "steward", member: "member" },
  nothingYet: "You have said nothing about yourself yet. What do you do, and what could others ask you about?",
  edit: "Edit your profile",

  follow: "Follow from elsewhere",
  followHow: "Search for this handle where you are at home, on Mastodon or any other server of the fediverse:",
  feeds: "Or read along as a feed:",

  written: "Written here",
  writtenBefore: "Written here before",
  nothingWritten: (name: Piece): Piece[] => [name, " has not written anything here yet."],
  nothingWrittenYou: "You have not written anything here yet. Your communities are a good place to begin.",
  inCommunity: (name: Piece): Piece[] => ["in ", name],
  started: "started it",
  replied: (n: number) => plural(n, { one: "replied", other: `replied ${number(n)} times` }),
  startedAndReplied: (n: number) =>
    plural(n, { one: "started it, replied", other: `started it, replied ${number(n)} times` }),
  last: (day: Piece): Piece[] => ["last ", day],
  contentWarning: (warning: string) => `Content warning: ${warning}`,
  opening: "The opening post",
  noWords: "A reply without words",
  pages: "Pages of posts",
  newest: "From the newest",
  older: "Older posts",

  block: "Block",
  blockNamed: (name: string) => `Block ${name}`,
  blockServer: (host: string) => `Block everybody from ${host}`,
  unblock: (name: string) => `Unblock ${name}`,
  unblockServer: (host: string) => `Unblock ${host}`,
  blocked: (name: Piece): Piece[] => [
    "You have blocked ",
    name,
    ". You get no notices of what they do, and their words are not shown to you.",
  ],
  serverBlocked: (host: Piece): Piece[] => [
    "You have blocked ",
    host,
    ". You get no notices of what people from there do, and their words are not shown to you.",
  ],
  notHearing: "Not hearing from them",
  blockHint:
    "Their words are not shown to you in conversations, you get no notices of what they do, and they no longer follow you.",
};

export type PersonWords = typeof person;
