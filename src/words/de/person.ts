/** German for people's pages. */
import type { PersonWords } from "../en/person.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("de");

export const person: PersonWords = {
  description: (name, handle, host) => `Was ${name} (${handle}) auf ${host} geschrieben hat.`,
  hereSince: (day) => ["Hier seit ", day],
  from: (host) => ["Schreibt hier von ", host, " aus"],
  programFrom: (host) => ["Ein Programm, das von ", host, " aus hier schreibt"],
  ownPage: (host) => `Eigene Seite auf ${host}`,
  handle: "diese Adresse",

  about: "Zur Person",
  helpsWith: "Kann helfen bei",
  wantsToLearn: "Möchte lernen",
  languages: "Sprachen",
  localTime: "Ortszeit",
  timeIn: (clock, zone) => [clock, " (", zone, ")"],
  links: "Links",
  linksBack: "diese Seite verlinkt hierher zurück",
  communities: "Gemeinschaften",
  roles: { facilitator: "Moderation", steward: "Pflege", member: "Mitglied" },
  nothingYet: "Du hast noch nichts über dich gesagt. Was machst du, und wonach könnten dich andere fragen?",
  edit: "Dein Profil bearbeiten",

  follow: "Von anderswo folgen",
  followHow:
    "Suche dort, wo du zu Hause bist, auf Mastodon oder einem anderen Server des Fediverse, nach dieser Adresse:",
  feeds: "Oder lies als Feed mit:",

  written: "Hier geschrieben",
  writtenBefore: "Früher hier geschrieben",
  nothingWritten: (name) => [name, " hat hier noch nichts geschrieben."],
  nothingWrittenYou: "Du hast hier noch nichts geschrieben. Deine Gemeinschaften sind ein guter Ort, um anzufangen.",
  inCommunity: (name) => ["in ", name],
  started: "begonnen",
  replied: (n) => plural(n, { one: "geantwortet", other: `${number(n)}-mal geantwortet` }),
  startedAndReplied: (n) =>
    plural(n, { one: "begonnen und geantwortet", other: `begonnen und ${number(n)}-mal geantwortet` }),
  last: (day) => ["zuletzt ", day],
  contentWarning: (warning) => `Inhaltswarnung: ${warning}`,
  opening: "Der erste Beitrag",
  noWords: "Eine Antwort ohne Worte",
  pages: "Seiten mit Beiträgen",
  newest: "Von vorn, das Neueste zuerst",
  older: "Ältere Beiträge",

  block: "Blockieren",
  blockNamed: (name) => `${name} blockieren`,
  blockServer: (host) => `Alle von ${host} blockieren`,
  unblock: (name) => `${name} nicht mehr blockieren`,
  unblockServer: (host) => `${host} nicht mehr blockieren`,
  blocked: (name) => [
    "Du hast ",
    name,
    " blockiert. Du bekommst von dort keine Hinweise, und was diese Person schreibt, wird dir nicht gezeigt.",
  ],
  serverBlocked: (host) => [
    "Du hast ",
    host,
    " blockiert. Du bekommst von dort keine Hinweise, und was Leute von dort schreiben, wird dir nicht gezeigt.",
  ],
  notHearing: "Nichts mehr von dieser Person hören",
  blockHint:
    "Was diese Person schreibt, wird dir in Gesprächen nicht gezeigt, du bekommst keine Hinweise von ihr, und sie folgt dir nicht mehr.",
};
