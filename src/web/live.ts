/** `/live`: what happens while a page is open, as server-sent events: new replies in its thread, and the viewer's notifications. */
import { Hono } from "hono";
import { type NewReply, type News, readNewReplies, readSessionsThatHold, readUnread } from "../../db/views/live.ts";
import { findPermalink } from "../../db/views/permalink.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { networkOf } from "../base/client-address.ts";
import { Refusal } from "../base/errors.ts";
import type { Frame } from "./frame.ts";
import { NOT_KEPT } from "./headers.ts";
import type { Site, WebEnv } from "./site.ts";

/**
 * Streams at once in this process; those of visitors among them, and of visitors at one address (IPv6: one network); those of one person who is signed
 * in, wherever they are. A visitor's stream gives way where somebody who is signed in finds no room.
 */
const SIZES = { most: 500, visitors: 250, visitorsFromOne: 24, person: 12 };
/** Milliseconds: a comment this often keeps proxies from ending a stream; sessions are looked at this often (R39: within 5 s); no stream lasts longer. */
const HEARTBEAT_MS = 25_000;
const SESSIONS_MS = 4_000;
const LONGEST_MS = 30 * 60_000;
/** What a reader may leave unread, in chunks, before it is let go. */
const MOST_WAITING = 64;

interface Stream {
  frame: Frame;
  viewer: Viewer | null;
  address: string;
  threadId: string | null;
  /** The newest post on the page. */
  after: string;
  /** What was told last. */
  told: number;
  send(text: string): void;
  end(): void;
}

/** The route, and the one hub that all its streams hear from. */
export function liveRoutes(site: Site, sizes: typeof SIZES = SIZES): Hono<WebEnv> {
  const hub = openHub(site, sizes);
  return new Hono<WebEnv>().get("/live", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    if (c.req.method === "HEAD") return c.body(null, 204);
    const viewer = c.get("viewer");
    const thread = c.req.query("thread");
    const after = c.req.query("after") ?? "";
    let threadId: string | null = null;
    if (thread !== undefined) {
      const place = await findPermalink(site.db, thread);
      if (place.is !== "here" || !/^\d{1,19}$/.test(after)) throw new Refusal("not-found");
      threadId = place.threadId;
      // A page that is still open after its session has ended: by this a browser knows not to ask again (HTML 9.2.3).
    } else if (!viewer) return c.body(null, 204);
    const address = networkOf(site.addressOf(c.env, c.req.header("x-forwarded-for")));
    if (!hub.makeRoom(viewer, address)) throw new Refusal("busy", undefined, { retryAfterS: 60 });
    const body = hub.open({ frame: c.get("frame"), viewer, address, threadId, after });
    return c.body(body, 200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  });
}

