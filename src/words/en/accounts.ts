/** English for registering, invitations, approval, and what a server says about itself. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { plural } = formats("en");

export const accounts = {
  join: (server: string) => `Join ${server}`,
  joinWhat:
    "Members start conversations, answer, and keep what was learned. You can read everything public without an account.",
  closed: "This server takes no new members now.",
  byInvitation:
    "New members come by invitation here: whoever is a member already may know somebody who can send you one.",
  otherWays:
    "You can take part all the same: with an account on Mastodon, Lemmy, PieFed, Mbin, NodeBB or a server like them, follow a community from there.",
  seeCommunities: "See the communities",
  haveAccount: (signIn: Piece) => ["You have an account? ", signIn, "."],
  signInLink: "Sign in",
  username: "User name",
  usernameHint: (host: string) =>
    `Small letters, digits and _. It becomes your address, as in @name@${host}, and cannot be changed.`,
  name: "Your name",
  nameHint: "As people call you. You can change it later.",
  email: "Mail address",
  emailHint: "Only for mail from this server to you; nobody else sees it.",
  password: "Password",
  passwordHint: "At least 10 characters. A few words in a row are easy to keep in mind.",
  question: "To tell who is human and why",
  approvalHint: "Somebody who looks after this server reads your request and answers by mail.",
  website: "Leave this empty",
  ask: "Ask to join",
  register: "Join",
  usernameTaken: "This name is taken, or looks too much like one that is.",
  sentTitle: "Look into your mail",
  sent: "A mail is on its way to the address you gave. Follow the link in it within two days.",
  sentApproval:
    "Then somebody who looks after this server reads your request, and you get a mail once they have decided.",
  sentNothing: "No mail after a few minutes? Look among the unwanted ones, then ask the people who run this server.",
  confirmTitle: "Is this your mail address?",
  confirmWhat: (email: Piece) => ["Confirm that ", email, " is yours."],
  confirm: "Yes, it is mine",
  confirmedTitle: "Thank you",
  confirmedIn: "Your address is confirmed, and you are in.",
  confirmedWaiting: "Your address is confirmed. You get a mail as soon as somebody has decided on your request.",
  invitedBy: (who: Piece) => [who, " invites you."],
  invitedTo: (community: string) => `Join ${community}`,
  invitedAs: {
    member: "",
    steward: "You will help to look after it as a steward.",
    facilitator: "You will be one of its facilitators.",
  },
  invitedHere: (server: string) => `You are invited to join ${server}.`,
  acceptInvitation: (community: string) => `Join ${community}`,
  alreadyMember: (community: string) => `You are a member of ${community} already.`,
  alreadyHere: "You have an account here already, so there is nothing to do with this invitation.",
  goToCommunity: (community: string) => `Go to ${community}`,
  invitationExpired: "This invitation has expired. Ask whoever gave it to you for a new one.",
  invitationUsed: "This invitation was used up. Ask whoever gave it to you for a new one.",
  invitationRevoked: "This invitation was taken back.",
  invitationUnknown: "This is not an invitation of this server; perhaps the link was copied only in part.",
  mail: {
    hello: (name: string) => `Hello ${name},`,
    bye: (server: string, origin: string) => `${server}\n${origin}`,
    confirmSubject: (server: string) => `Confirm your address for ${server}`,
    confirm: (username: string, server: string) =>
      `Somebody, we hope you, registered as @${username} on ${server} with this mail address. If it was you, confirm the address within two days:`,
    confirmNot: "If it was not you, do nothing: without that link nothing comes of it.",
    confirmInvited: "If it was not you, tell the people who run this server.",
    takenSubject: (server: string) => `You have an account on ${server} already`,
    taken: (username: string, server: string) =>
      `Somebody, perhaps you, tried to register on ${server} with this mail address. It belongs to the account @${username} already. If it was you, sign in, or choose a new password:`,
    takenNot:
      "If it was not you, there is nothing to do: nothing was changed, and they do not know that you have an account.",
    approvedSubject: (server: string) => `You are in: welcome to ${server}`,
    approved: (username: string) => `Your request was read, and you are in as @${username}. Sign in here:`,
    refusedSubject: (server: string) => `Your request to join ${server}`,
    refused: (server: string) =>
      `Your request to join ${server} was read, and not accepted. What you sent with it has been deleted. You can still follow its communities from another server of the fediverse.`,
  },
  about: {
    title: (host: string) => `About ${host}`,
    description: (host: string) => `${host} keeps communities of practice that anyone on the fediverse can follow.`,
    lede: "A commonplace book is where people keep what they have learned; a common place is where they meet. This server is both.",
    what: "What it is",
    practice: (server: string) =>
      `${server} keeps communities of practice: people who care about the same work, and get better at it by telling each other how they do it. Each community is part of the fediverse. Nobody needs an account here: whoever has one on Mastodon, Lemmy, PieFed, Mbin, NodeBB, Friendica or a server like them can follow, ask and answer from there.`,
    software: (version: string) =>
      `It runs Commonplace ${version}, free software under the GNU Affero General Public License, version 3.`,
    who: "Who runs it",
    owners: (n: number, names: Piece) => [plural(n, { one: "Its owner is ", other: "Its owners are " }), names, "."],
    administrators: (names: Piece) => ["It is looked after by ", names, " as well."],
    nobody: "It has no owner yet.",
    joining: "Becoming a member",
    registration: {
      closed: "It takes no new members now.",
      invitation: "New members come by invitation.",
      approval: "Whoever wants to become a member asks; somebody who looks after the server reads every request.",
      open: "Anybody can become a member.",
    },
    joinLink: "Join",
    reach: "How to reach it",
    noCommunities: "There is no community here yet.",
    handles:
      "Search for one of these names on your own server, and follow it. A public post that mentions the name starts a conversation.",
    privacy: "Privacy",
    cookies:
      "Visitors get no cookies, and are not counted. Who signs in gets one cookie, which says that they have, and is gone when they sign out. No script, font or style is loaded from anywhere else. Pictures in posts come straight from the server of the person who posted them, which can therefore see that someone loads them; they are fetched only when you scroll to them.",
    kept: "What people send here in public is kept, shown to anyone, and passed on to the servers that follow the community: posts, edits, names, and how many found something helpful. When its author deletes a post, its words are deleted here and the followers’ servers are told to do the same. Direct and followers-only messages are never shown.",
    members:
      "Of members the server keeps their mail address, which nobody else sees, and where and when they signed in, so that they can tell whether it was them. They can take all that is theirs with them, and close their account.",
  },
};

export type AccountsWords = typeof accounts;
