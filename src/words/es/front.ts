/** Spanish for the front page. */
import type { FrontWords } from "../en/front.ts";

export const front: FrontWords = {
  description: "Comunidades de personas que aprenden unas de otras lo que hacen. Síguelas desde donde ya estás.",
  lede: "Comunidades de personas que aprenden unas de otras lo que hacen. Síguelas desde Mastodon, Lemmy o desde donde ya estás.",
  communities: "Comunidades",
  waiting: "Espera su primera conversación",
  lastSpoken: (day) => ["Se habló por última vez el ", day],
  newest: "Lo último que empezó",
  found: "Fundar una comunidad",
  emptyTitle: "El estante está vacío",
  emptyMember: "Este servidor funciona y nadie ha fundado todavía una comunidad en él. La primera puede ser tuya.",
  emptyOperator:
    "Este servidor funciona y nadie ha fundado todavía una comunidad en él. Si es tuyo, funda la primera en la máquina donde funciona, en la carpeta del programa:",
  emptyThen: (handle) => [
    "La comunidad aparecerá entonces aquí, y cualquiera en el fediverso podrá seguir a ",
    handle,
    " desde su propio servidor.",
  ],
};
