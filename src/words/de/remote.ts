/** German for communities of other servers. */
import type { RemoteWords } from "../en/remote.ts";
import { formats } from "../formats.ts";

const { number, plural } = formats("de");

export const remote: RemoteWords = {
  eyebrow: (host) => ["Eine Gemeinschaft auf ", host],
  open: (host) => ["Auf ", host, " öffnen"],
  follow: "Von hier aus folgen",
  unfollow: "Nicht mehr folgen",
  pending: "Du möchtest ihr folgen. Ihr Server hat noch nicht geantwortet.",
  following: "Du folgst ihr: Was dort gesagt wird, kommt hierher, und was du antwortest, geht dorthin.",
  signIn: "Melde dich an, um ihr von hier aus zu folgen und zu antworten.",
  begin: "Dort ein Gespräch beginnen",
  conversations: "Gespräche",
  older: "Ältere Gespräche",
  pages: "Seiten mit Gesprächen",
  nothing: "Von ihr ist noch nichts hier. Sobald ihr hier jemand folgt, werden ihre neuesten Gespräche geholt.",
  fetching: "Ihre neuesten Gespräche werden gerade geholt. Sieh in ein, zwei Minuten wieder nach.",
  complete: "Alles, was ihr Server aufführt, ist hier.",
  incomplete: (total) =>
    total === null
      ? "Hier sind nur ihre neuesten Gespräche, und manche Antworten fehlen vielleicht; der Rest ist auf ihrem eigenen Server."
      : `Von ${plural(total, { one: "ihrem einen Gespräch", other: `ihren ${number(total)} Gesprächen` })} sind nur die neuesten hier, und manche Antworten fehlen vielleicht; der Rest ist auf ihrem eigenen Server.`,
  quiet: "Hier folgt ihr niemand mehr: Was dort neu ist, kommt nicht mehr hierher.",
  blocked: "Dieser Server spricht nicht mit dem, auf dem sie ist.",
  threadIn: (host) => [
    "Dieses Gespräch ist in einer Gemeinschaft auf ",
    host,
    "; hier fehlen vielleicht manche Antworten.",
  ],
  openThread: "Dort öffnen, wo es begonnen wurde",
  description: (name, host) => `${name}, eine Gemeinschaft auf ${host}.`,
};
