/** English for signing in and keeping an account safe. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { plural, number } = formats("en");

export const signIn = {
  // Signing in
  title: "Sign in",
  lede: (host: string) => `Come in to ${host}.`,
  nameOrMail: "Name or mail address",
  password: "Password",
  submit: "Sign in",
  forgot: "I cannot remember my password",
  noAccount: (link: Piece): Piece[] => ["No account here yet? ", link],
  askToJoin: "Ask to join",
  byPasskey: "Sign in with a passkey",
  passkeyFailed: "The passkey was not shown. You can try again.",
  passkeyUnable: "Passkeys need script, and a browser that knows them.",
  codeTitle: "One step more",
  codeLede: "Type the code that your app shows now, or one of your recovery codes.",
  code: "Code",
  codeSubmit: "Go on",
  startOver: "Sign in as somebody else",
  tooLate: "That took too long. Sign in again.",

  // A forgotten password
  forgotTitle: "Set a new password",
  forgotLede: "Type the mail address of your account, and a link to set a new password is sent to it.",
  email: "Mail address",
  emailHint: "For a link when you forget your password.",
  send: "Send the link",
  forgotDone: "If an account here has confirmed this address, a link is on its way to it. It works for one hour.",
  noMail: "No mail comes? The people who run this server can give you a link, too.",
  backToSignIn: "Back to signing in",
  resetTitle: "A new password",
  resetLede: (name: Piece): Piece[] => [
    "For ",
    name,
    ". Every session of this account ends, and you sign in with the new password.",
  ],
  newPassword: "New password",
  newPasswordHint: "At least 10 characters. A few words that nobody else would put together make a good one.",
  savePassword: "Save the password",
  resetDone: "Your password is set. Sign in with it.",
  mailSubject: (host: string) => `A new password for ${host}`,
  mailText: (name: string, host: string, link: string) =>
    `Hello ${name},\n\nsomebody, probably you, asked for a new password on ${host}. Set it here within the hour:\n\n${link}\n\nIf it was not you, do nothing: your password stays as it is.\n`,

  // The first owner
  setupTitle: "Set up this server",
  setupLede: (host: string) => `${host} runs, and nobody looks after it yet. The account you make here owns it.`,
  username: "Name",
  usernameHint: (host: string) =>
    `Small letters a to z, digits and _. You are then @name@${host}, and this cannot be changed.`,
  displayName: "What people call you",
  setupSubmit: "Make my account",
  setupFront:
    "As long as nobody owns this server, the program prints a link when it starts, by which its owner makes an account.",

  // The page about safety
  securityTitle: "Safety of your account",
  settings: "Settings",
  toSecurity: "To the safety of your account",
  showFirst:
    "You have a second factor, and have not shown it in this session. Until you do, some things are closed to you.",
  showIt: "Show it now",
  needed: "You look after this server: for that you need a second factor. Set up codes of an app, or a passkey.",
  passwordSet: "You have a password.",
  passwordNone: "You have no password, and sign in by passkey.",
  changePassword: "Change the password",
  setPassword: "Set a password",
  secondFactor: "Codes of an app",
  totpOn: "At signing in you are asked for a code of your app.",
  totpOff: "With them, a password alone does not open your account.",
  totpSetUp: "Set up codes of an app",
  totpTurnOff: "Turn them off",
  codes: "Recovery codes",
  codesLeft: (n: number) =>
    plural(n, { one: "One recovery code is left.", other: `${number(n)} recovery codes are left.` }),
  codesNone: "You have none. One of them stands in for your app or passkey when that is lost.",
  codesAnew: "Make new ones",
  passkeys: "Passkeys",
  passkeysNone:
    "A passkey is kept by your phone, computer or security key, and unlocked by your finger, face or PIN. It replaces password and code.",
  passkeyAdd: "Add a passkey",
  passkeyMade: (day: string) => `Made on ${day}`,
  passkeyUsed: (day: string) => `last used on ${day}`,
  passkeyNever: "not used yet",
  passkeyName: "Name of this passkey",
  rename: "Rename",
  remove: "Remove",
  removeNamed: (name: string) => `Remove ${name}`,
  sessions: "Sessions",
  sessionsLede: "Where you are signed in.",
  thisSession: "This one",
  since: (moment: string) => `since ${moment}`,
  lastUsed: (moment: string) => `last used ${moment}`,
  end: "End",
  endNamed: (browser: string, address: string) => `End the session of ${browser} from ${address}`,
  endOthers: "End all others",
  attempts: "Who tried to sign in",
  attemptsNone: "Nobody lately.",
  attemptsLede: "If you do not know one that worked, change your password.",
  outcomes: {
    "signed-in": "Signed in",
    wrong: "Wrong password",
    "second-factor-wrong": "Right password, but no right code",
    limited: "Turned away: too many tries",
  },
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  unknownBrowser: "An unknown browser",

  // The mail address
  address: "Mail address",
  addressNone: "You have none: no mail comes, not even a link when you forget your password.",
  addressConfirmed: (email: Piece): Piece[] => [email, " is yours, as you have confirmed."],
  addressWaits: (email: Piece): Piece[] => ["You have not confirmed ", email, " yet: until then no mail goes there."],
  addressAdd: "Add a mail address",
  addressChange: "Change the mail address",
  addressRemove: "Remove the mail address",
  addressNew: "New mail address",
  addressLede: "A mail with a link goes there. It becomes the address of your account once you follow that link.",
  addressRemoveLede: "From then on no mail comes, not even a link when you forget your password.",
  addressIsYours: "This is the mail address of your account from now on.",
  addressMail: {
    subject: (host: string) => `Confirm your new address for ${host}`,
    hello: (name: string) => `Hello ${name},`,
    ask: (name: string, host: string) =>
      `somebody, we hope you, wants this to be the mail address of the account @${name} on ${host}. If it was you, confirm it within two days:`,
    notYou: "If it was not you, do nothing: without that link nothing comes of it.",
  },
  /** Mails that say what was done about an account's safety. */
  notices: {
    subject: (host: string) => `The safety of your account on ${host}`,
    what: {
      password: (name: string) => `your account @${name} has a new password.`,
      "totp-on": (name: string) => `from now on your account @${name} asks for a code of an app at signing in.`,
      "totp-off": (name: string) => `your account @${name} asks for no code of an app any more.`,
      "passkey-added": (name: string) => `your account @${name} has got a new passkey.`,
      "passkey-removed": (name: string) => `a passkey of your account @${name} was removed.`,
      codes: (name: string) => `your account @${name} has got new recovery codes; the old ones work no more.`,
      "second-factor-dropped": (name: string) =>
        `the people who run this server have removed the second factor and all passkeys of your account @${name}.`,
      "address-asked": (name: string) =>
        `somebody asked for another mail address for your account @${name}. Nothing has changed yet: first the link in a mail to the new address must be followed.`,
      "address-changed": (name: string) =>
        `your account @${name} has another mail address now. Nothing more comes to this one.`,
      "address-removed": (name: string) =>
        `your account @${name} has no mail address any more. Nothing more comes to this one.`,
    },
    when: (moment: string, zone: string, browser: string) => `When: ${moment} (${zone})\nFrom where: ${browser}`,
    atTheMachine: "The machine that this server runs on",
    fine: "If it was you, there is nothing to do.",
    notYou:
      "If it was not you, set a new password at once: all sessions end by it, and links that somebody else asked for work no more.",
    notYouAndNoMail:
      "If it was not you, somebody else is in your account. Tell the people who run this server at once:",
  },

  // What is done there
  passwordNow: "Your password now",
  passwordAgain: "Your password, so that we know it is you",
  changeLede: "All your other sessions end.",
  totpTitle: "Codes of an app",
  totpBegin: "Any app for one-time codes will do, on your phone or in your password manager.",
  begin: "Begin",
  totpScan: "Scan this with your app, or type the key into it. Then type the code that it shows.",
  totpPicture: "Code to scan with your app",
  totpKey: "Key",
  totpConfirm: "Turn on",
  totpOffTitle: "Turn off codes of an app",
  totpOffLede: "From then on your password is enough to sign in.",
  codesTitle: "Your recovery codes",
  codesLede:
    "Each of them works once instead of a code or passkey, should you lose it. They are shown only now: print them, or keep them in your password manager.",
  codesKept: "I have kept them",
  codesAnewLede: "The ones that you have work no more.",
  passkeyTitle: "Add a passkey",
  passkeyAddLede: "Give it a name by which you know it again, such as the device that keeps it.",
  passkeyNameNew: "Name",
  passkeyDefault: "Passkey",
  passkeyCreate: "Make the passkey",
  passkeyRemoveTitle: "Remove a passkey",
  passkeyRemoveLede: (name: Piece): Piece[] => [
    "Nobody can sign in with ",
    name,
    " any more. It also stays in the device that keeps it until you delete it there.",
  ],
  showTitle: "Show your second factor",
  showLede: "What you are about to do needs it.",
  showPasskey: "Use a passkey",
  goOn: "Go on",
  done: {
    password: "Your password is changed, and all other sessions have ended.",
    totp: "No code is asked for any more.",
    kept: "Your second factor is set up.",
    passkey: "The passkey is there.",
    renamed: "The passkey has its new name.",
    removed: "The passkey is removed.",
    session: "The session has ended.",
    sessions: "All other sessions have ended.",
    shown: "Your second factor was shown.",
    address: "We have written to it. Follow the link in that mail within two days; until then nothing changes.",
    "no-address": "Your account has no mail address any more.",
  },
};

export type SignInWords = typeof signIn;
