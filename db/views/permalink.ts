/** Finds where a post stands: its community, its thread, and the page of the thread. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { type ThreadState, threadState } from "../visible.ts";
import { writePlace } from "./cursor.ts";
import { groupSlug, joinGroup } from "./group.ts";
import { REPLIES_PER_PAGE } from "./thread.ts";

export type Permalink =
  | { is: "here"; slug: string; threadId: string; after: string | null }
  | { is: "gone" }
  | { is: "none" };

/** `id` as it stands in the address. A removed reply has its place still; a removed thread is gone with all that was in it. */
export async function findPermalink(db: Db, id: string): Promise<Permalink> {
  const postId = parseId(id);
  if (!postId) return { is: "none" };
  const [post] = await db<{ threadId: string; branchId: string; slug: string; state: ThreadState }[]>`
    select r.thread_id as "threadId", r.branch_id as "branchId", ${groupSlug(db)} as slug, ${threadState(db)} as state
      from posts r join threads t on t.id = r.thread_id
      ${joinGroup(db)}
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where r.id = ${postId}`;
  if (!post || post.state === "hidden") return { is: "none" };
  if (post.state === "gone") return { is: "gone" };
  const here = { is: "here", slug: post.slug, threadId: post.threadId } as const;
  if (post.threadId === postId) return { ...here, after: null };

  // Pages are whole from the beginning, so the page is told by how many replies stand before this one.
  const before = db`from posts where thread_id = ${post.threadId} and branch_id <> ${post.threadId}`;
  const [count] = await db<
    { n: number }[]
  >`select count(*)::int as n ${before} and (branch_id, id) < (${post.branchId}, ${postId})`;
  const page = Math.floor((count?.n ?? 0) / REPLIES_PER_PAGE);
  if (page === 0) return { ...here, after: null };
  const [last] = await db<{ branchId: string; id: string }[]>`
    select branch_id as "branchId", id ${before} order by branch_id, id offset ${page * REPLIES_PER_PAGE - 1} limit 1`;
  return { ...here, after: last ? writePlace(last.branchId, last.id) : null };
}
