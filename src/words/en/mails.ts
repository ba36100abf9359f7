/** English for mails about what is new. Names and titles come as plain text. */
import { formats } from "../formats.ts";

const { plural, number } = formats("en");

export const mails = {
  notices: (n: number) => plural(n, { one: "a notice", other: `${number(n)} notices` }),
  conversations: (n: number) => plural(n, { one: "a new conversation", other: `${number(n)} new conversations` }),
  both: (notices: string, conversations: string) => `${notices} and ${conversations}`,
  subject: (host: string, what: string) => `${host}: ${what}`,
  hello: (name: string) => `Hello ${name},`,
  sinceThen: "here is what you have not read yet:",
  conversationsToo: "New conversations in your communities:",
  mention: (who: string, title: string) => `${who} named you in “${title}”`,
  replyToYou: (who: string, title: string) => `${who} answered you in “${title}”`,
  reply: (who: string, title: string) => `${who} answered in “${title}”, which you follow`,
  answerAccepted: (who: string, title: string) => `${who} accepted your answer in “${title}”`,
  poll: (title: string) => `The poll “${title}”, in which you voted, has closed`,
  ownPoll: (title: string) => `Your poll “${title}” has closed`,
  joinRequest: (who: string, community: string) => `${who} asks to join ${community}`,
  invitation: (who: string, community: string) => `${who} invites you to ${community}`,
  welcome: (community: string) => `Welcome to ${community}`,
  accountRequest: (who: string) => `${who} asks for an account`,
  thread: (title: string, community: string) => `${title} (${community})`,
  more: (n: number) => plural(n, { one: "And one more:", other: `And ${number(n)} more:` }),
  rhythms: {
    "at-once": (host: string) => `You get a mail from ${host} as soon as something concerns you.`,
    daily: (host: string) => `You get a mail from ${host} in the morning when there is something new.`,
    weekly: (host: string) => `You get a mail from ${host} on Monday when there is something new.`,
  },
  otherRhythm: "Another rhythm:",
  noMore: "No more of these mails:",
  registrationClosed: {
    subject: (host: string) => `${host} takes new people on request only`,
    why: (host: string, days: number) =>
      `Anybody could register on ${host}, and nobody who looks after it has been there for ${plural(days, { one: "a day", other: `${number(days)} days` })}. So that it does not fill with strangers meanwhile, whoever registers now waits until one of you lets them in.`,
    way: "To look at who asks, and to open registration again when you are back:",
  },
  listName: (host: string) => `What is new on ${host}`,
};

export type MailsWords = typeof mails;
