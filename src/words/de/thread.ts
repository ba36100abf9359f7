/** German for a thread and what can be done in it. */
import type { ThreadWords } from "../en/thread.ts";
import { formats } from "../formats.ts";

const { number, plural, list } = formats("de");
const replies = (n: number) => plural(n, { one: "1 Antwort", other: `${number(n)} Antworten` });

export const thread: ThreadWords = {
  kinds: {
    discussion: "Gespräch",
    question: "Frage",
    story: "Geschichte",
    "how-to": "Anleitung",
    request: "Bitte um Erfahrungen",
    link: "Link",
    announcement: "Ankündigung",
    poll: "Umfrage",
  },

  nobodyYet: "noch keine Antwort",
  replies,
  moreReplies: (most) => `mehr als ${number(most)} Antworten`,
  last: (day) => ["zuletzt ", day],
  answered: "beantwortet",
  pinned: "angeheftet",
  locked: "für Antworten geschlossen",
  inCommunity: (community) => ["in ", community],
  contentWarning: (warning) => `Inhaltswarnung: ${warning}`,
  pictures: (n) => plural(n, { one: "Mit einem Bild.", other: `Mit ${number(n)} Bildern.` }),

  begunBy: (name, page, pages, beginning) => [
    "Begonnen von ",
    name,
    `. Das ist Seite ${number(page)} von ${number(pages)}: `,
    beginning,
    ".",
  ],
  readFromBeginning: "von Anfang an lesen",
  titleOfPage: (title, page) => `${title}, Seite ${number(page)}`,
  repliesTo: (title) => `Antworten auf „${title}“`,
  conversationIn: (community, name) => `Ein Gespräch in ${community}, begonnen von ${name}.`,
  nobodyYetTitle: "Noch keine Antwort",
  countTo: (count, title) => [count, " auf ", title],
  repliesFromTo: (first, last, all) => `Antworten ${number(first)} bis ${number(last)} von ${number(all)}`,
  link: (address) => ["Über ", address],
  topics: "Themen",
  order: "Reihenfolge",
  orders: { oldest: "wie es gesagt wurde", newest: "Neues zuerst", helpful: "Hilfreiches zuerst" },
  newSince: (n, most) =>
    n > most
      ? `Mehr als ${number(most)} Antworten sind neu seit deinem letzten Besuch`
      : plural(n, {
          one: "1 Antwort ist neu seit deinem letzten Besuch",
          other: `${number(n)} Antworten sind neu seit deinem letzten Besuch`,
        }),
  firstNew: "zur ersten",
  acceptedAnswers: (n) => plural(n, { one: "Die angenommene Antwort", other: "Die angenommenen Antworten" }),
  inItsPlace: "an ihrem Ort",

  post: (name) => `Beitrag von ${name}`,
  reply: (name) => `Antwort von ${name}`,
  openOn: (host, by) => ["Öffnen auf ", host, ": ", by],
  answers: (name) => ["antwortet ", name],
  answersEarlier: (name) => ["antwortet ", name, " auf einer früheren Seite"],
  somethingGone: "auf einen Beitrag, den es nicht mehr gibt",
  isNew: "neu",
  accepted: "angenommene Antwort",
  helpful: "hilfreich",
  helpfulCount: (n) => `hilfreich ${number(n)}`,
  notHelpful: "nicht hilfreich",
  workedFor: (n) => (n === 0 ? "hat bei mir auch geklappt" : `hat bei mir auch geklappt ${number(n)}`),
  workedCount: (n) => plural(n, { one: "hat bei 1 Person geklappt", other: `hat bei ${number(n)} Leuten geklappt` }),
  edited: (day) => ["geändert am ", day],
  taken: {
    removed: "Von der Person entfernt, die es schrieb.",
    gone: "Mit dem Konto entfernt, von dem es kam.",
    blocked: "Hier nicht gezeigt: Dieser Server spricht nicht mit dem, von dem es kam.",
    avoided: "Dir nicht gezeigt: Du hast die Person oder ihren Server blockiert.",
  },
  warning: "Inhaltswarnung:",
  noDescription: "Bild ohne Beschreibung",
  files: { image: "Bild", video: "Video", audio: "Aufnahme", other: "Datei" },
  fileOn: (what, host) => `${what} auf ${host}`,
  fileNamed: (what, name) => [`${what}: `, name],
  below: (n, names, others) =>
    `${replies(n)} darauf, von ${list(others === 0 ? names : [...names, plural(others, { one: "1 weiteren Person", other: `${number(others)} weiteren` })])}`,

  answer: "antworten",
  more: "mehr",
  react: "Reagieren",
  edit: "ändern",
  remove: "entfernen",
  history: "frühere Fassungen",
  accept: "als Antwort annehmen",
  unaccept: "nicht mehr die Antwort",
  said: (act) =>
    ({
      vote: "Deine Stimme zählt.",
      unvote: "Deine Stimme ist zurückgenommen.",
      react: "Deine Reaktion ist vermerkt.",
      worked: "Vermerkt, dass es bei dir geklappt hat.",
      unworked: "Nicht mehr vermerkt, dass es bei dir geklappt hat.",
    })[act] ?? "Erledigt.",
  failed: "Das kam nicht an. Versuche es gleich noch einmal.",

  follow: "Folgen",
  followHint: "von jeder Antwort erfahren",
  following: "Du erfährst von jeder Antwort.",
  unfollow: "Nicht mehr folgen",
  mute: "Stumm stellen",
  muted: "Du erfährst von keiner Antwort.",
  unmute: "Nicht mehr stumm",
  lookAfter: "Dieses Gespräch pflegen",
  pin: "Oben in der Gemeinschaft anheften",
  unpin: "Nicht mehr anheften",
  lock: "Für weitere Antworten schließen",
  unlock: "Wieder für Antworten öffnen",
  title: "Titel",
  retitle: "Titel ändern",
  kind: "Art",
  classify: "Art und Themen ändern",
  moveTo: "Verschieben nach",
  move: "Verschieben",

  pages: "Seiten dieses Gesprächs",
  back: (page) => `Zurück zu Seite ${number(page)}`,
  onward: (page) => `Weiter auf Seite ${number(page)}`,
  beFirst: "Antworte als Erste oder Erster",
  answerIt: "Antworten",
  closed: "Dieses Gespräch ist geschlossen",
  closedWhy: "Antworten kann nur noch, wer die Gemeinschaft moderiert.",
  answerHere: "Eine Antwort schreiben",
  signInToAnswer: (signIn) => ["Wenn du hier ein Konto hast, ", signIn, "."],
  signInWord: "melde dich an und antworte",
  fromElsewhere:
    "Von deinem eigenen Server aus: Gib diese Adresse dort in die Suche ein und antworte auf das, was sie findet. Deine Antwort steht dann auch hier.",
  address: "die Adresse dieses Gesprächs",
  repliesFeed: "Neue Antworten als Feed",
  newReplies: (n) =>
    n > 100
      ? "Mehr als 100 neue Antworten"
      : plural(n, { one: "1 neue Antwort", other: `${number(n)} neue Antworten` }),
};
