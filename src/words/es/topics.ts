/** Spanish for the topics of a community. */
import type { TopicsWords } from "../en/topics.ts";
import { formats } from "../formats.ts";

const f = formats("es");

export const topics: TopicsWords = {
  title: "Temas",
  titleOf: (name) => `Temas de ${name}`,
  lede: "De qué tratan aquí las conversaciones. Quienes cuidan la comunidad mantienen la lista lo bastante corta para orientarse en ella.",
  none: "Todavía no hay temas.",
  add: "Añadir un tema",
  name: "Nombre",
  addSubmit: "Añadir",
  rename: "Cambiar el nombre",
  remove: "Quitar",
  removeHint: "Las conversaciones se quedan.",
  keep: "Renombrar o quitar",
  threads: (n) => f.plural(n, { one: "1 conversación", other: `${f.number(n)} conversaciones` }),
  pageTitle: (topic, name) => `${topic} en ${name}`,
  empty: "Ninguna conversación tiene todavía este tema.",
  changed: "Hecho.",
};
