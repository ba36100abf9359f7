/** Spanish for communities of other servers. */
import type { RemoteWords } from "../en/remote.ts";
import { formats } from "../formats.ts";

const { number, plural } = formats("es");

export const remote: RemoteWords = {
  eyebrow: (host) => ["Una comunidad en ", host],
  open: (host) => ["Abrirla en ", host],
  follow: "Seguirla desde aquí",
  unfollow: "Dejar de seguirla",
  pending: "Has pedido seguirla. Su servidor aún no ha respondido.",
  following: "La sigues: lo que se dice allí llega aquí, y lo que respondes va allí.",
  signIn: "Entra en tu cuenta para seguirla desde aquí y responder.",
  begin: "Empezar allí una conversación",
  conversations: "Conversaciones",
  older: "Conversaciones anteriores",
  pages: "Páginas de conversaciones",
  nothing:
    "Todavía no hay nada de ella aquí. En cuanto alguien de aquí la siga, se traerán sus conversaciones más recientes.",
  fetching: "Se están trayendo sus conversaciones más recientes. Vuelve a mirar en uno o dos minutos.",
  complete: "Todo lo que su servidor muestra está aquí.",
  incomplete: (total) =>
    total === null
      ? "Aquí solo están sus conversaciones más recientes, y pueden faltar respuestas; el resto está en su propio servidor."
      : `De ${plural(total, { one: "su única conversación", other: `sus ${number(total)} conversaciones` })} solo están aquí las más recientes, y pueden faltar respuestas; el resto está en su propio servidor.`,
  quiet: "Ya nadie de aquí la sigue: lo nuevo de allí no llega aquí.",
  blocked: "Este servidor no habla con aquel en el que está.",
  threadIn: (host) => ["Esta conversación está en una comunidad de ", host, "; aquí pueden faltar respuestas."],
  openThread: "Abrirla donde empezó",
  description: (name, host) => `${name}, una comunidad en ${host}.`,
};
