/** The replies of a page as nested lists, whatever the depth of the thread. */
import { raw } from "hono/html";
import type { ThreadPost } from "../../../db/views/thread.ts";
import type { Html } from "../site.ts";
import { callName } from "./names.ts";
import { type Answered, type Bylines, escaped, postHtml } from "./post.ts";

/** Lists nest this deep; what lies deeper stands in the innermost one and says whom it answers. Browsers give up nesting at 512 elements. */
const DEEPEST = 6;

export interface RepliesProps {
  threadId: string;
  /** In reading order: by branch, then by time. */
  replies: readonly ThreadPost[];
  parentsElsewhere: ReadonlyMap<string, { name: string; username: string; shown: boolean }>;
  bylines: Bylines;
}

/**
 * Parents before their children, siblings in the order they came. Takes time and memory in proportion to the number of replies; recursion
 * has no part in it, because a stranger decides how deep a thread goes.
 */
export function replyLists({ threadId, replies, parentsElsewhere, bylines }: RepliesProps): Html {
  const places = new Map<string, number>();
  for (let i = 0; i < replies.length; i++) places.set((replies[i] as ThreadPost).id, i);
  // First child and next sibling of each reply, as indexes; the roots hang under one more than the last.
  const root = replies.length;
  const firstChild = new Int32Array(root + 1).fill(-1);
  const nextSibling = new Int32Array(root + 1).fill(-1);
  const parents = new Int32Array(root + 1).fill(-1);
  for (let i = root - 1; i >= 0; i--) {
    const parent = places.get((replies[i] as ThreadPost).parentId ?? "") ?? root;
    parents[i] = parent;
    nextSibling[i] = firstChild[parent] as number;
    firstChild[parent] = i;
  }

  let out = "";
  let open = -1;
  let depth = 0;
  let before = root;
  for (let at = firstChild[root] as number; at !== -1; ) {
    const reply = replies[at] as ThreadPost;
    const bare = reply.state === "blocked" && firstChild[at] === -1;
    if (!bare) {
      const level = Math.min(depth, DEEPEST - 1);
      const between =
        level > open ? '<ol class="replies">\n<li>' : `</li>\n${"</ol>\n</li>\n".repeat(open - level)}<li>`;
      open = level;
      out += between + postHtml(reply, bylines, { answered: answered(reply, parents[at] as number, depth, before) });
      before = at;
    }
    // The next in reading order: the first child, else the next sibling of the nearest forebear that has one.
    if (firstChild[at] !== -1) {
      at = firstChild[at] as number;
      depth++;
      continue;
    }
    while (at !== root && nextSibling[at] === -1) {
      at = parents[at] as number;
      depth--;
    }
    at = at === root ? -1 : (nextSibling[at] as number);
  }
  if (open >= 0) out += `</li>\n${"</ol>\n</li>\n".repeat(open)}</ol>`;
  return raw(out);

  function answered(reply: ThreadPost, parent: number, level: number, previous: number): Answered | null {
    if (parent === root) {
      if (reply.parentId === null || reply.parentId === threadId) return null;
      const author = parentsElsewhere.get(reply.parentId);
      return {
        href: `/posts/${reply.parentId}`,
        name: author?.shown ? escaped(callName(author)) : null,
        elsewhere: true,
      };
    }
    if (parent === previous && level < DEEPEST) return null;
    const post = replies[parent] as ThreadPost;
    return { href: `#p-${post.id}`, name: post.state === "shown" ? bylines.of(post).name : null, elsewhere: false };
  }
}
