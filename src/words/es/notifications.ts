/** Spanish for notifications, for how they come by mail, and for the way around the settings. */
import type { NotificationsWords } from "../en/notifications.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("es");

export const notifications: NotificationsWords = {
  title: "Avisos",
  description: "Lo que otras personas han hecho y te concierne.",
  mention: (who, where) => [who, " te mencionó en ", where],
  replyToYou: (who, where) => [who, " te respondió en ", where],
  reply: (who, where) => [who, " respondió en una conversación que sigues: ", where],
  answerAccepted: (who, where) => [who, " aceptó tu respuesta en ", where],
  poll: (where) => ["Ha terminado la encuesta ", where, ", en la que votaste"],
  ownPoll: (where) => ["Ha terminado tu encuesta ", where],
  joinRequest: (who, where) => [who, " pide unirse a ", where],
  invitation: (who, where) => [who, " te invita a ", where],
  welcome: (where) => ["Te damos la bienvenida a ", where],
  accountRequest: (who, where) => [who, " pide ", where],
  account: "una cuenta aquí",
  isNew: "nuevo",
  contentWarning: (warning) => `Advertencia de contenido: ${warning}`,
  pages: "Páginas de avisos",
  newest: "Los avisos más recientes",
  older: "Avisos anteriores",
  markAll: (n) =>
    n >= 100
      ? "Marcar todo como leído"
      : plural(n, { one: "Marcarlo como leído", other: `Marcar los ${number(n)} como leídos` }),
  allRead: "Lo has leído todo.",
  none: "Nadie te ha respondido ni mencionado todavía. Cuando alguien lo haga, aparecerá aquí.",
  noneDo: "Leer lo nuevo en tus comunidades",
  byMail: "Avisos por correo",

  settings: "Ajustes",
  settingsPages: {
    profile: "Perfil",
    security: "Seguridad",
    notifications: "Avisos",
    appearance: "Apariencia",
    blocks: "Bloqueos",
    export: "Mis datos",
    close: "Cerrar la cuenta",
  },
  rhythm: "Con qué frecuencia",
  rhythmHint: "Cada correo lleva un enlace para dejar de recibirlos.",
  rhythms: { "at-once": "Al momento", daily: "Una vez al día", weekly: "Una vez a la semana", never: "Nunca" },
  rhythmHints: {
    "at-once": "En menos de un minuto después de que alguien te responda o te mencione.",
    daily: "A las siete de la mañana: lo que no has leído y las conversaciones nuevas de tus comunidades.",
    weekly: "Lo mismo, los lunes a las siete de la mañana.",
    never: "Lo que te concierne aparece solo en la página de avisos.",
  },
  goesTo: (address) => ["Los correos llegan a ", address, "."],
  timeZone: (zone) => ["La mañana es la de tu zona horaria, ", zone, "."],
  noAddress: "Tu cuenta aún no tiene dirección de correo: no se puede enviar nada.",
  notConfirmed: (address) => ["Aún no has confirmado la dirección ", address, ": hasta entonces no se envía nada."],
  sendConfirm: "Enviar el enlace para confirmarla",
  confirmSent: "El enlace está en camino; vale dos días.",
  toSecurity: "Revisar tu dirección de correo",
  save: "Guardar",
  saved: "Así se hará a partir de ahora.",

  devices: "Al momento, en tus dispositivos",
  devicesHint:
    "Un dispositivo puede avisarte al momento, también sin ninguna página abierta: quién ha hecho qué y dónde, no lo que se ha dicho. Deja de hacerlo cuando cierras allí la sesión.",
  noDevices: "Ninguno de tus dispositivos lo hace.",
  addDevice: "Avisar en este dispositivo",
  thisDevice: "este dispositivo",
  deviceSince: (day) => ["desde el ", day],
  removeDevice: "Quitar",
  deviceAdded: "Este dispositivo te avisa al momento desde ahora.",
  deviceRemoved: "Ese dispositivo ya no te avisa de nada.",
  deviceFailed:
    "Tu navegador no lo ha permitido o no ha podido llegar a su servicio de mensajes: mira sus ajustes para este sitio.",

  unsubscribe: "No más correos",
  unsubscribeWhat: (host) =>
    `Pulsa el botón y ${host} no te enviará más correos sobre las novedades. Los correos sobre tu cuenta, como el de una contraseña nueva que pidas, seguirán llegando.`,
  unsubscribeDo: "Dejar de recibir estos correos",
  unsubscribed: "No más correos",
  unsubscribedWhat: "A partir de ahora no recibirás más correos sobre las novedades. Los avisos siguen en el sitio.",
  otherwise: "Puedes elegir otra frecuencia en tus ajustes cuando quieras.",
  toSettings: "Ir a los ajustes",
  linkTooOld:
    "Este enlace es demasiado antiguo o no se copió entero. Usa el de tu correo más reciente o elige en tus ajustes.",
};