function openHub(site: Site, sizes: typeof SIZES) {
  const { db, live, log } = site;
  const streams = new Set<Stream>();
  const beats = new Map<"heart" | "sessions", NodeJS.Timeout>();
  let deaf: (() => void) | null = null;
  let hearing: Promise<void> = Promise.resolve();

  const failed = (error: unknown) => log.warn("An open page could not be told: {error}", { error });

  function wake(): void {
    deaf ??= live.hear((news) => {
      // One after the other: what is told last is what is so.
      hearing = hearing.then(() => spread(news)).catch(failed);
    });
    if (beats.size > 0) return;
    const heart = setInterval(() => {
      for (const stream of streams) stream.send(":\n\n");
    }, HEARTBEAT_MS);
    const sessions = setInterval(() => void endThoseSignedOut().catch(failed), SESSIONS_MS);
    beats.set("heart", heart.unref()).set("sessions", sessions.unref());
  }

  function rest(): void {
    if (streams.size > 0) return;
    deaf?.();
    deaf = null;
    for (const beat of beats.values()) clearInterval(beat);
    beats.clear();
  }

  async function endThoseSignedOut(): Promise<void> {
    // Those that are open now: what opens while Postgres is asked was not asked about.
    const asked = [...streams].flatMap((stream) => (stream.viewer ? [{ stream, id: stream.viewer.sessionId }] : []));
    if (asked.length === 0) return;
    const ids = asked.map(({ id }) => id);
    const hold = await readSessionsThatHold(db, ids);
    for (const { stream, id } of asked) if (!hold.has(id)) stream.end();
  }

  async function spread(news: News | null): Promise<void> {
    const [threads, people] = [group(news?.threads, ({ threadId }) => threadId), group(news?.actors, viewerOf)];
    if (threads.size + people.size > 0) await endThoseSignedOut();
    for (const [threadId, some] of threads) {
      const oldest = some.reduce(
        (least, { after }) => (BigInt(after) < BigInt(least) ? after : least),
        some[0]?.after ?? "",
      );
      const readers = new Set(some.flatMap(({ viewer }) => viewer?.id ?? []));
      const replies = await readNewReplies(db, threadId, oldest, [...readers]);
      for (const stream of some) tellReplies(stream, replies);
    }
    for (const [actorId, some] of people) {
      const unread = await readUnread(db, actorId);
      for (const stream of some) tellUnread(stream, unread);
    }
  }

  /** Open streams by what they wait for, as far as there is news of it. */
  function group(fresh: ReadonlySet<string> | undefined, of: (stream: Stream) => string | null): Map<string, Stream[]> {
    const groups = new Map<string, Stream[]>();
    for (const stream of streams) {
      const key = of(stream);
      if (key === null || (fresh && !fresh.has(key))) continue;
      groups.set(key, [...(groups.get(key) ?? []), stream]);
    }
    return groups;
  }

  return {
    makeRoom,
    open(wish: Pick<Stream, "frame" | "viewer" | "address" | "threadId" | "after">): ReadableStream<Uint8Array> {
      const encoder = new TextEncoder();
      let close = () => {};
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            let open = true;
            const stream: Stream = {
              ...wish,
              told: 0,
              send(text) {
                if (!open) return;
                if ((controller.desiredSize ?? 0) <= -MOST_WAITING) stream.end();
                else controller.enqueue(encoder.encode(text));
              },
              end() {
                if (!open) return;
                close();
                controller.close();
              },
            };
            let forget = () => {};
            close = () => {
              open = false;
              streams.delete(stream);
              clearTimeout(limit);
              forget();
              rest();
            };
            const limit = setTimeout(stream.end, LONGEST_MS).unref();
            streams.add(stream);
            forget = live.onStop(stream.end);
            if (!open) return;
            stream.send("retry: 5000\n\n");
            wake();
            void catchUp(stream).catch(failed);
          },
          cancel: () => close(),
        },
        { highWaterMark: 1 },
      );
    },
  };

  /** Whether there is room for one more; where it is somebody's who is signed in, the oldest of a visitor makes it. */
  function makeRoom(viewer: Viewer | null, address: string): boolean {
    if (viewer) {
      if (countOf((stream) => stream.viewer?.id === viewer.id) >= sizes.person) return false;
      if (streams.size >= sizes.most) [...streams].find((stream) => stream.viewer === null)?.end();
      return streams.size < sizes.most;
    }
    const visitors = countOf((stream) => stream.viewer === null);
    const fromThere = countOf((stream) => stream.viewer === null && stream.address === address);
    return streams.size < sizes.most && visitors < sizes.visitors && fromThere < sizes.visitorsFromOne;
  }

  function countOf(is: (stream: Stream) => boolean): number {
    let count = 0;
    for (const stream of streams) if (is(stream)) count++;
    return count;
  }

  /** What came between the page and its stream. */
  async function catchUp(stream: Stream): Promise<void> {
    const { threadId, after, viewer } = stream;
    if (threadId) tellReplies(stream, await readNewReplies(db, threadId, after, viewer ? [viewer.id] : []));
    if (stream.viewer) {
      const unread = await readUnread(db, stream.viewer.id);
      if (unread !== stream.viewer.unread) tellUnread(stream, unread);
    }
  }
}

function viewerOf({ viewer }: Stream): string | null {
  return viewer?.id ?? null;
}

/** Newest first; those of the viewer's own hand, and of people whom they block, are no news to them. */
function tellReplies(stream: Stream, replies: readonly NewReply[]): void {
  const news = replies.filter(
    ({ id, authorId, avoidedBy }) =>
      BigInt(id) > BigInt(stream.after) &&
      authorId !== stream.viewer?.id &&
      !(stream.viewer && avoidedBy.includes(stream.viewer.id)),
  );
  if (news.length === stream.told) return;
  stream.told = news.length;
  const text = stream.frame.words.thread.newReplies(news.length);
  stream.send(event("replies", { count: news.length, first: news.at(-1)?.id ?? null, text }));
}

function tellUnread(stream: Stream, unread: number): void {
  stream.send(event("notices", { unread, text: stream.frame.words.frame.notifications(unread) }));
}

function event(name: string, data: Record<string, unknown>): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
