/**
 * How often other servers may write to us (R33, R34). A server whose letters are genuine and too many is answered 503 and not 429: both say when to
 * come back, but Lemmy and its relatives give up on whatever is answered 4xx, and nobody's letter is to be lost for having come too soon.
 */
import type { Id } from "../../db/ids.ts";
import { openPace, paceHeaders, type Step } from "../../db/pace.ts";
import { Rejection } from "./rejection.ts";

interface Figure {
  most: number;
  seconds: number;
}

/** Each `most` at once, and as many again in `seconds`. */
export interface Figures {
  /** Letters that were accepted of one server. */
  letters: Figure;
  /** Letters that failed their verification: of one address in the name of one server, and of one address in all. */
  failures: Figure;
  failuresInAll: Figure;
  /** Follows of one server. */
  follows: Figure;
  /** Letters of one server that have to wait for what is elsewhere, such as the thread of a reply. */
  putAside: Figure;
  /** Documents that are asked for from one address. */
  documents: Figure;
  /** Posts to one community by somebody whom we have known for less than a day. */
  strangersPosts: Figure;
  /** Votes, edits and accepted answers of one person in one community: each is passed on to all who follow it. */
  acts: Figure;
}

export const FIGURES: Figures = {
  letters: { most: 6_000, seconds: 120 },
  failures: { most: 30, seconds: 60 },
  failuresInAll: { most: 300, seconds: 60 },
  follows: { most: 60, seconds: 60 },
  putAside: { most: 60, seconds: 3_600 },
  documents: { most: 3_000, seconds: 300 },
  strangersPosts: { most: 10, seconds: 3_600 },
  acts: { most: 60, seconds: 600 },
};

const DAY_MS = 24 * 3_600_000;
/** Mentions by somebody whom we have known for less than a day that are honoured. */
const STRANGERS_MENTIONS = 5;

/** Somebody of another server. */
interface Writer {
  id: Id;
  /** When we first heard of them, in milliseconds since 1970. */
  knownSince: number;
}

export interface Paces {
  /** Throws a Rejection when the server at `host` has sent too much. Only what was verified counts: nobody can use it up for another. */
  requireRoom(host: string): void;
  /** Counts a letter that was verified. */
  accepted(host: string): void;
  /** Whether so much from this address failed that nothing more is fetched for it. */
  isSuspect(client: string, host: string): boolean;
  /** Counts a letter that failed for this reason; returns what it is answered with. */
  failed(client: string, host: string, why: Rejection): Rejection;
  /** Counts a document that is asked for. Throws a Rejection when it is one too many. */
  asked(client: string): void;
  /** Counts a follow. Throws a Rejection when it is one too many. */
  followed(host: string): void;
  /** Counts a letter that has to wait for what is elsewhere. Throws a Rejection when it is one too many. */
  putAside(host: string): void;
  /** Whether we have known somebody for less than a day. */
  isNew(sender: Pick<Writer, "knownSince">): boolean;
  /** Counts a post by somebody who may be new here. Throws a Rejection when it is one too many. */
  posted(sender: Writer, groupId: Id): void;
  /** Counts a vote, an edit or an accepted answer. Throws a Rejection when it is one too many. */
  acted(sender: Pick<Writer, "id">, groupId: Id): void;
  /** A text as far as it is honoured: of somebody who is new here, so many mentions. */
  honoured<T extends { mentions?: readonly string[] }>(sender: Pick<Writer, "knownSince">, text: T): T;
}

export interface PacesOptions {
  origin: string;
  now: () => number;
  log: { info(message: string, properties: Record<string, unknown>): void };
  figures?: Partial<Figures> | undefined;
}

export function openPaces(o: PacesOptions): Paces {
  const { origin, now, log } = o;
  const figures = { ...FIGURES, ...o.figures };
  const pace = (figure: Figure) => openPace({ ...figure, now });
  const letters = pace(figures.letters);
  const failures = pace(figures.failures);
  const failuresInAll = pace(figures.failuresInAll);
  const follows = pace(figures.follows);
  const asides = pace(figures.putAside);
  const documents = pace(figures.documents);
  const posts = pace(figures.strangersPosts);
  const acts = pace(figures.acts);
  const isNew = ({ knownSince }: Pick<Writer, "knownSince">) => now() - knownSince < DAY_MS;

  function insist(step: Step, status: 429 | 503, sentence: string, who: Record<string, string>): void {
    if (step.ok) return;
    if (step.tell) log.info("Put off: {sentence}", { sentence, ...who });
    throw new Rejection(status, sentence, paceHeaders(step), true);
  }

  return {
    requireRoom: (host) =>
      insist(letters.look(host), 503, "Your server has sent very many letters; try again in a while.", { host }),
    accepted: (host) => void letters.take(host),
    isSuspect: (client, host) =>
      client !== "" && !(failures.look(`${client} ${host}`).ok && failuresInAll.look(client).ok),
    failed(client, host, why) {
      if (client === "") return why;
      const step = [failures.take(`${client} ${host}`), failuresInAll.take(client)].find(({ ok }) => !ok);
      // What was put off stays so: 429 would make Lemmy and its relatives give it up.
      if (!step || why.status === 503) return why;
      const sentence = "Too many letters from your address could not be verified; try again in a while.";
      if (step.tell) log.info("Refused: {sentence}", { sentence, host, client });
      return new Rejection(429, sentence, paceHeaders(step), true);
    },
    asked(client) {
      if (client === "") return;
      insist(documents.take(client), 429, "Your address asks for very many documents; try again in a while.", {
        client,
      });
    },
    followed: (host) =>
      insist(follows.take(host), 503, "Very many of your people follow at once; try again in a while.", { host }),
    putAside: (host) =>
      // As of what one person says too much: a server that sends in order would hold back everybody's letters behind these.
      insist(
        asides.take(host),
        429,
        "Very many letters of your server wait for what is elsewhere; try again in a while.",
        { host },
      ),
    isNew,
    posted(sender, groupId) {
      if (!isNew(sender)) return;
      const sentence = "Who is new to this server posts ten times an hour to a community; try again later.";
      // A server that sends its letters one after the other would hold back everybody's for this one.
      insist(posts.take(`${sender.id} ${groupId}`), 429, sentence, { sender: sender.id });
    },
    acted({ id }, groupId) {
      const sentence = "You vote and edit very much in this community; try again in a while.";
      insist(acts.take(`${id} ${groupId}`), 429, sentence, { sender: id });
    },
    honoured: (sender, text) =>
      isNew(sender) && text.mentions
        ? {
            ...text,
            mentions: text.mentions.filter((uri) => uri.startsWith(`${origin}/`)).slice(0, STRANGERS_MENTIONS),
          }
        : text,
  };
}
