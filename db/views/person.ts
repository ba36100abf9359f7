/** Reads the card of somebody who wrote here: who they are on their own server, and what they wrote. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import { authorVisible, threadState } from "../visible.ts";
import { literal } from "./literal.ts";

/** Posts on one page. */
export const POSTS_PER_PAGE = 30;

export interface WrittenPost {
  id: string;
  threadId: string;
  title: string;
  slug: string;
  communityName: string;
  /** Milliseconds since 1970. */
  publishedAt: number;
  /** The beginning of it: sanitised HTML, perhaps cut in the middle of a tag. */
  glimpse: string;
  warning: string;
  language: string | null;
}

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
}

export type PersonAnswer =
  | { is: "shown"; person: PersonPage }
  | { is: "community"; slug: string }
  | { is: "gone" }
  | { is: "none" };

interface ActorRow extends Omit<PersonPage, "posts" | "first" | "older"> {
  kind: string;
  gone: boolean;
  visible: boolean;
}

/** Only people who wrote something that can be read have a card: following or voting alone makes nobody a page. */
export async function readPerson(db: Db, id: string, before: string | undefined): Promise<PersonAnswer> {
  const actorId = parseId(id);
  const beforeId = before === undefined ? null : parseId(before);
  if (!actorId || (before !== undefined && !beforeId)) return { is: "none" };
  const [[actor], posts] = await Promise.all([
    db<ActorRow[]>`
      select a.id, a.name, a.username, pe.host, a.summary, a.url, a.uri, a.kind, a.kind in ('service', 'application') as bot,
             a.gone_at is not null as gone, ${authorVisible(db)} as visible
        from actors a left join peers pe on pe.id = a.peer_id where a.id = ${actorId}`,
    db<WrittenPost[]>`
      select w.id, w.thread_id as "threadId", t.title, g.username as slug, g.name as "communityName",
             date_part('epoch', w.published_at) * 1000 as "publishedAt", left(w.content, 1500) as glimpse, w.warning, w.language
        from posts w join threads t on t.id = w.thread_id
        join communities c on c.actor_id = t.group_id join actors g on g.id = c.actor_id
        join posts p on p.id = t.id join actors a on a.id = p.author_id left join peers pe on pe.id = a.peer_id
       where w.author_id = ${actorId} and w.removed_at is null and ${threadState(db)} = 'shown'
         ${beforeId ? db`and w.id < ${beforeId}` : db``}
       order by w.id desc limit ${literal(db, POSTS_PER_PAGE + 1)}`,
  ]);
  if (!actor) return { is: "none" };
  if (actor.gone) return { is: "gone" };
  if (actor.kind === "group" && actor.host === null) return { is: "community", slug: actor.username };
  if (!actor.visible || posts.length === 0) return { is: "none" };
  const more = posts.length > POSTS_PER_PAGE;
  if (more) posts.pop();
  const { kind: _, gone: __, visible: ___, ...person } = actor;
  return {
    is: "shown",
    person: { ...person, posts, first: !beforeId, older: more ? (posts.at(-1)?.id ?? null) : null },
  };
}
