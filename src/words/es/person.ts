/** Spanish for people's pages. */
import type { PersonWords } from "../en/person.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("es");

export const person: PersonWords = {
  description: (name, handle, host) => `Lo que ${name} (${handle}) ha escrito en ${host}.`,
  hereSince: (day) => ["Aquí desde el ", day],
  from: (host) => ["Escribe aquí desde ", host],
  programFrom: (host) => ["Un programa que escribe aquí desde ", host],
  ownPage: (host) => `Su propia página en ${host}`,
  handle: "esta dirección",

  about: "Sobre esta persona",
  helpsWith: "Puede ayudar con",
  wantsToLearn: "Quiere aprender",
  languages: "Idiomas",
  localTime: "Su hora local",
  timeIn: (clock, zone) => [clock, " (", zone, ")"],
  links: "Enlaces",
  linksBack: "esta página enlaza de vuelta",
  communities: "Comunidades",
  roles: { facilitator: "facilitación", steward: "cuidado", member: "miembro" },
  nothingYet: "Todavía no has contado nada sobre ti. ¿Qué haces y sobre qué podrían preguntarte los demás?",
  edit: "Editar tu perfil",

  follow: "Seguir desde otro lugar",
  followHow: "Busca esta dirección en tu servidor, en Mastodon o en cualquier otro del fediverso:",
  feeds: "O léelo como canal:",

  written: "Escrito aquí",
  writtenBefore: "Escrito aquí antes",
  nothingWritten: (name) => [name, " todavía no ha escrito nada aquí."],
  nothingWrittenYou: "Todavía no has escrito nada aquí. Tus comunidades son un buen lugar para empezar.",
  inCommunity: (name) => ["en ", name],
  started: "la empezó",
  replied: (n) => plural(n, { one: "respondió", other: `respondió ${number(n)} veces` }),
  startedAndReplied: (n) =>
    plural(n, { one: "la empezó y respondió", other: `la empezó y respondió ${number(n)} veces` }),
  last: (day) => ["la última vez el ", day],
  contentWarning: (warning) => `Aviso de contenido: ${warning}`,
  opening: "El mensaje inicial",
  noWords: "Una respuesta sin palabras",
  pages: "Páginas de mensajes",
  newest: "Desde lo más reciente",
  older: "Mensajes anteriores",

  block: "Bloquear",
  blockNamed: (name) => `Bloquear a ${name}`,
  blockServer: (host) => `Bloquear a todo el mundo de ${host}`,
  unblock: (name) => `Desbloquear a ${name}`,
  unblockServer: (host) => `Desbloquear ${host}`,
  blocked: (name) => ["Has bloqueado a ", name, ". No recibes avisos de lo que hace y no se te muestran sus palabras."],
  serverBlocked: (host) => [
    "Has bloqueado ",
    host,
    ". No recibes avisos de lo que hace la gente de allí y no se te muestran sus palabras.",
  ],
  notHearing: "Dejar de oír a esta persona",
  blockHint:
    "En las conversaciones no se te muestran sus palabras, no recibes avisos de lo que hace y deja de seguirte.",
};
