/** German for polls. */
import type { PollWords } from "../en/poll.ts";
import { formats } from "../formats.ts";

const { number, plural } = formats("de");

export const poll: PollWords = {
  title: "Frage",
  titleHint: "Was alle gefragt werden, in einer Zeile.",
  options: "Antworten zur Wahl",
  optionsHint: "Eine pro Zeile: 2 bis 10, jede höchstens 100 Zeichen lang.",
  several: "Man darf mehrere wählen",
  openFor: "Offen für",
  days: { 1: "1 Tag", 3: "3 Tage", 7: "1 Woche", 14: "2 Wochen" },
  fixedLater: "Antworten, Wahl und Ende lassen sich nicht mehr ändern, sobald die Umfrage veröffentlicht ist.",
  about: "Was es dazu zu sagen gibt (darf leer bleiben)",
  fixed:
    "Die Antworten einer Umfrage, wie viele man wählen darf und ihr Ende bleiben, wie sie sind; deinen Text kannst du ändern.",

  poll: "Umfrage",
  chooseOne: "Wähle eine Antwort",
  chooseSeveral: "Wähle eine oder mehrere Antworten",
  vote: "Abstimmen",
  final: "Eine Stimme lässt sich nicht mehr ändern.",
  nobodySees: "Niemand bekommt gezeigt, wer wofür gestimmt hat.",
  countedBy: (host) => ["Deine Stimme geht an ", host, ", wo diese Umfrage begonnen hat und gezählt wird."],
  signInToVote: (signIn) => [
    "Um abzustimmen, ",
    signIn,
    ", oder stimme von deinem eigenen Server im Fediverse aus ab.",
  ],
  signInWord: "melde dich an",
  showCount: "Zwischenstand zeigen",
  youChose: (options) => ["Du hast gestimmt für: ", ...options, "."],
  onItsWay: (host) => ["Deine Stimme ist unterwegs: ", host, " zählt sie, und das Ergebnis hier folgt."],
  count: "Ergebnis",
  option: "Antwort",
  votes: "Stimmen",
  yours: "deine Stimme",
  votesAndShare: (n, share) => `${plural(n, { one: "1 Stimme", other: `${number(n)} Stimmen` })}, ${number(share)} %`,
  openUntil: (at) => `Offen bis ${at}`,
  closedOn: (at) => `Beendet am ${at}`,
  noEnd: "Offen, ohne Ende",
  peopleVotedSoFar: (n) =>
    n === 0
      ? "noch hat niemand abgestimmt"
      : plural(n, { one: "bisher hat 1 Person abgestimmt", other: `bisher haben ${number(n)} Personen abgestimmt` }),
  peopleVoted: (n) =>
    n === 0
      ? "niemand hat abgestimmt"
      : plural(n, { one: "1 Person hat abgestimmt", other: `${number(n)} Personen haben abgestimmt` }),
};
