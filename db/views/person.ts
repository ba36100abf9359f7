/** Reads the card of somebody who wrote here: who they are on their own server, and what they wrote. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorVisible, avoids, threadState } from "../visible.ts";
import { groupName, groupSlug, joinGroup } from "./group.ts";
import { literal } from "./literal.ts";

/** Posts on one page. */
export const POSTS_PER_PAGE = 30;

export interface WrittenPost {
  id: string;
  threadId: string;
  title: string;
  slug: string;
  communityName: string;
  /** The colour its facilitators chose: `#rrggbb`, or null. */
  colour: string | null;
  /** Milliseconds since 1970. */
  publishedAt: number;
  /** The beginning of it: sanitised HTML, perhaps cut in the middle of a tag. */
  glimpse: string;
  warning: string;
  language: string | null;
}

/** How the viewer stands to somebody: they blocked them, or their server by this name. Null: nobody is signed in, or it is themselves. */
export type Avoided = "person" | { server: string } | "none" | null;

export interface PersonPage {
  id: string;
  name: string;
  username: string;
  /** Null: somebody of this server. */
  host: string | null;
  /** As their server sent it: to be turned into plain text. */
  summary: string;
  /** Their own page, on their own server. */
  url: string;
  uri: string;
  bot: boolean;
  posts: WrittenPost[];
  first: boolean;
  /** The word for the page of older posts, null on the last. */
  older: string | null;
  avoided: Avoided;
}

export interface OwnProfile {
  iconUrl: string | null;
  does: string;
  helpsWith: string[];
  wantsToLearn: string[];
  /** BCP 47. */
  languages: string[];
  links: { label: string; url: string; verifiedAt: string | null }[];
  timeZone: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
}

export interface OwnCommunity {
  slug: string;
  name: string;
  role: "facilitator" | "steward" | "member";
}

/** Somebody of this server: `summary` is HTML of ours. */
export interface OwnPersonPage extends PersonPage {
  profile: OwnProfile;
  communities: OwnCommunity[];
}

export type OwnPersonAnswer = { is: "shown"; person: OwnPersonPage } | { is: "gone" } | { is: "none" };

export type PersonAnswer =
  | { is: "shown"; person: PersonPage }
  | { is: "community"; slug: string }
  | { is: "here"; username: string }
  | { is: "gone" }
  | { is: "none" };

interface ActorRow extends Omit<PersonPage, "posts" | "first" | "older" | "avoided"> {
  kind: string;
  gone: boolean;
  visible: boolean;
}

/**
 * Somebody of another server. Only people who wrote something that can be read have a card: following or voting alone makes nobody a page.
 */
export async function readPerson(
  db: Db,
  id: string,
  before: string | undefined,
  viewerId: Id | null,
): Promise<PersonAnswer> {
  const actorId = parseId(id);
  const beforeId = before === undefined ? null : parseId(before);
  if (!actorId || (before !== undefined && !beforeId)) return { is: "none" };
  const [[actor], posts, avoided] = await Promise.all([
    db<ActorRow[]>`
      select a.id, a.name, a.username, pe.host, a.summary, a.url, a.uri, a.kind, a.kind in ('service', 'application') as bot,
             a.gone_at is not null as gone, ${authorVisible(db)} as visible
        from actors a left join peers pe on pe.id = a.peer_id where a.id = ${actorId}`,
    readPosts(db, actorId, beforeId),
    readAvoided(db, viewerId, actorId),
  ]);
  if (!actor) return { is: "none" };
  if (actor.host === null && actor.kind === "person") return { is: "here", username: actor.username };
  if (actor.gone) return { is: "gone" };
  if (actor.kind === "group" && actor.host === null) return { is: "community", slug: actor.username };
  if (!actor.visible || posts.length === 0) return { is: "none" };
  const { kind: _, gone: __, visible: ___, ...person } = actor;
  return { is: "shown", person: { ...person, ...paged(posts, beforeId), avoided } };
}

interface OwnRow extends Omit<ActorRow, "kind" | "gone" | "visible">, OwnProfile {
  state: "asked" | "active" | "suspended" | "closed";
}

