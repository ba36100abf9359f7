/** Reads what somebody was told, newest first, as far as there is still something to be read of it; and at what rhythm they get it by mail. */
import { type Id, parseId } from "../ids.ts";
import type { Db, Queryable } from "../open.ts";
import { authorVisible, avoids, postVisible, threadVisible } from "../visible.ts";
import { literal } from "./literal.ts";

export { parseId };

/** Notifications on one page. */
export const NOTIFICATIONS_PER_PAGE = 40;

export type NotificationKind =
  | "mention"
  | "reply"
  | "answer-accepted"
  | "poll"
  | "join-request"
  | "invitation"
  | "welcome"
  | "account-request";

export interface Notification {
  id: Id;
  kind: NotificationKind;
  /** Milliseconds since 1970. */
  at: number;
  read: boolean;
  /** Who did it; null for a welcome, and for the end of a poll of their own. */
  fromId: Id | null;
  fromName: string | null;
  fromUsername: string | null;
  fromHost: string | null;
  /** The community; null for what concerns the whole server. */
  slug: string | null;
  communityName: string | null;
  /** The colour that it chose, if it is one of ours and has. */
  colour: string | null;
  threadId: Id | null;
  title: string | null;
  postId: Id | null;
  /** A reply to a post of theirs; other replies are in a thread that they follow. */
  toYou: boolean;
  /** The beginning of the post: sanitised HTML, perhaps cut in the middle of a tag. */
  glimpse: string | null;
  warning: string | null;
  language: string | null;
}

export interface NotificationPage {
  notifications: Notification[];
  first: boolean;
  /** The word for the page of older ones, null on the last. */
  older: string | null;
}

/** What `viewerId` was told; `before` as it stands in the address. Null when that is no place in the list. */
export async function readNotifications(
  db: Db,
  viewerId: Id,
  before: string | undefined,
): Promise<NotificationPage | null> {
  const beforeId = before === undefined ? null : parseId(before);
  if (before !== undefined && !beforeId) return null;
  const notifications = await db<Notification[]>`
    select ${columns(db)} from notifications n ${joins(db)}
     where n.actor_id = ${viewerId} ${beforeId ? db`and n.id < ${beforeId}` : db``} and ${visible(db)}
     order by n.id desc limit ${literal(db, NOTIFICATIONS_PER_PAGE + 1)}`;
  const more = notifications.length > NOTIFICATIONS_PER_PAGE;
  if (more) notifications.pop();
  return { notifications, first: !beforeId, older: more ? (notifications.at(-1)?.id ?? null) : null };
}

/** Those of `ids` of which there is still something to be read, oldest first: for a mail. */
export async function readNotificationsAmong(db: Queryable, ids: readonly Id[]): Promise<Notification[]> {
  return db<Notification[]>`
    select ${columns(db)} from notifications n ${joins(db)}
     where n.id = any(${ids as Id[]}::bigint[]) and ${visible(db)} order by n.id`;
}

export interface MailSettings {
  rhythm: "at-once" | "daily" | "weekly" | "never";
  email: string | null;
  confirmed: boolean;
  timeZone: string | null;
}

export async function readMailSettings(db: Db, viewerId: Id): Promise<MailSettings | null> {
  const [row] = await db<MailSettings[]>`
    select mail_rhythm as rhythm, email, email_confirmed_at is not null as confirmed, time_zone as "timeZone"
      from accounts where actor_id = ${viewerId}`;
  return row ?? null;
}

export interface Device {
  id: Id;
  /** Milliseconds since 1970. */
  addedAt: number;
  /** What the browser said of itself when they signed in. */
  userAgent: string;
  /** It is the one that asks. */
  here: boolean;
}

/** The devices of somebody that are told at once, the newest first. */
export async function readDevices(db: Db, viewerId: Id, sessionId: Id): Promise<Device[]> {
  return await db<Device[]>`
    select d.id, date_part('epoch', d.created_at) * 1000 as "addedAt", s.user_agent as "userAgent", d.session_id = ${sessionId} as here
      from push_devices d join sessions s on s.id = d.session_id where d.actor_id = ${viewerId} order by d.id desc`;
}

function columns(db: Queryable) {
  return db`n.id, n.kind, date_part('epoch', n.at) * 1000 as at, n.read_at is not null as read,
    n.from_id as "fromId", f.name as "fromName", f.username as "fromUsername", fp.host as "fromHost",
    g.username as slug, g.name as "communityName", cm.colour, n.thread_id as "threadId", t.title, n.post_id as "postId",
    coalesce(q.author_id = n.actor_id, false) as "toYou", left(p.content, 1500) as glimpse, p.warning, p.language`;
}

function joins(db: Queryable) {
  return db`left join actors f on f.id = n.from_id left join peers fp on fp.id = f.peer_id
    left join actors g on g.id = n.group_id left join communities cm on cm.actor_id = n.group_id left join threads t on t.id = n.thread_id
    left join posts p on p.id = n.post_id left join posts q on q.id = p.parent_id`;
}

/** Neither the post nor its thread is gone, nor anybody who has to do with it, no invitation was taken back; and the reader does not block who did it. */
function visible(db: Queryable) {
  return db`n.kind in ('mention', 'reply', 'answer-accepted', 'poll', 'join-request', 'invitation', 'welcome', 'account-request')
    and (n.post_id is null or exists (select from actors a left join peers pe on pe.id = a.peer_id
      where a.id = p.author_id and ${postVisible(db)}))
    and (n.thread_id is null or exists (select from posts o join actors a on a.id = o.author_id left join peers pe on pe.id = a.peer_id
      where o.id = n.thread_id and ${threadVisible(db)}))
    and (n.from_id is null or exists (select from actors a left join peers pe on pe.id = a.peer_id
      where a.id = n.from_id and ${authorVisible(db)}))
    and (n.kind <> 'invitation' or not exists (select from invited i
      where i.group_id = n.group_id and i.actor_id = n.actor_id and i.withdrawn_at is not null))
    and not ${avoids(db, db`n.actor_id`, db`n.from_id`, db`fp.host`)}`;
}
