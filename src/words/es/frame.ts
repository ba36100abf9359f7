/** Spanish for the frame of every page. */
import type { FrameWords } from "../en/frame.ts";

export const frame: FrameWords = {
  skip: "Ir al texto",
  thisServer: "Este servidor",
  you: "Tú",
  communities: "Comunidades",
  about: "Acerca de",
  search: "Buscar",
  home: "Inicio",
  notifications: (unread) =>
    unread === 0
      ? "Avisos"
      : unread >= 100
        ? "Avisos, más de 99 nuevos"
        : unread === 1
          ? "Avisos, 1 nuevo"
          : `Avisos, ${unread} nuevos`,
  settings: "Ajustes",
  administer: "Administración",
  signIn: "Entrar",
  join: "Unirse",
  signOut: "Salir",
  colophon: (host, version) => `${host} funciona con Commonplace ${version}, un libro de apuntes de muchas manos.`,
  aboutServer: "Acerca de este servidor",
  feed: "Nuevas conversaciones en un canal",
  feedOf: (host) => `Nuevas conversaciones en ${host}`,
  copy: "Copiar",
  copied: "Copiado",
  noCopy: "Selecciónalo y cópialo a mano",
  problem: "Revísalo, por favor",
};