/** Somebody of this server, by user name in any case. Who waits to be let in has no page. */
export async function readOwnPerson(
  db: Db,
  username: string,
  before: string | undefined,
  viewerId: Id | null,
): Promise<OwnPersonAnswer> {
  const beforeId = before === undefined ? null : parseId(before);
  if (username.length > 30 || (before !== undefined && !beforeId)) return { is: "none" };
  const [row] = await db<OwnRow[]>`
    select a.id, a.name, a.username, null as host, a.summary, a.url, a.uri, false as bot, ac.state, a.icon_url as "iconUrl", p.does,
           p.helps_with as "helpsWith", p.wants_to_learn as "wantsToLearn", p.languages, p.links, ac.time_zone as "timeZone",
           date_part('epoch', a.created_at) * 1000 as "createdAt"
      from actors a join accounts ac on ac.actor_id = a.id join profiles p on p.actor_id = a.id
     where lower(a.username) = ${username.toLowerCase()} and a.peer_id is null`;
  if (!row || row.state === "asked") return { is: "none" };
  if (row.state === "closed") return { is: "gone" };
  const id = row.id as Id;
  const [posts, communities, avoided] = await Promise.all([
    readPosts(db, id, beforeId),
    db<OwnCommunity[]>`
      select g.username as slug, g.name, m.role from memberships m join communities c on c.actor_id = m.group_id
        join actors g on g.id = c.actor_id
       where m.actor_id = ${id} and m.state = 'accepted' and g.gone_at is null
       order by m.role = 'member', g.name limit ${literal(db, MOST_COMMUNITIES)}`,
    readAvoided(db, viewerId, id),
  ]);
  const { state: _, iconUrl, does, helpsWith, wantsToLearn, languages, links, timeZone, createdAt, ...actor } = row;
  const profile = { iconUrl, does, helpsWith, wantsToLearn, languages, links, timeZone, createdAt };
  return {
    is: "shown",
    person: { ...actor, ...paged(posts, beforeId), avoided, profile, communities: [...communities] },
  };
}

const MOST_COMMUNITIES = 60;

function readPosts(db: Db, authorId: Id, beforeId: Id | null): Promise<WrittenPost[]> {
  return db<WrittenPost[]>`
    select w.id, w.thread_id as "threadId", t.title, ${groupSlug(db)} as slug, ${groupName(db)} as "communityName", c.colour,
           date_part('epoch', w.published_at) * 1000 as "publishedAt", left(w.content, 1500) as glimpse, w.warning, w.language
      from posts w join threads t on t.id = w.thread_id
      ${joinGroup(db)}
      join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
     where w.author_id = ${authorId} and w.removed_at is null and ${threadState(db)} = 'shown'
       ${beforeId ? db`and w.id < ${beforeId}` : db``}
     order by w.id desc limit ${literal(db, POSTS_PER_PAGE + 1)}`;
}

function paged(found: readonly WrittenPost[], beforeId: Id | null) {
  const posts = found.slice(0, POSTS_PER_PAGE);
  const older = found.length > POSTS_PER_PAGE ? (posts.at(-1)?.id ?? null) : null;
  return { posts, first: beforeId === null, older };
}

async function readAvoided(db: Db, viewerId: Id | null, actorId: Id): Promise<Avoided> {
  if (viewerId === null || viewerId === actorId) return null;
  const [row] = await db<{ avoided: boolean; person: boolean; server: string | null }[]>`
    select ${avoids(db, db`${viewerId}`, db`a.id`, db`pe.host`)} as avoided,
           exists (select from blocks b where b.actor_id = ${viewerId} and b.blocked_id = a.id) as person,
           (select b.blocked_host from blocks b where b.actor_id = ${viewerId} and b.blocked_host = any(host_names(pe.host))
             order by length(b.blocked_host) desc limit 1) as server
      from actors a left join peers pe on pe.id = a.peer_id where a.id = ${actorId}`;
  if (!row?.avoided) return "none";
  return row.person || row.server === null ? "person" : { server: row.server };
}
