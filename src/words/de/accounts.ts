/** German for registering, invitations, approval, and what a server says about itself. */
import type { AccountsWords } from "../en/accounts.ts";
import { formats } from "../formats.ts";

const { plural } = formats("de");

export const accounts: AccountsWords = {
  join: (server) => `Bei ${server} mitmachen`,
  joinWhat:
    "Mitglieder beginnen Gespräche, antworten und halten fest, was gelernt wurde. Alles Öffentliche kannst du auch ohne Konto lesen.",
  closed: "Dieser Server nimmt zurzeit keine neuen Mitglieder auf.",
  byInvitation:
    "Neue Mitglieder kommen hier auf Einladung: Wer schon dabei ist, kennt vielleicht jemanden, der dir eine schicken kann.",
  otherWays:
    "Mitreden kannst du trotzdem: Mit einem Konto bei Mastodon, Lemmy, PieFed, Mbin, NodeBB oder einem ähnlichen Server folgst du einer Gemeinschaft von dort aus.",
  seeCommunities: "Die Gemeinschaften ansehen",
  haveAccount: (signIn) => ["Du hast schon ein Konto? ", signIn, "."],
  signInLink: "Melde dich an",
  username: "Kontoname",
  usernameHint: (host) =>
    `Kleinbuchstaben, Ziffern und _. Daraus wird deine Adresse, etwa @name@${host}; ändern lässt sie sich nicht.`,
  name: "Dein Name",
  nameHint: "So, wie man dich nennt. Du kannst ihn später ändern.",
  email: "Mailadresse",
  emailHint: "Nur für Mails dieses Servers an dich; sonst sieht sie niemand.",
  password: "Passwort",
  passwordHint: "Mindestens 10 Zeichen. Ein paar Wörter hintereinander lassen sich leicht merken.",
  question: "Damit wir wissen, wer du bist und was dich herführt",
  approvalHint: "Jemand aus der Verwaltung dieses Servers liest deine Anfrage und antwortet per Mail.",
  website: "Bitte leer lassen",
  ask: "Um Aufnahme bitten",
  register: "Mitmachen",
  usernameTaken: "Dieser Name ist vergeben oder sieht einem vergebenen zu ähnlich.",
  sentTitle: "Sieh in deine Mails",
  sent: "Eine Mail ist unterwegs an die Adresse, die du angegeben hast. Folge innerhalb von zwei Tagen dem Link darin.",
  sentApproval:
    "Danach liest jemand aus der Verwaltung deine Anfrage, und du bekommst eine Mail, sobald entschieden ist.",
  sentNothing:
    "Nach ein paar Minuten noch keine Mail? Sieh bei den unerwünschten nach, dann frag die Leute, die diesen Server betreiben.",
  confirmTitle: "Ist das deine Mailadresse?",
  confirmWhat: (email) => ["Bestätige, dass ", email, " dir gehört."],
  confirm: "Ja, sie gehört mir",
  confirmedTitle: "Danke",
  confirmedIn: "Deine Adresse ist bestätigt, und du bist dabei.",
  confirmedWaiting: "Deine Adresse ist bestätigt. Du bekommst eine Mail, sobald über deine Anfrage entschieden ist.",
  invitedBy: (who) => [who, " lädt dich ein."],
  invitedTo: (community) => `Bei ${community} mitmachen`,
  invitedAs: {
    member: "",
    steward: "Du hilfst dort bei der Pflege mit.",
    facilitator: "Du gehörst dort zur Moderation.",
  },
  invitedHere: (server) => `Du bist eingeladen, bei ${server} mitzumachen.`,
  acceptInvitation: (community) => `Bei ${community} mitmachen`,
  alreadyMember: (community) => `Du bist schon Mitglied von ${community}.`,
  alreadyHere: "Du hast hier schon ein Konto; mit dieser Einladung ist also nichts zu tun.",
  goToCommunity: (community) => `Zu ${community}`,
  invitationExpired: "Diese Einladung ist abgelaufen. Bitte um eine neue, wo du sie herhast.",
  invitationUsed: "Diese Einladung ist aufgebraucht. Bitte um eine neue, wo du sie herhast.",
  invitationRevoked: "Diese Einladung wurde zurückgenommen.",
  invitationUnknown: "Das ist keine Einladung dieses Servers; vielleicht wurde der Link nur zum Teil kopiert.",
  mail: {
    hello: (name) => `Hallo ${name},`,
    bye: (server, origin) => `${server}\n${origin}`,
    confirmSubject: (server) => `Bestätige deine Adresse für ${server}`,
    confirm: (username, server) =>
      `jemand, hoffentlich du, hat sich mit dieser Mailadresse als @${username} bei ${server} registriert. Wenn du das warst, bestätige die Adresse innerhalb von zwei Tagen:`,
    confirmNot: "Wenn du es nicht warst, brauchst du nichts zu tun: Ohne diesen Link wird nichts daraus.",
    confirmInvited: "Wenn du es nicht warst, sag den Leuten Bescheid, die diesen Server betreiben.",
    takenSubject: (server) => `Du hast bei ${server} schon ein Konto`,
    taken: (username, server) =>
      `jemand, vielleicht du, wollte sich mit dieser Mailadresse bei ${server} registrieren. Sie gehört schon zum Konto @${username}. Wenn du das warst, melde dich an oder wähle ein neues Passwort:`,
    takenNot:
      "Wenn du es nicht warst, brauchst du nichts zu tun: Es wurde nichts geändert, und niemand hat erfahren, dass du ein Konto hast.",
    approvedSubject: (server) => `Du bist dabei: willkommen bei ${server}`,
    approved: (username) => `deine Anfrage wurde gelesen, und du bist als @${username} dabei. Hier meldest du dich an:`,
    refusedSubject: (server) => `Deine Anfrage bei ${server}`,
    refused: (server) =>
      `deine Anfrage, bei ${server} mitzumachen, wurde gelesen und nicht angenommen. Was du dafür angegeben hast, ist gelöscht. Den Gemeinschaften dort kannst du von einem anderen Server des Fediverse aus folgen.`,
  },
  about: {
    title: (host) => `Über ${host}`,
    description: (host) => `${host} führt Praxisgemeinschaften, denen alle im Fediverse folgen können.`,
    lede: "In einem Kollektaneenbuch halten Menschen fest, was sie gelernt haben; auf einem gemeinsamen Platz treffen sie sich. Dieser Server ist beides.",
    what: "Was das ist",
    practice: (server) =>
      `${server} führt Praxisgemeinschaften: Menschen, denen dieselbe Arbeit am Herzen liegt und die besser darin werden, indem sie einander erzählen, wie sie es machen. Jede Gemeinschaft ist Teil des Fediverse. Ein Konto braucht hier niemand: Wer eines bei Mastodon, Lemmy, PieFed, Mbin, NodeBB, Friendica oder einem ähnlichen Server hat, kann von dort aus folgen, fragen und antworten.`,
    software: (version) =>
      `Er läuft mit Commonplace ${version}, freier Software unter der GNU Affero General Public License, Version 3.`,
    who: "Wer ihn betreibt",
    owners: (n, names) => [plural(n, { one: "Er gehört ", other: "Er gehört " }), names, "."],
    administrators: (names) => ["Um die Verwaltung kümmern sich außerdem: ", names, "."],
    nobody: "Er gehört noch niemandem.",
    joining: "Mitglied werden",
    registration: {
      closed: "Zurzeit werden keine neuen Mitglieder aufgenommen.",
      invitation: "Neue Mitglieder kommen auf Einladung.",
      approval: "Wer Mitglied werden will, fragt an; jemand aus der Verwaltung liest jede Anfrage.",
      open: "Alle können Mitglied werden.",
    },
    joinLink: "Mitmachen",
    reach: "Wie man ihn erreicht",
    noCommunities: "Hier gibt es noch keine Gemeinschaft.",
    handles:
      "Suche auf deinem eigenen Server nach einem dieser Namen und folge ihm. Ein öffentlicher Beitrag, der den Namen nennt, beginnt ein Gespräch.",
    privacy: "Datenschutz",
    cookies:
      "Wer zu Besuch ist, bekommt keine Cookies und wird nicht gezählt. Wer sich anmeldet, bekommt ein Cookie, das genau das festhält und beim Abmelden verschwindet. Kein Skript, keine Schrift und kein Stil kommt von anderswo. Bilder in Beiträgen kommen direkt vom Server der Person, die sie veröffentlicht hat; er kann also sehen, dass jemand sie lädt. Geladen werden sie erst, wenn du dorthin blätterst.",
    kept: "Was öffentlich hierher geschickt wird, wird aufgehoben, allen gezeigt und an die Server weitergegeben, die der Gemeinschaft folgen: Beiträge, Änderungen, Namen und wie viele etwas hilfreich fanden. Löscht jemand einen eigenen Beitrag, werden die Worte hier gelöscht und die anderen Server um dasselbe gebeten. Direkte Nachrichten und solche nur für Folgende werden nie gezeigt.",
    members:
      "Von Mitgliedern hebt der Server die Mailadresse auf, die sonst niemand sieht, und wann und von wo sie sich angemeldet haben, damit sie erkennen, ob sie es waren. Sie können alles, was ihnen gehört, mitnehmen und ihr Konto schließen.",
  },
};
