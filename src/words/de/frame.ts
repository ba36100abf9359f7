/** German for the frame of every page. */
import type { FrameWords } from "../en/frame.ts";

export const frame: FrameWords = {
  skip: "Zum Text springen",
  thisServer: "Dieser Server",
  you: "Du",
  communities: "Gemeinschaften",
  about: "Über uns",
  search: "Suche",
  home: "Start",
  notifications: (unread) =>
    unread === 0
      ? "Hinweise"
      : unread >= 100
        ? "Hinweise, mehr als 99 neue"
        : unread === 1
          ? "Hinweise, 1 neuer"
          : `Hinweise, ${unread} neue`,
  settings: "Einstellungen",
  administer: "Verwaltung",
  signIn: "Anmelden",
  join: "Mitmachen",
  signOut: "Abmelden",
  colophon: (host, version) =>
    `${host} wird mit Commonplace ${version} geführt, einem Kollektaneenbuch für viele Hände.`,
  aboutServer: "Über diesen Server",
  feed: "Neue Gespräche als Feed",
  feedOf: (host) => `Neue Gespräche auf ${host}`,
  copy: "Kopieren",
  copied: "Kopiert",
  noCopy: "Bitte markieren und von Hand kopieren",
  problem: "Bitte noch einmal ansehen",
};
