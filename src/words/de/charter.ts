/** German for a community's charter. */
import type { CharterWords } from "../en/charter.ts";
import { formats } from "../formats.ts";

const f = formats("de");

export const charter: CharterWords = {
  title: "Charta",
  titleOf: (name) => `Charta von ${name}`,
  description: (name) => `Wofür ${name} da ist und worauf sich die Leute dort geeinigt haben.`,
  parts: {
    purpose: "Wofür wir da sind",
    audience: "Für wen es ist",
    norms: "Wie wir miteinander umgehen",
    roles: "Wer was tut",
  },
  hints: {
    purpose: "Das Anliegen oder das Handwerk, das ihr teilt.",
    audience: "Für wen es ist, auch für Neue, und für wen nicht.",
    norms: "Was von allen erwartet wird und was geschieht, wenn es nicht eingehalten wird.",
    roles: "Was Moderation und Pflege tun und wie man dazukommt.",
  },
  markdown: "Markdown, in jedem Teil bis zu 20.000 Zeichen.",
  version: (n, day, by) => [`Fassung ${f.number(n)}, geschrieben am `, day, " von ", by, "."],
  reviewOn: (day) => ["Die Gemeinschaft sieht sie sich am ", day, " wieder an."],
  reviewDue: (day) => ["Sie sollte am ", day, " wieder angesehen werden. Es ist so weit."],
  none: "Es gibt noch keine Charta.",
  noneHint:
    "Eine Charta sagt in einfachen Worten, wofür die Gemeinschaft da ist, für wen sie ist und wie man miteinander umgeht.",
  write: "Die Charta schreiben",
  edit: "Die Charta bearbeiten",
  review: "Wieder ansehen am",
  reviewHint: "Ein Tag, etwa in einem Jahr. Chartas, die niemand ansieht, veralten.",
  save: "Als neue Fassung speichern",
  saved: "Die neue Fassung gilt, und andere Server erfahren es gerade.",
  meanwhile:
    "Jemand anders hat eine neuere Fassung geschrieben, während du an deiner warst. Sie steht neben dem, was du geschrieben hast: bring beides zusammen und speichere dann noch einmal.",
  newer: (n) => `Fassung ${f.number(n)}, wie sie gilt`,
  changes: "Was sich geändert hat",
  changesSince: (n) => `Seit Fassung ${f.number(n)}`,
  changedSince: (n) =>
    f.plural(n, {
      one: "Die Charta hat sich geändert, seit du dazugekommen bist oder sie zuletzt gelesen hast.",
      other: `Die Charta hat sich ${f.number(n)}-mal geändert, seit du dazugekommen bist oder sie zuletzt gelesen hast.`,
    }),
  seeChanges: "Ansehen, was sich geändert hat",
  haveRead: "Ich habe sie gelesen",
  noChange: "An den Worten hat sich nichts geändert.",
  added: "Dazugekommen:",
  removed: "Weggefallen:",
  unchanged: (n) => f.plural(n, { one: "Ein Absatz wie zuvor", other: `${f.number(n)} Absätze wie zuvor` }),
  tooLong:
    "Es hat sich zu viel geändert, um es Wort für Wort zu zeigen: der alte und der neue Text stehen nacheinander.",
  compare: (n) => `Mit Fassung ${f.number(n)} vergleichen`,
  back: "Zurück zur Charta",
};
