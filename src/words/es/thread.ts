/** Spanish for a thread and what can be done in it. */
import type { ThreadWords } from "../en/thread.ts";
import { formats } from "../formats.ts";

const { number, plural, list } = formats("es");
const replies = (n: number) => plural(n, { one: "1 respuesta", other: `${number(n)} respuestas` });

export const thread: ThreadWords = {
  kinds: {
    discussion: "conversación",
    question: "pregunta",
    story: "historia",
    "how-to": "guía",
    request: "petición de experiencias",
    link: "enlace",
    announcement: "anuncio",
    poll: "encuesta",
  },

  nobodyYet: "nadie ha respondido todavía",
  replies,
  moreReplies: (most) => `más de ${number(most)} respuestas`,
  last: (day) => ["la última, ", day],
  answered: "respondida",
  pinned: "fijada",
  locked: "cerrada a respuestas",
  inCommunity: (community) => ["en ", community],
  contentWarning: (warning) => `Aviso de contenido: ${warning}`,
  pictures: (n) => plural(n, { one: "Con una imagen.", other: `Con ${number(n)} imágenes.` }),

  begunBy: (name, page, pages, beginning) => [
    "Empezada por ",
    name,
    `. Esta es la página ${number(page)} de ${number(pages)}: `,
    beginning,
    ".",
  ],
  readFromBeginning: "leer desde el principio",
  titleOfPage: (title, page) => `${title}, página ${number(page)}`,
  repliesTo: (title) => `Respuestas a «${title}»`,
  conversationIn: (community, name) => `Una conversación en ${community}, empezada por ${name}.`,
  nobodyYetTitle: "Nadie ha respondido todavía",
  countTo: (count, title) => [count, " a ", title],
  repliesFromTo: (first, last, all) => `Respuestas ${number(first)} a ${number(last)} de ${number(all)}`,
  link: (address) => ["Sobre ", address],
  topics: "Temas",
  order: "Orden",
  orders: { oldest: "como se dijo", newest: "lo más nuevo primero", helpful: "lo más útil primero" },
  newSince: (n, most) =>
    n > most
      ? `Más de ${number(most)} respuestas son nuevas desde tu última visita`
      : plural(n, {
          one: "1 respuesta es nueva desde tu última visita",
          other: `${number(n)} respuestas son nuevas desde tu última visita`,
        }),
  firstNew: "ir a la primera",
  acceptedAnswers: (n) => plural(n, { one: "La respuesta aceptada", other: "Las respuestas aceptadas" }),
  inItsPlace: "en su lugar",

  post: (name) => `mensaje de ${name}`,
  reply: (name) => `respuesta de ${name}`,
  openOn: (host, by) => ["Abrir en ", host, ": ", by],
  answers: (name) => ["responde a ", name],
  answersEarlier: (name) => ["responde a ", name, ", en una página anterior"],
  somethingGone: "un mensaje que ya no existe",
  isNew: "nueva",
  accepted: "respuesta aceptada",
  helpful: "útil",
  helpfulCount: (n) => `útil ${number(n)}`,
  notHelpful: "no es útil",
  workedFor: (n) => (n === 0 ? "a mí también me funcionó" : `a mí también me funcionó ${number(n)}`),
  workedCount: (n) => plural(n, { one: "le funcionó a 1 persona", other: `les funcionó a ${number(n)} personas` }),
  edited: (day) => ["editado el ", day],
  taken: {
    removed: "Lo quitó quien lo escribió.",
    gone: "Se quitó junto con la cuenta que lo escribió.",
    blocked: "No se muestra aquí: este servidor no habla con el de su origen.",
    avoided: "No se te muestra: bloqueaste a quien lo escribió o a su servidor.",
  },
  warning: "Aviso de contenido:",
  noDescription: "Imagen sin descripción",
  files: { image: "Imagen", video: "Vídeo", audio: "Grabación", other: "Archivo" },
  fileOn: (what, host) => `${what} en ${host}`,
  fileNamed: (what, name) => [`${what}: `, name],
  below: (n, names, others) =>
    `${replies(n)} a esta, de ${list(others === 0 ? names : [...names, plural(others, { one: "1 persona más", other: `${number(others)} personas más` })])}`,

  answer: "responder",
  more: "más",
  react: "Reaccionar",
  edit: "editar",
  remove: "quitar",
  history: "versiones anteriores",
  accept: "aceptar como la respuesta",
  unaccept: "ya no es la respuesta",
  said: (act) =>
    ({
      vote: "Tu voto cuenta.",
      unvote: "Tu voto se ha retirado.",
      react: "Tu reacción queda anotada.",
      worked: "Queda anotado que te funcionó.",
      unworked: "Ya no está anotado que te funcionó.",
    })[act] ?? "Hecho.",
  failed: "No ha llegado. Inténtalo de nuevo en un momento.",

  follow: "Seguir",
  followHint: "saber de cada respuesta",
  following: "Se te avisa de cada respuesta.",
  unfollow: "Dejar de seguir",
  mute: "Silenciar",
  muted: "No se te avisa de ninguna respuesta.",
  unmute: "Dejar de silenciar",
  lookAfter: "Cuidar esta conversación",
  pin: "Fijarla arriba en la comunidad",
  unpin: "Dejar de fijarla",
  lock: "Cerrarla a más respuestas",
  unlock: "Abrirla de nuevo a respuestas",
  title: "Título",
  retitle: "Cambiar el título",
  kind: "Tipo",
  classify: "Cambiar tipo y temas",
  moveTo: "Moverla a",
  move: "Mover",

  pages: "Páginas de esta conversación",
  back: (page) => `Volver a la página ${number(page)}`,
  onward: (page) => `Seguir en la página ${number(page)}`,
  beFirst: "Da tú la primera respuesta",
  answerIt: "Responder",
  closed: "Esta conversación está cerrada",
  closedWhy: "Ya solo puede responder quien facilita la comunidad.",
  answerHere: "Escribir una respuesta",
  signInToAnswer: (signIn) => ["Si tienes una cuenta aquí, ", signIn, "."],
  signInWord: "inicia sesión para responder",
  fromElsewhere:
    "Desde tu propio servidor: pega esta dirección en su buscador y responde a lo que encuentre. Tu respuesta aparecerá también aquí.",
  address: "la dirección de esta conversación",
  repliesFeed: "Nuevas respuestas como canal",
  newReplies: (n) =>
    n > 100
      ? "Más de 100 respuestas nuevas"
      : plural(n, { one: "1 respuesta nueva", other: `${number(n)} respuestas nuevas` }),
};
