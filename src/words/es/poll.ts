/** Spanish for polls. */
import type { PollWords } from "../en/poll.ts";
import { formats } from "../formats.ts";

const { number, plural } = formats("es");

export const poll: PollWords = {
  title: "Pregunta",
  titleHint: "Lo que se pregunta a todo el mundo, en una línea.",
  options: "Opciones",
  optionsHint: "Una por línea: de 2 a 10, de 100 caracteres como máximo cada una.",
  several: "Se pueden elegir varias opciones",
  openFor: "Abierta durante",
  days: { 1: "1 día", 3: "3 días", 7: "1 semana", 14: "2 semanas" },
  fixedLater: "Las opciones, cuántas se eligen y el final no se pueden cambiar una vez publicada.",
  about: "Lo que haya que decir sobre ella (puede quedar vacío)",
  fixed:
    "Las opciones de una encuesta, cuántas se eligen y su final se quedan como están; tu texto sí se puede cambiar.",

  poll: "Encuesta",
  chooseOne: "Elige una opción",
  chooseSeveral: "Elige una o varias opciones",
  vote: "Votar",
  final: "El voto es definitivo.",
  nobodySees: "A nadie se le muestra quién ha votado qué.",
  countedBy: (host) => ["Tu voto va a ", host, ", donde empezó esta encuesta y donde se cuenta."],
  signInToVote: (signIn) => ["Para votar, ", signIn, ", o vota desde tu propio servidor del fediverso."],
  signInWord: "inicia sesión",
  showCount: "Mostrar el resultado hasta ahora",
  youChose: (options) => ["Has votado: ", ...options, "."],
  onItsWay: (host) => ["Tu voto está en camino: ", host, " lo cuenta, y el resultado llegará aquí después."],
  count: "Resultado",
  option: "Opción",
  votes: "Votos",
  yours: "tu voto",
  votesAndShare: (n, share) => `${plural(n, { one: "1 voto", other: `${number(n)} votos` })}, ${number(share)} %`,
  openUntil: (at) => `Abierta hasta el ${at}`,
  closedOn: (at) => `Cerrada el ${at}`,
  noEnd: "Abierta, sin final",
  peopleVotedSoFar: (n) =>
    n === 0
      ? "nadie ha votado todavía"
      : plural(n, { one: "ha votado 1 persona", other: `han votado ${number(n)} personas` }),
  peopleVoted: (n) =>
    n === 0 ? "nadie votó" : plural(n, { one: "votó 1 persona", other: `votaron ${number(n)} personas` }),
};
