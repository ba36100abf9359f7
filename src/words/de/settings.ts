/** German for a member's settings. */
import type { SettingsWords } from "../en/settings.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("de");

export const settings: SettingsWords = {
  save: "Speichern",
  saved: "Gespeichert.",

  profile: "Dein Profil",
  profileDescription: "Was andere hier über dich lesen.",
  profileLede: (page) => ["Alle können das auf ", page, " lesen. Lass leer, was du nicht sagen möchtest."],
  yourPage: "deiner Seite",
  name: "Name",
  nameHint: "Wie man dich nennt.",
  does: "Was du machst",
  doesHint: "Eine Zeile, die neben deinem Namen steht, etwa „Schweißt seit zwanzig Jahren Rohre“.",
  bio: "Über dich",
  bioHint: "Wie in einem Beitrag: *Betonung*, [Links](https://example.org), Listen.",
  bioShown: "So liest es sich:",
  helpsWith: "Wobei du helfen kannst",
  helpsWithHint: "Bis zu zwölf Dinge, durch Kommas getrennt. Fragen dazu finden dich.",
  wantsToLearn: "Was du lernen möchtest",
  wantsToLearnHint: "Bis zu zwölf Dinge, durch Kommas getrennt.",
  languages: "Sprachen, in denen du liest und schreibst",
  language: (n) => `Sprache ${n}`,
  noLanguage: "Keine",
  timeZone: "Zeitzone",
  timeZoneHint: "Zeiten werden darin angezeigt, und andere sehen, wie spät es bei dir ist.",
  noTimeZone: "Keine Angabe",
  links: "Links",
  linksHint:
    'Verlinkt eine Seite mit rel="me" zurück auf deine, dann steht das auf deiner Seite. Wir sehen innerhalb von Minuten nach, danach einmal in der Woche.',
  linkLabel: (n) => `Link ${n}: Bezeichnung`,
  linkUrl: (n) => `Link ${n}: Adresse`,
  linksBack: "verlinkt zurück",
  doesNotLinkBack: "verlinkt noch nicht zurück",
  aliases: "Du anderswo",
  aliasesHint:
    "Die IDs deiner Konten auf anderen Servern, eine je Zeile, etwa https://social.example/users/ana. Du brauchst das, um deine Follower hierher mitzunehmen.",

  picture: "Dein Bild",
  pictureHint:
    "JPEG, PNG, WebP, GIF oder AVIF, bis 16 MB; von einem, das nicht quadratisch ist, wird die Mitte gezeigt.",
  pictureChoose: "Eine Bilddatei",
  pictureNone: "Du hast kein Bild.",
  pictureSet: "Dieses Bild verwenden",
  pictureRemove: "Bild entfernen",
  pictureMissing: "Wähle zuerst eine Datei.",

  appearance: "Aussehen",
  appearanceDescription: "Wie diese Seiten für dich aussehen.",
  siteLanguage: "Sprache der Seiten",
  automatic: "Wie in deinem Browser",
  colours: "Hell oder dunkel",
  colourChoices: { auto: "Wie auf deinem Gerät eingestellt", light: "Hell", dark: "Dunkel" },

  blocks: "Blockierte Personen und Server",
  blocksDescription: "Von wem du nichts hörst.",
  blocksLede:
    "Was sie schreiben, wird dir in Gesprächen nicht gezeigt, du bekommst keine Hinweise von ihnen, und sie können dir nicht folgen. Sie erfahren davon nichts.",
  blockWhat: "Eine Person oder einen Server blockieren",
  blockHint: "Eine Adresse wie @name@social.example oder der Name eines Servers wie social.example.",
  block: "Blockieren",
  unblock: "Nicht mehr blockieren",
  unblockNamed: (name) => `${name} nicht mehr blockieren`,
  people: "Personen",
  servers: "Server",
  noneBlocked: "Du hast niemanden blockiert.",
  blockDone: "Blockiert.",
  unblockDone: "Nicht mehr blockiert.",
  unknownHandle: "Von dieser Adresse hat hier noch niemand gehört. Du kannst stattdessen den ganzen Server blockieren.",

  export: "Meine Daten",
  exportDescription: "Alles, was dieser Server über dich aufbewahrt, in einer Datei.",
  exportLede: "Du bekommst eine JSON-Datei, die Programme und Menschen lesen können. Darin stehen:",
  exportParts: [
    "dein Konto und dein Profil",
    "die Gemeinschaften, zu denen du gehörst, und was du beim Beitreten geantwortet hast",
    "alles, was du geschrieben hast: wie du es getippt hast, wie es angezeigt wird, wo und wann",
    "deine Stimmen",
    "deine Entwürfe",
    "wen du blockiert hast und welchen Gesprächen du folgst oder welche du stummgeschaltet hast",
    "wie du deine Hinweise bekommst und wo du angemeldet bist",
    "Links zu deinen Bildern",
  ],
  exportWithout: "Dein Passwort und andere Geheimnisse stehen nicht darin, und nichts, was anderen gehört.",
  exportGet: "Datei herunterladen",
  password: "Dein Passwort, damit wir wissen, dass du es bist",

  close: "Konto schließen",
  closeDescription: "Diesen Server für immer verlassen.",
  closeLede: "Das lässt sich nicht rückgängig machen. Wenn du dein Konto schließt:",
  closeParts: [
    "kann sich niemand mehr damit anmelden, und alle deine Sitzungen enden",
    "werden dein Profil, dein Bild, deine Mailadresse, deine Entwürfe und deine Einstellungen sofort gelöscht",
    "verlässt du alle Gemeinschaften, und niemand folgt dir mehr",
    "werden andere Server gebeten zu löschen, was sie von dir haben; zwingen können wir sie nicht",
    "bekommt niemand sonst hier je deinen Namen",
  ],
  closePosts: (n) =>
    n === 0
      ? "Du hast nichts geschrieben, was entfernt werden müsste."
      : plural(n, {
          one: "Der eine Beitrag, den du geschrieben hast, wird entfernt; was andere geantwortet haben, bleibt.",
          other: `Alle ${number(n)} Beiträge, die du geschrieben hast, werden entfernt, was einige Minuten dauern kann; was andere geantwortet haben, bleibt, außer in Gesprächen, die du begonnen hast.`,
        }),
  closeExport: (link) => ["Wenn du behalten möchtest, was du geschrieben hast, ", link, "."],
  closeExportLink: "lade zuerst deine Daten herunter",
  closeLastOwner: "Nur du bist für diesen Server verantwortlich. Gib diese Rolle auch jemand anderem, bevor du gehst.",
  closeFacilitator:
    "In diesen Gemeinschaften liegt die Moderation allein bei dir. Gib sie in jeder auch jemand anderem, bevor du gehst:",
  closeName: (name) => `Tippe deinen Namen, ${name}, um zu sagen, dass es dir ernst ist`,
  closeDo: "Mein Konto für immer schließen",
  closed: "Dein Konto ist geschlossen",
  closedLede:
    "Niemand kann sich mehr damit anmelden. Was du geschrieben hast, wird gerade entfernt. Danke, dass du hier warst.",
};
