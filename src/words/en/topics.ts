/** English for the topics of a community. */
import { formats } from "../formats.ts";

const f = formats("en");

export const topics = {
  title: "Topics",
  titleOf: (name: string) => `Topics of ${name}`,
  lede: "What conversations here are about. Stewards keep the list short enough to find one’s way in.",
  none: "There are no topics yet.",
  add: "Add a topic",
  name: "Name",
  addSubmit: "Add",
  rename: "Rename",
  remove: "Remove",
  removeHint: "The conversations stay.",
  keep: "Rename or remove",
  threads: (n: number) => f.plural(n, { one: "1 conversation", other: `${f.number(n)} conversations` }),
  pageTitle: (topic: string, name: string) => `${topic} in ${name}`,
  empty: "No conversation has this topic yet.",
  changed: "Done.",
};

export type TopicsWords = typeof topics;
