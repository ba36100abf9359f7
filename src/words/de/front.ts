/** German for the front page. */
import type { FrontWords } from "../en/front.ts";

export const front: FrontWords = {
  description:
    "Gemeinschaften von Menschen, die voneinander lernen, was sie tun. Folge ihnen von dort aus, wo du schon bist.",
  lede: "Gemeinschaften von Menschen, die voneinander lernen, was sie tun. Folge ihnen von Mastodon, Lemmy oder von dort aus, wo du schon bist.",
  communities: "Gemeinschaften",
  waiting: "Wartet auf das erste Gespräch",
  lastSpoken: (day) => ["Zuletzt gesprochen am ", day],
  newest: "Zuletzt begonnen",
  found: "Eine Gemeinschaft gründen",
  emptyTitle: "Das Regal ist leer",
  emptyMember:
    "Dieser Server läuft, und noch hat niemand darauf eine Gemeinschaft gegründet. Die erste kann deine sein.",
  emptyOperator:
    "Dieser Server läuft, und noch hat niemand darauf eine Gemeinschaft gegründet. Wenn es deiner ist, gründe die erste auf der Maschine, auf der er läuft, im Ordner des Programms:",
  emptyThen: (handle) => [
    "Dann steht die Gemeinschaft hier, und alle im Fediversum können ",
    handle,
    " von ihrem eigenen Server aus folgen.",
  ],
};
