/** English for communities of other servers. */
import { formats } from "../formats.ts";

const { number, plural } = formats("en");
type Piece = unknown;

export const remote = {
  eyebrow: (host: Piece) => ["A community on ", host],
  open: (host: Piece) => ["Open it on ", host],
  follow: "Follow it from here",
  unfollow: "Follow it no longer",
  pending: "You have asked to follow it. Its server has not answered yet.",
  following: "You follow it: what is said there comes here, and what you answer goes there.",
  signIn: "Sign in to follow it from here and to answer.",
  begin: "Begin a conversation there",
  conversations: "Conversations",
  older: "Older conversations",
  pages: "Pages of conversations",
  nothing: "Nothing of it is here yet. Once somebody here follows it, its newest conversations are fetched.",
  fetching: "Its newest conversations are being fetched. Look again in a minute or two.",
  complete: "All that its server lists is here.",
  incomplete: (total: number | null) =>
    total === null
      ? "Only its newest conversations are here, and some replies may be missing; the rest is on its own server."
      : `Of its ${plural(total, { one: "1 conversation", other: `${number(total)} conversations` })} only the newest are here, and some replies may be missing; the rest is on its own server.`,
  quiet: "Nobody here follows it any more: what is new there does not come here.",
  blocked: "This server does not talk with the one it is on.",
  threadIn: (host: Piece) => ["This conversation is in a community on ", host, "; some replies may be missing here."],
  openThread: "Open it where it was begun",
  description: (name: string, host: string) => `${name}, a community on ${host}.`,
};

export type RemoteWords = typeof remote;
