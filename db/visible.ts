/**
 * Who may see a row; the only place that decides it. Every fragment is SQL over fixed aliases: `t` the thread, `p` a post,
 * `a` its author (actors), `pe` the author's peer (left joined: null for people of this server).
 */
import type { Queryable } from "./open.ts";

/** Why a post is or is not shown. What is not `shown` may leave its place in a thread, never its words. */
export type PostState = "shown" | "removed" | "gone" | "blocked";

/** Why a thread is or is not shown: `gone` was here and is no more (410), `hidden` is none of the visitor's business (404). */
export type ThreadState = "shown" | "gone" | "hidden";

/** True where the author may be heard: the account still exists and its server is not blocked. */
export function authorVisible(db: Queryable) {
  return db`(a.gone_at is null and pe.blocked_at is null)`;
}

/** True where a post may be read. */
export function postVisible(db: Queryable) {
  return db`(p.removed_at is null and ${authorVisible(db)})`;
}

/** True where a thread may be listed; `a` and `pe` are those of its opening post. */
export function threadVisible(db: Queryable) {
  return db`(t.removed_at is null and ${authorVisible(db)})`;
}

/** A piece of SQL. */
type Sql = ReturnType<typeof authorVisible>;

/**
 * True where `reader` does not want to see or hear from `person`, whose server is `host` (null: this one): they have blocked them, their server,
 * or a name above it, and a name without a port on every port (R46). Ids and host as SQL. Each is looked up by itself in an index: however
 * long the list of somebody's blocks is, a row costs the same. Most people block no server: to know that costs a thirtieth of taking a name apart.
 */
export function avoids(db: Queryable, reader: Sql, person: Sql, host: Sql) {
  return db`(exists (select from blocks b where b.actor_id = ${reader} and b.blocked_id = ${person})
    or exists (select from blocks b where b.actor_id = ${reader} and b.blocked_host is not null)
      and exists (select from unnest(host_names(${host})) as name join blocks b on b.actor_id = ${reader} and b.blocked_host = name))`;
}

/** A PostState as far as its author decides it; for the post itself see `stateOf`. */
export function authorState(db: Queryable) {
  return db`case when a.gone_at is not null then 'gone' when pe.blocked_at is not null then 'blocked' else 'shown' end`;
}

/** A post's state from whether it was removed and its author's `authorState`. */
export function stateOf(removed: boolean, author: PostState): PostState {
  return removed ? "removed" : author;
}

/** A ThreadState; `a` and `pe` are those of its opening post. */
export function threadState(db: Queryable) {
  return db`case when t.removed_at is not null or a.gone_at is not null then 'gone'
    when pe.blocked_at is not null then 'hidden' else 'shown' end`;
}
