/**
 * Tells open pages that something happened, in this process or another one: by NOTIFY, sent after commits and gathered for a moment. In the
 * transaction itself it would make all commits wait for each other, and what is told is worth less than what is written.
 */
import type Postgres from "postgres";
import { postgres } from "./driver.ts";
import type { Id } from "./ids.ts";
import type { JournalKind, JournalLine } from "./journal.ts";
import type { Db } from "./open.ts";

const CHANNEL = "commonplace";
/** Milliseconds for which what happened is gathered before it is told. */
const GATHER_MS = 100;
/** Milliseconds until a lost connection is tried again. */
const RETRY_MS = 1_000;
/** A notification has at most 8,000 bytes, an id 19. */
const MOST_IDS = 300;

/** Acts after which nobody has anything new to read. */
const QUIET: ReadonlySet<JournalKind> = new Set([
  "vote.cast",
  "vote.withdrawn",
  "thread.boosted",
  "boost.withdrawn",
  "actor.updated",
  "member.left",
]);

/** What happened: threads that have new replies, and people for whom there are notifications. */
export interface News {
  threads: ReadonlySet<string>;
  actors: ReadonlySet<string>;
}

export interface Live {
  /** To be called after a commit that wrote this line; returns at once. */
  committed(line: JournalLine): void;
  /** Says that the notifications of these people have changed: for what left no line. */
  tell(actorIds: readonly Id[]): void;
  /**
   * Hears of all news from now on, until the function that is returned is called. `null` means that some may have been missed: look for
   * yourself. The first listener opens the process' one connection for it.
   */
  hear(listener: (news: News | null) => void): () => void;
  /** Calls `end` when this process stops, or now if it is stopping; returns a function that forgets it. */
  onStop(end: () => void): () => void;
  /** Ends what is open, and tells what was still to be told. */
  stop(): Promise<void>;
}

/** For one process. `failed` is told what went wrong with telling; nothing here throws. */
export function openLive(db: Db, failed: (error: unknown) => void = () => {}): Live & AsyncDisposable {
  const listeners = new Set<(news: News | null) => void>();
  const ends = new Set<() => void>();
  const threads = new Set<string>();
  const actors = new Set<string>();
  let firstLine: Id | null = null;
  let gathering: NodeJS.Timeout | null = null;
  let telling: Promise<void> = Promise.resolve();
  let client: Db | null = null;
  let listening = false;
  let stopped = false;

  const soon = () => {
    if (stopped) return;
    gathering ??= setTimeout(() => {
      gathering = null;
      telling = tellAll().catch(failed);
    }, GATHER_MS);
  };

  async function tellAll(): Promise<void> {
    const [newThreads, newActors, since] = [[...threads], [...actors], firstLine];
    threads.clear();
    actors.clear();
    firstLine = null;
    if (since) {
      // Notifications are written with the line that they are about, and so have later ids.
      const rows = await db<{ id: string }[]>`
        select distinct actor_id as id from notifications where id > ${since} limit ${MOST_IDS}`;
      for (const { id } of rows) newActors.push(id);
    }
    for (let from = 0; from < Math.max(newThreads.length, newActors.length); from += MOST_IDS / 2) {
      const part = (ids: string[]) => ids.slice(from, from + MOST_IDS / 2).join(" ");
      await db`select pg_notify(${CHANNEL}, ${`${part(newThreads)};${part(newActors)}`})`;
    }
  }

  /** The pool's own `listen` gives up for ever when Postgres is away at the moment it tries again. */
  async function listen(): Promise<void> {
    client ??= postgres({
      ...(db.options as unknown as Postgres.Options<Record<string, never>>),
      max: 1,
      idle_timeout: 0,
      max_lifetime: 0,
      fetch_types: false,
      onclose: () => {
        listening = false;
        if (!stopped) setTimeout(hearAgain, RETRY_MS).unref();
      },
      onnotify: (_: string, payload: string) => hearAll(payload),
    } as Postgres.Options<Record<string, never>>) as unknown as Db;
    await client.unsafe(`listen ${CHANNEL}`);
    for (const listener of listeners) listener(null);
  }

  /** One attempt at a time; without anybody to hear it, none. */
  function hearAgain(): void {
    if (stopped || listening || listeners.size === 0) return;
    listening = true;
    listen().catch(() => {
      listening = false;
      if (!stopped) setTimeout(hearAgain, RETRY_MS).unref();
    });
  }

  function hearAll(payload: string): void {
    const [some = "", others = ""] = payload.split(";");
    const ids = (words: string) => new Set(words.split(" ").filter((word) => word !== ""));
    const news = { threads: ids(some), actors: ids(others) };
    for (const listener of listeners) listener(news);
  }

  async function stop(): Promise<void> {
    if (stopped) return;
    stopped = true;
    for (const end of ends) end();
    ends.clear();
    listeners.clear();
    if (gathering) {
      clearTimeout(gathering);
      telling = telling.then(tellAll).catch(failed);
    }
    await telling;
    await client?.end({ timeout: 1 });
  }

  return {
    committed(line) {
      if (QUIET.has(line.kind)) return;
      if (line.kind === "reply.written" && line.threadId) threads.add(line.threadId);
      if (firstLine === null || BigInt(line.id) < BigInt(firstLine)) firstLine = line.id;
      soon();
    },
    tell(actorIds) {
      for (const id of actorIds) actors.add(id);
      if (actorIds.length > 0) soon();
    },
    hear(listener) {
      listeners.add(listener);
      hearAgain();
      return () => void listeners.delete(listener);
    },
    onStop(end) {
      if (stopped) end();
      else ends.add(end);
      return () => void ends.delete(end);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
