/** The replies of a page as nested lists, whatever the depth of the thread. */
import type { ThreadPost } from "../../../db/views/thread.ts";
import { escaped } from "./escape.ts";
import { callName } from "./names.ts";
import { type Answered, type Pen, postHtml } from "./post.ts";

/** Lists nest this deep; what lies deeper stands in the innermost one and says whom it answers. Browsers give up nesting at 512 elements. */
const DEEPEST = 6;
/** A branch of more replies than this can be folded; of more than that it is, where it is not the only one. */
const FOLDABLE = 12;
const FOLDED = 30;
/** Names on the line of a folded branch. */
const NAMES = 3;

export const ORDERS = ["oldest", "newest", "helpful"] as const;
export type Order = (typeof ORDERS)[number];

export interface RepliesProps {
  threadId: string;
  /** In reading order: by branch, then by time. */
  replies: readonly ThreadPost[];
  parentsElsewhere: ReadonlyMap<string, { name: string; username: string; shown: boolean }>;
  /** How replies to the same post follow each other. */
  order: Order;
  pen: Pen;
}

/**
 * Parents before their children, siblings in the given order: HTML in as many pieces as there are replies. Takes time and memory in proportion to the number of replies; recursion has no
 * part in it, because a stranger decides how deep a thread goes.
 */
export function replyLists({ threadId, replies, parentsElsewhere, order, pen }: RepliesProps): string[] {
  const places = new Map<string, number>();
  for (let i = 0; i < replies.length; i++) places.set((replies[i] as ThreadPost).id, i);
  // First child and next sibling of each reply, as indexes; the roots hang under one more than the last.
  const root = replies.length;
  const firstChild = new Int32Array(root + 1).fill(-1);
  const nextSibling = new Int32Array(root + 1).fill(-1);
  const parents = new Int32Array(root + 1).fill(-1);
  // How many replies lie below each: in reading order parents come before their children.
  const below = new Int32Array(root + 1);
  for (let i = root - 1; i >= 0; i--) {
    const parent = places.get((replies[i] as ThreadPost).parentId ?? "") ?? root;
    parents[i] = parent;
    below[parent] = (below[parent] as number) + (below[i] as number) + 1;
  }
  const rootOf = new Int32Array(root);
  for (let i = 0; i < root; i++) rootOf[i] = parents[i] === root ? i : (rootOf[parents[i] as number] as number);
  for (const i of backwards(replies, order)) {
    const parent = parents[i] as number;
    nextSibling[i] = firstChild[parent] as number;
    firstChild[parent] = i;
  }
  const onlyBranch = firstChild[root] !== -1 && nextSibling[firstChild[root] as number] === -1;

  const out: string[] = [];
  let open = -1;
  let depth = 0;
  let before = root;
  let foldOpen = false;
  for (let at = firstChild[root] as number; at !== -1; ) {
    const reply = replies[at] as ThreadPost;
    const bare = reply.state === "blocked" && firstChild[at] === -1;
    if (!bare) {
      const level = Math.min(depth, DEEPEST - 1);
      let way: string;
      if (level > open) {
        const fold = level === 1 && (below[before] as number) > FOLDABLE ? foldOf(before) : "";
        foldOpen ||= fold !== "";
        way = `${fold}<ol class="replies">\n<li>`;
      } else {
        let closing = "</ol>\n</li>\n".repeat(open - level);
        if (foldOpen && level === 0) {
          closing = closing.replace(/<\/ol>\n<\/li>\n$/, "</ol></details>\n</li>\n");
          foldOpen = false;
        }
        way = `</li>\n${closing}<li>`;
      }
      open = level;
      out.push(way + postHtml(reply, pen, { answered: answered(reply, parents[at] as number, depth, before) }));
      before = at;
    }
    // The next in order: the first child, else the next sibling of the nearest forebear that has one.
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
  if (open >= 0) {
    const closing = "</ol>\n</li>\n".repeat(open);
    out.push(`</li>\n${foldOpen ? closing.replace(/<\/ol>\n<\/li>\n$/, "</ol></details>\n</li>\n") : closing}</ol>`);
  }
  return out;

  /** The line that folds all below the reply `at`. What is new to the reader is not hidden from them. */
  function foldOf(at: number): string {
    const n = below[at] as number;
    const names = new Set<string>();
    let fresh = false;
    for (let i = 0; i < root; i++) {
      if (i === at || rootOf[i] !== at) continue;
      const post = replies[i] as ThreadPost;
      if (post.state === "shown") names.add(pen.bylines.of(post).name);
      const { reading } = pen;
      if (reading?.readTo && post.authorId !== reading.viewerId) fresh ||= BigInt(post.id) > reading.readTo;
    }
    const some = [...names].slice(0, NAMES);
    const text = pen.frame.words.thread.below(
      n,
      some.map((name) => `<bdi>${name}</bdi>`),
      names.size - some.length,
    );
    const isOpen = n <= FOLDED || onlyBranch || fresh;
    return `<details class="branch"${isOpen ? " open" : ""}><summary>${text}</summary>`;
  }

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
    return { href: `#p-${post.id}`, name: post.state === "shown" ? pen.bylines.of(post).name : null, elsewhere: false };
  }
}

/** The indexes of `replies`, last first. */
function backwards(replies: readonly ThreadPost[], order: Order): Int32Array {
  const indexes = Int32Array.from(replies, (_, i) => replies.length - 1 - i);
  if (order === "oldest") return indexes;
  if (order === "newest") return indexes.reverse();
  const worth = replies.map((post) => post.helpful - post.against + (post.accepted ? 1_000_000 : 0));
  return indexes.sort((a, b) => (worth[a] as number) - (worth[b] as number) || b - a);
}
