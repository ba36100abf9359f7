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
  invitation: (who, community) => `${who} te invita a ${community}`,
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
  registrationClosed: {
    subject: (host) => `${host} ya solo admite a gente nueva con aprobación`,
    why: (host, days) =>
      `Cualquiera podía registrarse en ${host}, y nadie de la administración ha pasado por ahí en ${plural(days, { one: "un día", other: `${number(days)} días` })}. Para que entretanto no se llene de desconocidos, quien se registre espera ahora a que alguien de vosotros le deje entrar.`,
    way: "Para ver quién pide entrar y volver a abrir el registro cuando estés de vuelta:",
  },
  listName: (host) => `Novedades en ${host}`,
};
