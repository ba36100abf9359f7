/** Counts in the end: nothing that was acknowledged is lost, nothing happened twice, and everybody was told of everything in order. */
import type { Db } from "../../db/open.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Post } from "./crowd.ts";

/** A server with a follower. */
interface Follower {
  origin: string;
  /** It is told every activity (FEP-1b12), and not only of threads. */
  isForum: boolean;
}

/** A sentence for each thing that is not as it must be. */
export async function verdict(
  db: Db,
  posts: readonly Post[],
  followers: readonly Follower[],
  arrivals: Arrivals,
): Promise<string[]> {
  return [
    ...(await nothingLeft(db)),
    ...(await postsKept(db, posts)),
    ...(await likesKept(db, posts)),
    ...(await nothingTwice(db, posts)),
    ...followers.flatMap((follower) => posts.flatMap((post) => told(follower, post, arrivals))),
  ];
}

async function nothingLeft(db: Db): Promise<string[]> {
  const [left] = await db<{ waiting: number; dead: number }[]>`
    select (select count(*)::int from deliveries) as waiting, (select count(*)::int from dead_letters) as dead`;
  return left?.waiting || left?.dead ? [`${left.waiting} letters still wait, ${left.dead} were given up.`] : [];
}

async function postsKept(db: Db, posts: readonly Post[]): Promise<string[]> {
  const rows = await db<{ uri: string; content: string; removed: boolean; parent: string | null }[]>`
    select p.uri, p.content, p.removed_at is not null as removed, q.uri as parent from posts p left join posts q on q.id = p.parent_id`;
  const kept = new Map(rows.map((row) => [row.uri, row]));
  const wrong = posts.flatMap(({ uri, removed, parent, words }) => {
    const row = kept.get(uri);
    if (!row) return [`${uri} is lost.`];
    if (row.removed !== removed) return [`${uri} is ${row.removed ? "" : "not "}removed.`];
    if (row.parent !== (parent?.uri ?? null)) return [`${uri} hangs below ${row.parent}.`];
    return removed || row.content === `<p>${words}</p>` ? [] : [`${uri} says ${row.content}, not ${words}`];
  });
  return rows.length === posts.length ? wrong : [...wrong, `There are ${rows.length} posts, not ${posts.length}.`];
}

async function likesKept(db: Db, posts: readonly Post[]): Promise<string[]> {
  const rows = await db<{ post: string; by: string }[]>`
    select p.uri as post, a.uri as by from votes v join posts p on p.id = v.post_id join actors a on a.id = v.actor_id
    where p.removed_at is null`;
  const are = new Set(rows.map(({ post, by }) => `${post} ${by}`));
  const should = posts
    .filter((post) => !post.removed)
    .flatMap(({ uri, likes }) => [...likes.keys()].map(({ id }) => `${uri} ${id}`));
  const lost = should.filter((like) => !are.has(like)).map((like) => `The like ${like} is lost.`);
  return are.size === should.length ? lost : [...lost, `There are ${are.size} likes, not ${should.length}.`];
}

/** The journal has a line for every act that changed something. */
async function nothingTwice(db: Db, posts: readonly Post[]): Promise<string[]> {
  const rows = await db<{ kind: string; count: number }[]>`
    select split_part(kind, '.', 2) as kind, count(*)::int as count from journal where post_id is not null and kind not like 'vote.%' group by 1`;
  const should = {
    started: posts.filter(({ parent }) => !parent).length,
    written: posts.filter(({ parent }) => parent).length,
    edited: posts.reduce((sum, { edits }) => sum + edits, 0),
    removed: posts.filter(({ removed }) => removed).length,
  };
  const counts = new Map(rows.map(({ kind, count }) => [kind, count]));
  return Object.entries(should)
    .filter(([kind, count]) => (counts.get(kind) ?? 0) !== count)
    .map(([kind, count]) => `${counts.get(kind) ?? 0} posts were ${kind}, not ${count}.`);
}

function told({ origin, isForum }: Follower, post: Post, arrivals: Arrivals): string[] {
  const { uri, parent, removed, edits, words } = post;
  if (!isForum && parent) return [];
  const heard = (what: string, of = uri) => arrivals.of(origin, what, of);
  const news = heard(isForum ? "Announce Create" : "Announce");
  if (!news) return removed ? [] : [`${origin} was not told of ${uri}.`];
  const wrong: string[] = [];
  if (news.ids.size > 1) wrong.push(`${origin} was told of ${uri} under ${news.ids.size} ids.`);
  const end = heard(isForum ? "Announce Delete" : "Undo Announce");
  if (removed && !end) wrong.push(`${origin} was not told that ${uri} is removed.`);
  if (end && end.first < news.first) wrong.push(`${origin} was told of ${uri} after it was removed.`);
  if (!isForum) return wrong;
  const above = parent && heard("Announce Create", parent.uri);
  if (above && above.first > news.first) wrong.push(`${origin} was told of ${uri} before what it answers.`);
  const edit = heard("Announce Update");
  if (edit && edit.first < news.first) wrong.push(`${origin} was told of an edit of ${uri} before the post.`);
  if (edits > 0 && !removed && !edit?.last.includes(words)) wrong.push(`${origin} has an older text of ${uri}.`);
  return wrong;
}
