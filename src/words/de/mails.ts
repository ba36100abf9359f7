/** German for mails about what is new. Names and titles come as plain text. */
import type { MailsWords } from "../en/mails.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("de");

export const mails: MailsWords = {
  notices: (n) => plural(n, { one: "ein Hinweis", other: `${number(n)} Hinweise` }),
  conversations: (n) => plural(n, { one: "ein neues Gespräch", other: `${number(n)} neue Gespräche` }),
  both: (notices, conversations) => `${notices} und ${conversations}`,
  subject: (host, what) => `${host}: ${what}`,
  hello: (name) => `Hallo ${name},`,
  sinceThen: "das hast du noch nicht gelesen:",
  conversationsToo: "Neue Gespräche in deinen Gemeinschaften:",
  mention: (who, title) => `${who} hat dich in „${title}“ erwähnt`,
  replyToYou: (who, title) => `${who} hat dir in „${title}“ geantwortet`,
  reply: (who, title) => `${who} hat in „${title}“ geantwortet, dem du folgst`,
  answerAccepted: (who, title) => `${who} hat deine Antwort in „${title}“ angenommen`,
  poll: (title) => `Die Umfrage „${title}“, in der du abgestimmt hast, ist zu Ende`,
  ownPoll: (title) => `Deine Umfrage „${title}“ ist zu Ende`,
  joinRequest: (who, community) => `${who} möchte Mitglied von ${community} werden`,
  invitation: (who, community) => `${who} lädt dich in „${community}“ ein`,
  welcome: (community) => `Willkommen in ${community}`,
  accountRequest: (who) => `${who} bittet um ein Konto`,
  thread: (title, community) => `${title} (${community})`,
  more: (n) => plural(n, { one: "Und noch einer:", other: `Und ${number(n)} weitere:` }),
  rhythms: {
    "at-once": (host) => `Du bekommst eine E-Mail von ${host}, sobald dich etwas angeht.`,
    daily: (host) => `Du bekommst morgens eine E-Mail von ${host}, wenn es etwas Neues gibt.`,
    weekly: (host) => `Du bekommst montags eine E-Mail von ${host}, wenn es etwas Neues gibt.`,
  },
  otherRhythm: "Ein anderer Rhythmus:",
  noMore: "Keine solchen E-Mails mehr:",
  registrationClosed: {
    subject: (host) => `${host} nimmt neue Leute nur noch auf Anfrage auf`,
    why: (host, days) =>
      `Bei ${host} konnten sich alle ein Konto anlegen, und aus der Verwaltung war ${plural(days, { one: "einen Tag", other: `${number(days)} Tage` })} lang niemand da. Damit sich der Server inzwischen nicht mit Fremden füllt, wartet nun, wer ein Konto anlegt, bis jemand von euch zustimmt.`,
    way: "Hier siehst du, wer anfragt, und kannst den Server wieder für alle öffnen, wenn du zurück bist:",
  },
  listName: (host) => `Neues auf ${host}`,
};
