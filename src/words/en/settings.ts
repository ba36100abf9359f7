/** English for a member's settings. */
import { formats } from "../formats.ts";

type Piece = unknown;
const { plural, number } = formats("en");

export const settings = {
  save: "Save",
  saved: "Saved.",

  // Profile
  profile: "Your profile",
  profileDescription: "What others read about you here.",
  profileLede: (page: Piece): Piece[] => [
    "Everybody can read this on ",
    page,
    ". Leave empty what you do not want to say.",
  ],
  yourPage: "your page",
  name: "Name",
  nameHint: "What people call you.",
  does: "What you do",
  doesHint: "One line that stands beside your name, such as “Pipe welder for twenty years”.",
  bio: "About you",
  bioHint: "As in a post: *emphasis*, [links](https://example.org), lists.",
  bioShown: "This is how it reads:",
  helpsWith: "What you can help with",
  helpsWithHint: "Up to twelve things, separated by commas. Questions about them find you.",
  wantsToLearn: "What you want to learn",
  wantsToLearnHint: "Up to twelve things, separated by commas.",
  languages: "Languages that you read and write",
  language: (n: number) => `Language ${n}`,
  noLanguage: "None",
  timeZone: "Time zone",
  timeZoneHint: "Dates are shown in it, and others see what time it is where you are.",
  noTimeZone: "Not said",
  links: "Links",
  linksHint:
    'Where a page links back to yours with rel="me", your page says so. We look within minutes, and then once a week.',
  linkLabel: (n: number) => `Link ${n}, its name`,
  linkUrl: (n: number) => `Link ${n}, its address`,
  linksBack: "links back",
  doesNotLinkBack: "does not link back yet",
  aliases: "You elsewhere",
  aliasesHint:
    "The ids of your accounts on other servers, one a line, such as https://social.example/users/ana. You need this to move your followers here.",

  picture: "Your picture",
  pictureHint: "JPEG, PNG, WebP, GIF or AVIF, up to 16 MB; of one that is not square, the middle is shown.",
  pictureChoose: "A picture file",
  pictureNone: "You have no picture.",
  pictureSet: "Use this picture",
  pictureRemove: "Remove the picture",
  pictureMissing: "Choose a file first.",

  // Appearance
  appearance: "Appearance",
  appearanceDescription: "How this site looks to you.",
  siteLanguage: "Language of the site",
  automatic: "As in your browser",
  colours: "Light or dark",
  colourChoices: { auto: "As your device has it", light: "Light", dark: "Dark" },

  // Blocks
  blocks: "Blocked people and servers",
  blocksDescription: "Whom you do not hear from.",
  blocksLede:
    "Their words are not shown to you in conversations, you get no notices of what they do, and they cannot follow you. They are not told.",
  blockWhat: "Block a person or a server",
  blockHint: "A handle such as @name@social.example, or the name of a server such as social.example.",
  block: "Block",
  unblock: "Unblock",
  unblockNamed: (name: string) => `Unblock ${name}`,
  people: "People",
  servers: "Servers",
  noneBlocked: "You have blocked nobody.",
  blockDone: "They are blocked.",
  unblockDone: "They are not blocked any more.",
  unknownHandle: "Nobody here has heard of this handle. You can block their whole server instead.",

  // Export
  export: "My data",
  exportDescription: "All that this server keeps of you, in one file.",
  exportLede: "You get one JSON file, which programs and people can read. In it:",
  exportParts: [
    "your account and your profile",
    "the communities that you belong to, and what you answered when you joined",
    "everything you wrote: as you typed it, as it is shown, where and when",
    "your votes",
    "your drafts",
    "whom you have blocked, and which conversations you follow or mute",
    "how you get your notices, and where you are signed in",
    "links to your pictures",
  ],
  exportWithout: "Your password and other secrets are not in it, and nothing that belongs to others.",
  exportGet: "Get the file",
  password: "Your password, so that we know it is you",

  // Closing
  close: "Close your account",
  closeDescription: "Leave this server for good.",
  closeLede: "This cannot be taken back. When you close your account:",
  closeParts: [
    "nobody can sign in to it any more, and all your sessions end",
    "your profile, your picture, your mail address, your drafts and your settings are deleted at once",
    "you leave all communities, and nobody follows you any more",
    "other servers are asked to delete what they have of you; we cannot make them",
    "nobody else ever gets your name here",
  ],
  closePosts: (n: number) =>
    n === 0
      ? "You have not written anything that would have to be removed."
      : plural(n, {
          one: "The one post you wrote is removed; what others answered stays.",
          other: `All ${number(n)} posts that you wrote are removed, which may take some minutes; what others answered stays, except in conversations that you began.`,
        }),
  closeExport: (link: Piece): Piece[] => ["If you want to keep what you wrote, ", link, " first."],
  closeExportLink: "get your data",
  closeLastOwner: "You are the only owner of this server. Name another one before you go.",
  closeFacilitator: "You are the only facilitator of these communities. Name another one in each before you go:",
  closeName: (name: string) => `Type your name, ${name}, to say that you mean it`,
  closeDo: "Close my account for good",
  closed: "Your account is closed",
  closedLede: "Nobody can sign in to it any more. What you wrote is being removed. Thank you for having been here.",
};

export type SettingsWords = typeof settings;
