/** German for the topics of a community. */
import type { TopicsWords } from "../en/topics.ts";
import { formats } from "../formats.ts";

const f = formats("de");

export const topics: TopicsWords = {
  title: "Themen",
  titleOf: (name) => `Themen von ${name}`,
  lede: "Worum es in den Gesprächen hier geht. Die Pflege hält die Liste so kurz, dass man sich darin zurechtfindet.",
  none: "Es gibt noch keine Themen.",
  add: "Ein Thema hinzufügen",
  name: "Name",
  addSubmit: "Hinzufügen",
  rename: "Umbenennen",
  remove: "Entfernen",
  removeHint: "Die Gespräche bleiben.",
  keep: "Umbenennen oder entfernen",
  threads: (n) => f.plural(n, { one: "1 Gespräch", other: `${f.number(n)} Gespräche` }),
  pageTitle: (topic, name) => `${topic} in ${name}`,
  empty: "Noch hat kein Gespräch dieses Thema.",
  changed: "Erledigt.",
};
