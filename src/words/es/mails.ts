/** Spanish for mails about what is new. Names and titles come as plain text. */
import type { MailsWords } from "../en/mails.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("es");

export const mails: MailsWords = {
  notices: (n) => plural(n, { one: "un aviso", other: `${number(n)} avisos` }),
  conversations: (n) => plural(n, { one: "una conversación nueva", other: `${number(n)} conversaciones nuevas` }),
  both: (notices, conversations) => `${notices} y ${conversations}`,
  subject: (host, what) => `${host}: ${what}`,
  hello: (name) => `Hola, ${name}:`,
  sinceThen: "esto es lo que aún no has leído:",
  conversationsToo: "Conversaciones nuevas en tus comunidades:",
  mention: (who, title) => `${who} te mencionó en «${title}»`,
  replyToYou: (who, title) => `${who} te respondió en «${title}»`,
  reply: (who, title) => `${who} respondió en «${title}», que sigues`,
  answerAccepted: (who, title) => `${who} aceptó tu respuesta en «${title}»`,
  poll: (title) => `Ha terminado la encuesta «${title}», en la que votaste`,
  ownPoll: (title) => `Ha terminado tu encuesta «${title}»`,
  joinRequest: (who, community) => `${who} pide unirse a ${community}`,
  welcome: (community) => `Te damos la bienvenida a ${community}`,
  accountRequest: (who) => `${who} pide una cuenta`,
  thread: (title, community) => `${title} (${community})`,
  more: (n) => plural(n, { one: "Y uno más:", other: `Y ${number(n)} más:` }),
  rhythms: {
    "at-once": (host) => `Recibes un correo de ${host} en cuanto algo te concierne.`,
    daily: (host) => `Recibes un correo de ${host} por la mañana cuando hay novedades.`,
    weekly: (host) => `Recibes un correo de ${host} los lunes cuando hay novedades.`,
  },
  otherRhythm: "Otra frecuencia:",
  noMore: "No más correos como este:",
  listName: (host) => `Novedades en ${host}`,
};
