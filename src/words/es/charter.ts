/** Spanish for a community's charter. */
import type { CharterWords } from "../en/charter.ts";
import { formats } from "../formats.ts";

const f = formats("es");

export const charter: CharterWords = {
  title: "Carta",
  titleOf: (name) => `Carta de ${name}`,
  description: (name) => `Para qué existe ${name} y qué ha acordado su gente.`,
  parts: {
    purpose: "Para qué estamos",
    audience: "Para quién es",
    norms: "Cómo nos tratamos",
    roles: "Quién hace qué",
  },
  hints: {
    purpose: "La preocupación o el oficio que compartís.",
    audience: "Para quién es, también quien acaba de llegar, y para quién no.",
    norms: "Qué se pide a todo el mundo y qué pasa cuando no se cumple.",
    roles: "Qué hacen quienes facilitan y quienes cuidan, y cómo se llega a serlo.",
  },
  markdown: "Markdown, hasta 20.000 caracteres en cada parte.",
  version: (n, day, by) => [`Versión ${f.number(n)}, escrita el `, day, " por ", by, "."],
  reviewOn: (day) => ["La comunidad la revisará el ", day, "."],
  reviewDue: (day) => ["Había que revisarla el ", day, ". Ya es hora."],
  none: "Todavía no hay carta.",
  noneHint:
    "Una carta dice con palabras sencillas para qué existe la comunidad, para quién es y cómo se trata la gente.",
  write: "Escribir la carta",
  edit: "Editar la carta",
  review: "Revisarla el",
  reviewHint: "Un día, por ejemplo dentro de un año. Las cartas que nadie mira envejecen.",
  save: "Guardar como nueva versión",
  saved: "La nueva versión está en vigor, y los demás servidores se están enterando.",
  meanwhile:
    "Otra persona escribió una versión más nueva mientras escribías la tuya. Está junto a lo que escribiste: une las dos y guarda otra vez.",
  newer: (n) => `Versión ${f.number(n)}, la que está en vigor`,
  changes: "Qué ha cambiado",
  changesSince: (n) => `Desde la versión ${f.number(n)}`,
  changedSince: (n) =>
    f.plural(n, {
      one: "La carta ha cambiado desde que entraste o la leíste por última vez.",
      other: `La carta ha cambiado ${f.number(n)} veces desde que entraste o la leíste por última vez.`,
    }),
  seeChanges: "Ver qué ha cambiado",
  haveRead: "La he leído",
  noChange: "Nada ha cambiado en las palabras.",
  added: "Añadido:",
  removed: "Quitado:",
  unchanged: (n) => f.plural(n, { one: "Un párrafo como antes", other: `${f.number(n)} párrafos como antes` }),
  tooLong: "Ha cambiado demasiado para mostrarlo palabra por palabra: el texto antiguo y el nuevo están uno tras otro.",
  compare: (n) => `Comparar con la versión ${f.number(n)}`,
  back: "Volver a la carta",
};
