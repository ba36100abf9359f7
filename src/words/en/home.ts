/** English for a member's home. */
type Piece = unknown;

export const home = {
  title: "Home",
  description: "What is new where you take part.",
  lede: (communities: Piece) => ["You take part in ", communities, "."],
  newHere: "New in your communities",
  newSince: (moment: string) =>
    `Conversations that others began in your communities since you last read here, on ${moment}; newest first.`,
  newLately: "Conversations that others began in your communities in the last two weeks; newest first.",
  nothingNew: (moment: string) =>
    `Nobody else has begun a conversation in your communities since you last read here, on ${moment}.`,
  nothingLately: "Nobody else has begun a conversation in your communities in the last two weeks.",
  moreNew: "There are more: open a community to see all of its conversations.",
  couldHelp: "Questions you could help with",
  couldHelpWhy: (things: Piece) => [
    "Nobody has answered these yet, and their title or topics have words of what you say you can help with: ",
    things,
    ".",
  ],
  noQuestions: (things: Piece) => [
    "No unanswered question in your communities has words of what you say you can help with: ",
    things,
    ".",
  ],
  changeHelp: "Change what you can help with",
  sayHelp: "Say what you can help with, and questions that nobody has answered yet stand here when they are about it.",
  sayHelpDo: "Say what you can help with",
  changed: "What has changed",
  changedWhy:
    "Charters written anew since you joined, and answers accepted in the last two weeks in conversations you wrote in.",
  charterChanged: (community: Piece) => ["The charter of ", community, " has changed since you joined"],
  answerAccepted: (title: Piece, author: Piece) => ["In ", title, ", the answer by ", author, " was accepted"],
  noCommunities: "You are not in any community yet. Join one, and what is said there stands here.",
  noCommunitiesDo: "Find a community to join",
};

export type HomeWords = typeof home;
