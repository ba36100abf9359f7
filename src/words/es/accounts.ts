/** Spanish for registering, invitations, approval, and what a server says about itself. */
import type { AccountsWords } from "../en/accounts.ts";
import { formats } from "../formats.ts";

const { plural } = formats("es");

export const accounts: AccountsWords = {
  join: (server) => `Únete a ${server}`,
  joinWhat:
    "Sus miembros abren conversaciones, responden y guardan lo aprendido. Todo lo público se puede leer sin cuenta.",
  closed: "Este servidor no admite nuevos miembros por ahora.",
  byInvitation: "Aquí se entra por invitación: quien ya es miembro quizá conozca a alguien que pueda enviarte una.",
  otherWays:
    "Aun así puedes participar: con una cuenta en Mastodon, Lemmy, PieFed, Mbin, NodeBB o un servidor parecido, sigue a una comunidad desde allí.",
  seeCommunities: "Ver las comunidades",
  haveAccount: (signIn) => ["¿Ya tienes cuenta? ", signIn, "."],
  signInLink: "Inicia sesión",
  username: "Nombre de usuario",
  usernameHint: (host) =>
    `Letras minúsculas, cifras y _. Será tu dirección, como en @nombre@${host}, y no se puede cambiar.`,
  name: "Tu nombre",
  nameHint: "Como te llama la gente. Puedes cambiarlo más tarde.",
  email: "Dirección de correo",
  emailHint: "Solo para los correos de este servidor; nadie más la ve.",
  password: "Contraseña",
  passwordHint: "Al menos 10 caracteres. Unas cuantas palabras seguidas se recuerdan bien.",
  question: "Para saber quién eres y qué te trae",
  approvalHint: "Alguien que administra este servidor lee tu solicitud y te responde por correo.",
  website: "Déjalo vacío",
  ask: "Pedir entrar",
  register: "Unirme",
  usernameTaken: "Ese nombre ya existe, o se parece demasiado a otro.",
  sentTitle: "Mira tu correo",
  sent: "Va un correo de camino a la dirección que has dado. Sigue el enlace que contiene antes de dos días.",
  sentApproval:
    "Después alguien que administra este servidor leerá tu solicitud, y recibirás un correo con la decisión.",
  sentNothing:
    "¿No llega nada en unos minutos? Mira entre los no deseados y, si no está, pregunta a quienes llevan este servidor.",
  confirmTitle: "¿Es esta tu dirección de correo?",
  confirmWhat: (email) => ["Confirma que ", email, " es tuya."],
  confirm: "Sí, es mía",
  confirmedTitle: "Gracias",
  confirmedIn: "Tu dirección está confirmada y ya estás dentro.",
  confirmedWaiting: "Tu dirección está confirmada. Recibirás un correo en cuanto se decida sobre tu solicitud.",
  invitedBy: (who) => [who, " te invita."],
  invitedTo: (community) => `Únete a ${community}`,
  invitedAs: {
    member: "",
    steward: "Ayudarás a cuidarla.",
    facilitator: "Serás parte de su facilitación.",
  },
  invitedHere: (server) => `Te invitan a unirte a ${server}.`,
  acceptInvitation: (community) => `Unirme a ${community}`,
  alreadyMember: (community) => `Ya eres miembro de ${community}.`,
  alreadyHere: "Ya tienes una cuenta aquí, así que no hay nada que hacer con esta invitación.",
  goToCommunity: (community) => `Ir a ${community}`,
  invitationExpired: "Esta invitación ha caducado. Pide otra a quien te la dio.",
  invitationUsed: "Esta invitación ya se ha usado. Pide otra a quien te la dio.",
  invitationRevoked: "Esta invitación ha sido retirada.",
  invitationUnknown: "No es una invitación de este servidor; quizá el enlace se copió solo en parte.",
  mail: {
    hello: (name) => `Hola, ${name}:`,
    bye: (server, origin) => `${server}\n${origin}`,
    confirmSubject: (server) => `Confirma tu dirección para ${server}`,
    confirm: (username, server) =>
      `Alguien, esperamos que tú, se ha registrado como @${username} en ${server} con esta dirección de correo. Si fuiste tú, confírmala antes de dos días:`,
    confirmNot: "Si no fuiste tú, no hagas nada: sin ese enlace no pasa nada más.",
    confirmInvited: "Si no fuiste tú, avisa a quienes llevan este servidor.",
    takenSubject: (server) => `Ya tienes una cuenta en ${server}`,
    taken: (username, server) =>
      `Alguien, quizá tú, ha intentado registrarse en ${server} con esta dirección de correo. Ya pertenece a la cuenta @${username}. Si fuiste tú, inicia sesión o elige otra contraseña:`,
    takenNot:
      "Si no fuiste tú, no hay nada que hacer: no se ha cambiado nada, y nadie ha sabido que tienes una cuenta.",
    approvedSubject: (server) => `Ya estás dentro: te damos la bienvenida a ${server}`,
    approved: (username) => `Hemos leído tu solicitud y ya estás dentro como @${username}. Inicia sesión aquí:`,
    refusedSubject: (server) => `Tu solicitud para entrar en ${server}`,
    refused: (server) =>
      `Hemos leído tu solicitud para entrar en ${server} y no se ha aceptado. Lo que enviaste con ella se ha borrado. Puedes seguir a sus comunidades desde otro servidor del fediverso.`,
  },
  about: {
    title: (host) => `Acerca de ${host}`,
    description: (host) => `${host} mantiene comunidades de práctica que cualquiera puede seguir desde el fediverso.`,
    lede: "En un cuaderno de lugares comunes la gente guarda lo que ha aprendido; en un lugar común se encuentra. Este servidor es las dos cosas.",
    what: "Qué es",
    practice: (server) =>
      `${server} mantiene comunidades de práctica: personas a las que les importa el mismo trabajo y que mejoran contándose cómo lo hacen. Cada comunidad forma parte del fediverso. Nadie necesita una cuenta aquí: quien la tenga en Mastodon, Lemmy, PieFed, Mbin, NodeBB, Friendica o un servidor parecido puede seguir, preguntar y responder desde allí.`,
    software: (version) =>
      `Funciona con Commonplace ${version}, software libre bajo la GNU Affero General Public License, versión 3.`,
    who: "Quién lo lleva",
    owners: (n, names) => [plural(n, { one: "Pertenece a ", other: "Pertenece a " }), names, "."],
    administrators: (names) => ["También lo administran: ", names, "."],
    nobody: "Todavía no pertenece a nadie.",
    joining: "Hacerse miembro",
    registration: {
      closed: "No admite nuevos miembros por ahora.",
      invitation: "Se entra por invitación.",
      approval: "Quien quiere ser miembro lo pide; alguien que administra el servidor lee cada solicitud.",
      open: "Cualquiera puede hacerse miembro.",
    },
    joinLink: "Unirme",
    reach: "Cómo llegar",
    noCommunities: "Aquí todavía no hay ninguna comunidad.",
    handles:
      "Busca uno de estos nombres en tu propio servidor y síguelo. Una publicación pública que mencione el nombre abre una conversación.",
    privacy: "Privacidad",
    cookies:
      "Quien está de visita no recibe cookies ni se le cuenta. Quien inicia sesión recibe una sola, que dice que lo ha hecho y desaparece al cerrar la sesión. Ningún script, tipo de letra ni estilo se carga desde otro sitio. Las imágenes de las publicaciones vienen directamente del servidor de quien las publicó, que por tanto puede ver que alguien las carga; solo se piden cuando llegas a ellas.",
    kept: "Lo que la gente envía aquí en público se guarda, se muestra a cualquiera y se pasa a los servidores que siguen a la comunidad: publicaciones, cambios, nombres y a cuántas personas les resultó útil algo. Cuando alguien borra una publicación suya, sus palabras se borran aquí y se pide lo mismo a los demás servidores. Los mensajes directos o solo para seguidores nunca se muestran.",
    members:
      "De sus miembros el servidor guarda la dirección de correo, que nadie más ve, y cuándo y desde dónde iniciaron sesión, para que puedan saber si fueron ellos. Pueden llevarse todo lo suyo y cerrar su cuenta.",
  },
};
