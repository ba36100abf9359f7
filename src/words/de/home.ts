/** German for a member's home. */
import type { HomeWords } from "../en/home.ts";

export const home: HomeWords = {
  title: "Start",
  description: "Was es dort Neues gibt, wo du mitmachst.",
  lede: (communities) => ["Du machst mit in ", communities, "."],
  newHere: "Neu in deinen Gemeinschaften",
  newSince: (moment) =>
    `Gespräche, die andere in deinen Gemeinschaften begonnen haben, seit du zuletzt hier gelesen hast (${moment}); die neuesten zuerst.`,
  newLately:
    "Gespräche, die andere in den letzten zwei Wochen in deinen Gemeinschaften begonnen haben; die neuesten zuerst.",
  nothingNew: (moment) =>
    `Seit du zuletzt hier gelesen hast (${moment}), hat in deinen Gemeinschaften niemand sonst ein Gespräch begonnen.`,
  nothingLately: "In den letzten zwei Wochen hat in deinen Gemeinschaften niemand sonst ein Gespräch begonnen.",
  moreNew: "Es gibt noch mehr: Öffne eine Gemeinschaft, um alle ihre Gespräche zu sehen.",
  couldHelp: "Fragen, bei denen du helfen könntest",
  couldHelpWhy: (things) => [
    "Auf diese Fragen hat noch niemand geantwortet, und in ihrem Titel oder ihren Themen stehen Wörter aus dem, wobei du helfen kannst: ",
    things,
    ".",
  ],
  noQuestions: (things) => [
    "In deinen Gemeinschaften gibt es keine unbeantwortete Frage mit Wörtern aus dem, wobei du helfen kannst: ",
    things,
    ".",
  ],
  changeHelp: "Ändern, wobei du helfen kannst",
  sayHelp: "Sag, wobei du helfen kannst: Dann stehen hier Fragen dazu, auf die noch niemand geantwortet hat.",
  sayHelpDo: "Sagen, wobei du helfen kannst",
  changed: "Was sich geändert hat",
  changedWhy:
    "Chartas, die neu gefasst wurden, seit du dabei bist, und Antworten, die in den letzten zwei Wochen in Gesprächen angenommen wurden, in denen du geschrieben hast.",
  charterChanged: (community) => ["Die Charta von ", community, " hat sich geändert, seit du dabei bist"],
  answerAccepted: (title, author) => ["In ", title, " wurde die Antwort von ", author, " angenommen"],
  noCommunities: "Du bist noch in keiner Gemeinschaft. Tritt einer bei, dann steht hier, was dort gesagt wird.",
  noCommunitiesDo: "Eine Gemeinschaft finden",
};
