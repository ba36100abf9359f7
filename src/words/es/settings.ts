/** Spanish for a member's settings. */
import type { SettingsWords } from "../en/settings.ts";
import { formats } from "../formats.ts";

const { plural, number } = formats("es");

export const settings: SettingsWords = {
  save: "Guardar",
  saved: "Guardado.",

  profile: "Tu perfil",
  profileDescription: "Lo que los demás leen sobre ti aquí.",
  profileLede: (page) => ["Cualquiera puede leer esto en ", page, ". Deja vacío lo que no quieras contar."],
  yourPage: "tu página",
  name: "Nombre",
  nameHint: "Cómo te llama la gente.",
  does: "Qué haces",
  doesHint: "Una línea que aparece junto a tu nombre, como «Suelda tuberías desde hace veinte años».",
  bio: "Sobre ti",
  bioHint: "Como en un mensaje: *énfasis*, [enlaces](https://example.org), listas.",
  bioShown: "Así se lee:",
  helpsWith: "En qué puedes ayudar",
  helpsWithHint: "Hasta doce cosas, separadas por comas. Las preguntas sobre ellas te encuentran.",
  wantsToLearn: "Qué quieres aprender",
  wantsToLearnHint: "Hasta doce cosas, separadas por comas.",
  languages: "Idiomas en los que lees y escribes",
  language: (n) => `Idioma ${n}`,
  noLanguage: "Ninguno",
  timeZone: "Zona horaria",
  timeZoneHint: "Las fechas se muestran en ella, y los demás ven qué hora es donde estás.",
  noTimeZone: "Sin indicar",
  links: "Enlaces",
  linksHint:
    'Si una página enlaza de vuelta a la tuya con rel="me", tu página lo dice. Lo comprobamos en unos minutos y después una vez por semana.',
  linkLabel: (n) => `Enlace ${n}: nombre`,
  linkUrl: (n) => `Enlace ${n}: dirección`,
  linksBack: "enlaza de vuelta",
  doesNotLinkBack: "todavía no enlaza de vuelta",
  aliases: "Tú en otros lugares",
  aliasesHint:
    "Los identificadores de tus cuentas en otros servidores, uno por línea, como https://social.example/users/ana. Los necesitas para traer aquí a quienes te siguen.",

  picture: "Tu imagen",
  pictureHint: "JPEG, PNG, WebP, GIF o AVIF, hasta 16 MB; de una que no sea cuadrada se muestra el centro.",
  pictureChoose: "Un archivo de imagen",
  pictureNone: "No tienes imagen.",
  pictureSet: "Usar esta imagen",
  pictureRemove: "Quitar la imagen",
  pictureMissing: "Elige primero un archivo.",

  appearance: "Apariencia",
  appearanceDescription: "Cómo ves este sitio.",
  siteLanguage: "Idioma del sitio",
  automatic: "Como en tu navegador",
  colours: "Claro u oscuro",
  colourChoices: { auto: "Como en tu dispositivo", light: "Claro", dark: "Oscuro" },

  blocks: "Personas y servidores bloqueados",
  blocksDescription: "De quién no quieres saber nada.",
  blocksLede:
    "En las conversaciones no se te muestran sus palabras, no recibes avisos de lo que hacen y no pueden seguirte. No se les dice nada.",
  blockWhat: "Bloquear a una persona o un servidor",
  blockHint: "Una dirección como @nombre@social.example, o el nombre de un servidor como social.example.",
  block: "Bloquear",
  unblock: "Desbloquear",
  unblockNamed: (name) => `Desbloquear ${name}`,
  people: "Personas",
  servers: "Servidores",
  noneBlocked: "No has bloqueado a nadie.",
  blockDone: "Bloqueo hecho.",
  unblockDone: "El bloqueo se ha quitado.",
  unknownHandle: "Aquí nadie conoce esta dirección. En su lugar puedes bloquear todo su servidor.",

  export: "Mis datos",
  exportDescription: "Todo lo que este servidor guarda de ti, en un archivo.",
  exportLede: "Recibes un archivo JSON, que pueden leer programas y personas. Contiene:",
  exportParts: [
    "tu cuenta y tu perfil",
    "las comunidades a las que perteneces y lo que respondiste al entrar",
    "todo lo que escribiste: como lo tecleaste, como se muestra, dónde y cuándo",
    "tus votos",
    "tus borradores",
    "a quién has bloqueado y qué conversaciones sigues o silencias",
    "cómo recibes tus avisos y dónde tienes sesiones abiertas",
    "enlaces a tus imágenes",
  ],
  exportWithout: "No contiene tu contraseña ni otros secretos, ni nada que pertenezca a otras personas.",
  exportGet: "Descargar el archivo",
  password: "Tu contraseña, para saber que eres tú",

  close: "Cerrar tu cuenta",
  closeDescription: "Dejar este servidor para siempre.",
  closeLede: "Esto no se puede deshacer. Cuando cierras tu cuenta:",
  closeParts: [
    "nadie puede volver a entrar con ella y terminan todas tus sesiones",
    "tu perfil, tu imagen, tu dirección de correo, tus borradores y tus ajustes se borran en el acto",
    "dejas todas las comunidades y nadie te sigue ya",
    "se pide a otros servidores que borren lo que tengan de ti; no podemos obligarlos",
    "nadie más recibe nunca tu nombre aquí",
  ],
  closePosts: (n) =>
    n === 0
      ? "No has escrito nada que haya que quitar."
      : plural(n, {
          one: "Se quita el único mensaje que escribiste; lo que otros respondieron se queda.",
          other: `Se quitan los ${number(n)} mensajes que escribiste, lo que puede tardar unos minutos; lo que otros respondieron se queda, salvo en las conversaciones que empezaste.`,
        }),
  closeExport: (link) => ["Si quieres conservar lo que escribiste, ", link, " antes."],
  closeExportLink: "descarga tus datos",
  closeLastOwner: "Este servidor no tiene más titular que tú. Nombra a otra persona antes de irte.",
  closeFacilitator: "En estas comunidades nadie más facilita. Nombra a otra persona en cada una antes de irte:",
  closeName: (name) => `Escribe tu nombre, ${name}, para confirmar que va en serio`,
  closeDo: "Cerrar mi cuenta para siempre",
  closed: "Tu cuenta está cerrada",
  closedLede:
    "Nadie puede volver a entrar con ella. Lo que escribiste se está quitando. Gracias por haber estado aquí.",
};
