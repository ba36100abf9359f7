/** Spanish for a member's home. */
import type { HomeWords } from "../en/home.ts";

export const home: HomeWords = {
  title: "Inicio",
  description: "Lo nuevo donde participas.",
  lede: (communities) => ["Participas en ", communities, "."],
  newHere: "Nuevo en tus comunidades",
  newSince: (moment) =>
    `Conversaciones que otras personas han empezado en tus comunidades desde la última vez que leíste aquí (${moment}); primero las más recientes.`,
  newLately:
    "Conversaciones que otras personas han empezado en tus comunidades en las últimas dos semanas; primero las más recientes.",
  nothingNew: (moment) =>
    `Nadie más ha empezado una conversación en tus comunidades desde la última vez que leíste aquí (${moment}).`,
  nothingLately: "Nadie más ha empezado una conversación en tus comunidades en las últimas dos semanas.",
  moreNew: "Hay más: abre una comunidad para ver todas sus conversaciones.",
  couldHelp: "Preguntas en las que podrías ayudar",
  couldHelpWhy: (things) => [
    "Nadie ha respondido aún a estas preguntas, y en su título o sus temas hay palabras de aquello en lo que puedes ayudar: ",
    things,
    ".",
  ],
  noQuestions: (things) => [
    "En tus comunidades no hay ninguna pregunta sin respuesta con palabras de aquello en lo que puedes ayudar: ",
    things,
    ".",
  ],
  changeHelp: "Cambiar en qué puedes ayudar",
  sayHelp: "Di en qué puedes ayudar y aquí verás preguntas sobre ello que nadie ha respondido aún.",
  sayHelpDo: "Decir en qué puedo ayudar",
  changed: "Lo que ha cambiado",
  changedWhy:
    "Cartas reescritas desde que eres miembro y respuestas aceptadas en las últimas dos semanas en conversaciones en las que escribiste.",
  charterChanged: (community) => ["La carta de ", community, " ha cambiado desde que eres miembro"],
  answerAccepted: (title, author) => ["En ", title, " se aceptó la respuesta de ", author],
  noCommunities: "Aún no estás en ninguna comunidad. Únete a una y aquí verás lo que se dice en ella.",
  noCommunitiesDo: "Buscar una comunidad",
};
