/** English for a thread and what can be done in it. */
import { formats } from "../formats.ts";

type Piece = unknown;

const { number, plural, list } = formats("en");
const replies = (n: number) => plural(n, { one: "1 reply", other: `${number(n)} replies` });

export const thread = {
  kinds: {
    discussion: "discussion",
    question: "question",
    story: "story",
    "how-to": "how-to",
    request: "request for experience",
    link: "link",
    announcement: "announcement",
    poll: "poll",
  },

  // In lists.
  nobodyYet: "nobody has replied yet",
  replies,
  moreReplies: (most: number) => `more than ${number(most)} replies`,
  last: (day: Piece): Piece[] => ["last ", day],
  answered: "answered",
  pinned: "pinned",
  locked: "closed to replies",
  inCommunity: (community: Piece): Piece[] => ["in ", community],
  contentWarning: (warning: string) => `Content warning: ${warning}`,
  pictures: (n: number) => plural(n, { one: "With a picture.", other: `With ${number(n)} pictures.` }),

  // Its head.
  begunBy: (name: Piece, page: number, pages: number, beginning: Piece): Piece[] => [
    "Begun by ",
    name,
    `. This is page ${number(page)} of ${number(pages)}: `,
    beginning,
    ".",
  ],
  readFromBeginning: "read from the beginning",
  titleOfPage: (title: string, page: number) => `${title}, page ${number(page)}`,
  repliesTo: (title: string) => `Replies to “${title}”`,
  conversationIn: (community: string, name: string) => `A conversation in ${community}, begun by ${name}.`,
  nobodyYetTitle: "Nobody has replied yet",
  countTo: (count: Piece, title: Piece): Piece[] => [count, " to ", title],
  repliesFromTo: (first: number, last: number, all: number) =>
    `Replies ${number(first)} to ${number(last)} of ${number(all)}`,
  link: (address: Piece): Piece[] => ["About ", address],
  topics: "Topics",
  order: "Order",
  orders: { oldest: "as it was said", newest: "newest first", helpful: "most helpful first" },
  newSince: (n: number, most: number) =>
    n > most
      ? `More than ${number(most)} replies are new since your last visit`
      : plural(n, {
          one: "1 reply is new since your last visit",
          other: `${number(n)} replies are new since your last visit`,
        }),
  firstNew: "go to the first",
  acceptedAnswers: (n: number) => plural(n, { one: "The accepted answer", other: "The accepted answers" }),
  inItsPlace: "in its place",

  // A post.
  post: (name: string) => `post by ${name}`,
  reply: (name: string) => `reply by ${name}`,
  openOn: (host: Piece, by: Piece): Piece[] => ["Open on ", host, ": ", by],
  answers: (name: Piece): Piece[] => ["answers ", name],
  answersEarlier: (name: Piece): Piece[] => ["answers ", name, ", on an earlier page"],
  somethingGone: "a post that is gone",
  isNew: "new",
  accepted: "accepted answer",
  helpful: "helpful",
  helpfulCount: (n: number) => `helpful ${number(n)}`,
  notHelpful: "not helpful",
  workedFor: (n: number) => (n === 0 ? "worked for me, too" : `worked for me, too ${number(n)}`),
  workedCount: (n: number) => plural(n, { one: "worked for 1 person", other: `worked for ${number(n)} people` }),
  edited: (day: Piece): Piece[] => ["edited ", day],
  taken: {
    removed: "Removed by its author.",
    gone: "Removed with its author’s account.",
    blocked: "Not shown here: this server does not talk with its author’s.",
    avoided: "Not shown to you: you blocked its author or their server.",
  },
  warning: "Content warning:",
  noDescription: "Picture without a description",
  files: { image: "Picture", video: "Video", audio: "Recording", other: "File" },
  fileOn: (what: string, host: string) => `${what} on ${host}`,
  fileNamed: (what: string, name: Piece): Piece[] => [`${what}: `, name],
  below: (n: number, names: readonly string[], others: number) =>
    `${replies(n)} to this one, by ${list(others === 0 ? names : [...names, plural(others, { one: "1 other", other: `${number(others)} others` })])}`,

  // What can be done with it.
  answer: "reply",
  more: "more",
  react: "React",
  edit: "edit",
  remove: "remove",
  history: "earlier versions",
  accept: "accept as the answer",
  unaccept: "no longer the answer",
  said: (act: string) =>
    ({
      vote: "Your vote counts.",
      unvote: "Your vote was taken back.",
      react: "Your reaction was noted.",
      worked: "Noted that it worked for you.",
      unworked: "No longer noted that it worked for you.",
    })[act] ?? "Done.",
  failed: "That did not get through. Try again in a moment.",

  // What can be done with the thread.
  follow: "Follow",
  followHint: "told of every reply",
  following: "You are told of every reply.",
  unfollow: "Follow no more",
  mute: "Mute",
  muted: "You are told of none of its replies.",
  unmute: "Unmute",
  lookAfter: "Look after this conversation",
  pin: "Pin it to the top of the community",
  unpin: "Take the pin out",
  lock: "Close it to further replies",
  unlock: "Open it to replies again",
  title: "Title",
  retitle: "Change the title",
  kind: "Kind",
  classify: "Change kind and topics",
  moveTo: "Move it to",
  move: "Move",

  // Below the replies.
  pages: "Pages of this thread",
  back: (page: number) => `Back to page ${number(page)}`,
  onward: (page: number) => `Continue on page ${number(page)}`,
  beFirst: "Be the first to answer",
  answerIt: "Answer it",
  closed: "This conversation is closed",
  closedWhy: "Nobody can reply any more but those who look after the community.",
  answerHere: "Write a reply",
  signInToAnswer: (signIn: Piece): Piece[] => ["If you have an account here, ", signIn, "."],
  signInWord: "sign in to reply",
  fromElsewhere:
    "From your own server: paste this address into its search, and reply to what it finds. Your answer then stands here too.",
  address: "the address of this thread",
  repliesFeed: "New replies as a feed",
  newReplies: (n: number) =>
    n > 100 ? "More than 100 new replies" : plural(n, { one: "1 new reply", other: `${number(n)} new replies` }),
};

export type ThreadWords = typeof thread;
