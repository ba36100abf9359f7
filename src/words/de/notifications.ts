/** German for notifications, for how they come by mail, and for the way around the settings. */
import type { NotificationsWords } from "../en/notifications.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("de");

export const notifications: NotificationsWords = {
  title: "Hinweise",
  description: "Was andere getan haben und dich angeht.",
  mention: (who, where) => [who, " hat dich erwähnt: ", where],
  replyToYou: (who, where) => [who, " hat dir geantwortet: ", where],
  reply: (who, where) => [who, " hat in einem Gespräch geantwortet, dem du folgst: ", where],
  answerAccepted: (who, where) => [who, " hat deine Antwort angenommen: ", where],
  poll: (where) => ["Die Umfrage ", where, ", in der du abgestimmt hast, ist zu Ende"],
  ownPoll: (where) => ["Deine Umfrage ", where, " ist zu Ende"],
  joinRequest: (who, where) => [who, " möchte Mitglied werden: ", where],
  invitation: (who, where) => [who, " lädt dich ein: ", where],
  welcome: (where) => ["Willkommen: ", where],
  accountRequest: (who, where) => [who, " bittet um ", where],
  account: "ein Konto hier",
  isNew: "neu",
  contentWarning: (warning) => `Inhaltswarnung: ${warning}`,
  pages: "Seiten mit Hinweisen",
  newest: "Die neuesten Hinweise",
  older: "Ältere Hinweise",
  markAll: (n) =>
    n >= 100
      ? "Alle als gelesen markieren"
      : plural(n, { one: "Als gelesen markieren", other: `Alle ${number(n)} als gelesen markieren` }),
  allRead: "Du hast alles gelesen.",
  none: "Noch hat dir niemand geantwortet und niemand dich erwähnt. Wenn es jemand tut, steht es hier.",
  noneDo: "Lesen, was es in deinen Gemeinschaften Neues gibt",
  byMail: "Hinweise per E-Mail",

  settings: "Einstellungen",
  settingsPages: {
    profile: "Profil",
    security: "Sicherheit",
    notifications: "Hinweise",
    appearance: "Aussehen",
    blocks: "Blockiert",
    export: "Meine Daten",
    close: "Konto schließen",
  },
  rhythm: "Wie oft",
  rhythmHint: "In jeder E-Mail steht ein Link, mit dem sie aufhören.",
  rhythms: { "at-once": "Sofort", daily: "Einmal am Tag", weekly: "Einmal in der Woche", never: "Nie" },
  rhythmHints: {
    "at-once": "Innerhalb einer Minute, nachdem dir jemand geantwortet oder dich erwähnt hat.",
    daily: "Morgens um sieben: was du noch nicht gelesen hast, und die neuen Gespräche in deinen Gemeinschaften.",
    weekly: "Dasselbe am Montag um sieben Uhr morgens.",
    never: "Was dich angeht, steht nur auf der Seite mit den Hinweisen.",
  },
  goesTo: (address) => ["E-Mails gehen an ", address, "."],
  timeZone: (zone) => ["Der Morgen ist der deiner Zeitzone, ", zone, "."],
  noAddress: "Zu deinem Konto gehört noch keine E-Mail-Adresse: Es kann nichts verschickt werden.",
  notConfirmed: (address) => [
    "Du hast die Adresse ",
    address,
    " noch nicht bestätigt: Bis dahin wird nichts verschickt.",
  ],
  sendConfirm: "Link zum Bestätigen schicken",
  confirmSent: "Der Link ist unterwegs; er gilt zwei Tage.",
  toSecurity: "Zu deiner E-Mail-Adresse",
  save: "Speichern",
  saved: "So wird es ab jetzt gemacht.",

  devices: "Sofort, auf deinen Geräten",
  devicesHint:
    "Ein Gerät kann sich sofort melden, auch wenn keine Seite offen ist: wer wo was getan hat, nicht, was gesagt wurde. Wenn du dich dort abmeldest, hört es auf.",
  noDevices: "Keins deiner Geräte meldet sich.",
  addDevice: "Dieses Gerät soll sich melden",
  thisDevice: "dieses Gerät",
  deviceSince: (day) => ["seit ", day],
  removeDevice: "Entfernen",
  deviceAdded: "Dieses Gerät meldet sich ab jetzt sofort.",
  deviceRemoved: "Dieses Gerät meldet sich nicht mehr.",
  deviceFailed:
    "Dein Browser hat es nicht erlaubt oder seinen Nachrichtendienst nicht erreicht: sieh in seinen Einstellungen für diese Seite nach.",

  unsubscribe: "Keine E-Mails mehr",
  unsubscribeWhat: (host) =>
    `Drück auf den Knopf, und ${host} schickt dir keine E-Mails mehr darüber, was es Neues gibt. E-Mails zu deinem Konto selbst, etwa wenn du ein neues Passwort anforderst, kommen weiterhin.`,
  unsubscribeDo: "Diese E-Mails beenden",
  unsubscribed: "Keine E-Mails mehr",
  unsubscribedWhat:
    "Ab jetzt bekommst du keine E-Mails mehr darüber, was es Neues gibt. Hinweise stehen weiterhin auf der Seite.",
  otherwise: "In deinen Einstellungen kannst du jederzeit einen anderen Rhythmus wählen.",
  toSettings: "Zu den Einstellungen",
  linkTooOld:
    "Dieser Link ist zu alt oder wurde nicht ganz kopiert. Nimm den aus deiner neuesten E-Mail, oder wähle in deinen Einstellungen.",
};
