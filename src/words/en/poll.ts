/** English for polls. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { number, plural } = formats("en");

export const poll = {
  // In the composer.
  title: "Question",
  titleHint: "What everybody is asked, in one line.",
  options: "Options",
  optionsHint: "One a line: 2 to 10, each of at most 100 characters.",
  several: "Several options may be chosen",
  openFor: "Open for",
  days: { 1: "1 day", 3: "3 days", 7: "1 week", 14: "2 weeks" },
  fixedLater: "Options, choice and end cannot be changed once it is published.",
  about: "What there is to say about it (may be left empty)",
  fixed: "The options of a poll, how many may be chosen, and its end stay as they are; your words can be changed.",

  // Under the words that open the conversation.
  poll: "Poll",
  chooseOne: "Choose one",
  chooseSeveral: "Choose one or several",
  vote: "Vote",
  final: "A vote is final.",
  nobodySees: "Nobody is shown who voted for what.",
  countedBy: (host: Piece): Piece[] => ["Your vote goes to ", host, ", where this poll began and is counted."],
  signInToVote: (signIn: Piece): Piece[] => ["To vote, ", signIn, ", or vote from your own server in the fediverse."],
  signInWord: "sign in",
  showCount: "Show the result so far",
  youChose: (options: Piece[]): Piece[] => ["You voted for: ", ...options, "."],
  onItsWay: (host: Piece): Piece[] => ["Your vote is on its way: ", host, " counts it, and the result here follows."],
  count: "Result",
  option: "Option",
  votes: "Votes",
  yours: "your vote",
  votesAndShare: (n: number, share: number) =>
    `${plural(n, { one: "1 vote", other: `${number(n)} votes` })}, ${number(share)} %`,
  openUntil: (at: string) => `Open until ${at}`,
  closedOn: (at: string) => `Closed on ${at}`,
  noEnd: "Open, without an end",
  peopleVotedSoFar: (n: number) =>
    n === 0
      ? "nobody has voted yet"
      : plural(n, { one: "1 person has voted", other: `${number(n)} people have voted` }),
  peopleVoted: (n: number) =>
    n === 0 ? "nobody voted" : plural(n, { one: "1 person voted", other: `${number(n)} people voted` }),
};

export type PollWords = typeof poll;
