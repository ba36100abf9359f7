/** `/c/{slug}/t/{id}`: a thread; `/posts/{id}`: where one of its posts stands. */
import { Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { findPermalink } from "../../db/views/permalink.ts";
import { readPoll } from "../../db/views/poll.ts";
import { readThread, type ThreadPage } from "../../db/views/thread.ts";
import { readKeeping, readThreadReader } from "../../db/views/thread-reader.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { markReadFor } from "../domain/notifications/read.ts";
import { standingsOf } from "../domain/standing.ts";
import { noteRead } from "../domain/threads/note-read.ts";
import { bytesOf } from "./bytes.ts";
import { gone, notFound } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { varyByAccept } from "./headers.ts";
import { type ForReader, threadPage } from "./pages/thread.ts";
import { doable } from "./parts/acts.ts";
import { lookingAfter } from "./parts/keeping.ts";
import { ORDERS, type Order } from "./parts/replies.ts";
import type { Site, WebEnv } from "./site.ts";
import { forVisitors } from "./together.ts";

/** The thread's routes. */
export function threadRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const once = forVisitors<Shown>();

  app.get("/c/:slug/t/:id", varyByAccept, async (c) => {
    const [frame, viewer] = [c.get("frame"), c.get("viewer")];
    const asked = { ...c.req.param(), after: c.req.query("after"), sort: c.req.query("sort") };
    const answer = await once(frame, () => showThread(site, frame, asked));
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "thread", asked.slug);
    if (answer.is === "elsewhere") return c.redirect(answer.path, answer.status);
    const { thread, forReader } = answer;
    const readNow = forReader?.reader.readNow ?? null;
    if (viewer && readNow !== null && readNow !== forReader?.reader.readTo && isLookedAt(c.req)) {
      await noteRead(site.house, { by: viewer.id, threadId: thread.id as Id, postId: readNow as Id });
    }
    if (viewer && viewer.unread > 0 && isLookedAt(c.req)) {
      await markReadFor(site.db, viewer.id, thread.id as Id);
      site.live.tell([viewer.id]);
    }
    return c.body(answer.page, 200, { "content-type": "text/html; charset=UTF-8" });
  });

  // The object itself is served before us, to those who ask for ActivityPub.
  app.get("/posts/:id", varyByAccept, async (c) => {
    const id = c.req.param("id");
    const link = await findPermalink(site.db, id);
    if (link.is === "none") return notFound(c);
    if (link.is === "gone") return gone(c, "thread");
    const page = link.after === null ? "" : `?after=${link.after}`;
    return c.redirect(`/c/${link.slug}/t/${link.threadId}${page}#p-${id}`, 302);
  });

  return app;
}

type Shown =
  | { is: "none" }
  | { is: "gone" }
  | { is: "elsewhere"; path: string; status: 301 | 302 }
  | { is: "page"; thread: ThreadPage; forReader: ForReader | null; page: Uint8Array<ArrayBuffer> };

/** Reads a thread and writes its page, for the viewer that the frame is for. */
async function showThread(
  site: Site,
  frame: Frame,
  { slug, id, after, sort }: Record<"slug" | "id", string> & Record<"after" | "sort", string | undefined>,
): Promise<Shown> {
  const answer = await readThread(site.db, slug, id, after);
  // It may come back: nobody should remember this for ever.
  if (answer.is === "moved") return { is: "elsewhere", path: `/c/${answer.slug}/t/${id}`, status: 302 };
  if (answer.is !== "shown") return answer;
  const { thread } = answer;
  const home = `/c/${thread.community.slug}/t/${thread.id}`;
  const path = after === undefined ? home : `${home}?after=${encodeURIComponent(after)}`;
  if (slug !== thread.community.slug) return { is: "elsewhere", path, status: 301 };
  const order: Order = thread.pages === 1 ? (ORDERS.find((one) => one === sort) ?? "oldest") : "oldest";
  const { viewer } = frame;
  const forReader = viewer && (await readForReader(site, viewer, thread));
  const isPoll = thread.kind === "poll" && thread.opening?.state === "shown";
  const poll = isPoll ? await readPoll(site.db, thread.id, viewer?.id ?? null) : null;
  const page = bytesOf(threadPage(frame, { thread, path, order, forReader, poll }));
  return { is: "page", thread, forReader, page };
}

/** What the page shows to one person alone: their marks, what is new to them, what the policy lets them do. */
async function readForReader({ db }: Site, viewer: Viewer, thread: ThreadPage): Promise<ForReader> {
  const [reader, standings] = await Promise.all([
    readThreadReader(db, viewer.id, thread),
    standingsOf(db, viewer.id, { groupId: thread.groupId as Id, askerId: thread.askerId as Id }),
  ]);
  const looking = lookingAfter(thread, standings);
  const keeping = looking.move || looking.classify ? await readKeeping(db, viewer.id, thread.groupId) : null;
  const readTo = reader.readTo === null ? null : BigInt(reader.readTo);
  return {
    reading: { viewerId: viewer.id, marks: reader, readTo, may: doable(thread, standings) },
    reader,
    looking,
    keeping,
  };
}

/** Browsers fetch pages that nobody looks at yet. */
function isLookedAt(request: { method: string; header(name: string): string | undefined }): boolean {
  return request.method === "GET" && !/prefetch/.test(request.header("sec-purpose") ?? "");
}
