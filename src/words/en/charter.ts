/** English for a community's charter. */
import { formats } from "../formats.ts";

type Piece = unknown;
const f = formats("en");

export const charter = {
  title: "Charter",
  titleOf: (name: string) => `Charter of ${name}`,
  description: (name: string) => `What ${name} is for, and how its people agreed to deal with each other.`,
  parts: {
    purpose: "What we are here for",
    audience: "Who it is for",
    norms: "How we deal with each other",
    roles: "Who does what",
  },
  hints: {
    purpose: "The concern or the craft that people here share.",
    audience: "Whom it is for, newcomers included, and whom it is not for.",
    norms: "What is asked of everybody, and what happens when it is not kept.",
    roles: "What facilitators and stewards do, and how somebody becomes one.",
  },
  markdown: "Markdown, up to 20,000 characters in each part.",
  version: (n: number, day: Piece, by: Piece): Piece[] => [`Version ${f.number(n)}, written on `, day, " by ", by, "."],
  reviewOn: (day: Piece): Piece[] => ["The community looks at it again on ", day, "."],
  reviewDue: (day: Piece): Piece[] => ["It was to be looked at again on ", day, ". It is time."],
  none: "There is no charter yet.",
  noneHint:
    "A charter says in plain words what the community is for, whom it is for, and how people deal with each other.",
  write: "Write the charter",
  edit: "Edit the charter",
  review: "Look at it again on",
  reviewHint: "A day, a year from now for instance. Charters that nobody looks at grow stale.",
  save: "Save as a new version",
  saved: "The new version is in force, and other servers are being told.",
  meanwhile:
    "Somebody else wrote a newer version while you wrote yours. It stands beside what you typed: bring both together, then save again.",
  newer: (n: number) => `Version ${f.number(n)}, as it is in force`,
  changes: "What changed",
  changesSince: (n: number) => `Since version ${f.number(n)}`,
  changedSince: (n: number) =>
    f.plural(n, {
      one: "The charter has changed since you joined or last read it.",
      other: `The charter has changed ${f.number(n)} times since you joined or last read it.`,
    }),
  seeChanges: "See what changed",
  haveRead: "I have read it",
  noChange: "Nothing changed in the words.",
  added: "Added:",
  removed: "Removed:",
  unchanged: (n: number) =>
    f.plural(n, { one: "One paragraph as before", other: `${f.number(n)} paragraphs as before` }),
  tooLong: "Too much changed to be shown word by word: the old and the new text stand one after the other.",
  compare: (n: number) => `Compare with version ${f.number(n)}`,
  back: "Back to the charter",
};

export type CharterWords = typeof charter;
