/** Notifications: who is told of what, written set by set in the transaction of the act, and marked as read. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";
import { avoids } from "../visible.ts";

/** People here whom somebody may reach who was first seen less than a day ago (R34). */
const MOST_BY_A_STRANGER = 3;
/** Asking again within this time tells nobody again. */
const ASKED_AGAIN_DAYS = 30;

/** What people are told of. */
export interface Occasion {
  /** Who did it. */
  fromId: Id;
  groupId: Id | null;
  threadId: Id | null;
  postId: Id | null;
}

/** Ids for rows to be written; where more people are to be told, nobody beyond them is, and the caller comes again with enough. */
type SpareIds = readonly Id[];

/**
 * How many people here each of the posts could concern, counted too often rather than not at all; those that concern nobody, which are most, are
 * not in it. Found out in a tenth of the time that telling them takes.
 */
export async function countConcerned(
  db: Queryable,
  posts: readonly Pick<Occasion, "postId" | "threadId">[],
): Promise<Map<Id, number>> {
  const ids = posts.map(({ postId }) => postId);
  const threads = posts.map(({ threadId }) => threadId);
  const rows = await db<{ postId: Id; people: number }[]>`
    select w.post_id as "postId", n.people from unnest(${ids as Id[]}::bigint[], ${threads as Id[]}::bigint[]) as w (post_id, thread_id),
      lateral (select ((select count(*) from accounts where actor_id = (
            select author_id from posts where id = (select parent_id from posts where id = w.post_id)))
        + (select count(*) from mentions where post_id = w.post_id)
        + (select count(*) from thread_subscriptions where thread_id = w.thread_id and level = 'follow'))::int as people) n
     where n.people > 0`;
  return new Map(rows.map(({ postId, people }) => [postId, people]));
}

/**
 * Tells of a post: the author of what it answers, then the people it names, then those who follow the thread; each once, and for the first of
 * these reasons. As many ids as people whom it could concern. A post that opens a thread answers nothing, and nobody follows it yet.
 */
export async function tellOfPost(db: Queryable, about: Occasion, ids: readonly Id[]): Promise<void> {
  await tell(
    db,
    about,
    ids,
    db`select author_id, 'reply', 1 from posts where id = (select parent_id from posts where id = ${about.postId})
       union all select m.actor_id, 'mention', 2 from mentions m where m.post_id = ${about.postId}
       union all select s.actor_id, 'reply', 3 from thread_subscriptions s where s.thread_id = ${about.threadId} and s.level = 'follow'`,
  );
}

async function tell(
  db: Queryable,
  { fromId, groupId, threadId, postId }: Occasion,
  ids: readonly Id[],
  found: ReturnType<typeof db>,
): Promise<void> {
  await db`
    with found (actor_id, kind, place) as (${found}), chosen as (
      select distinct on (f.actor_id) f.actor_id, f.kind, f.place from found f
        join accounts ac on ac.actor_id = f.actor_id and ac.state = 'active'
       where f.actor_id <> ${fromId} and ${notBlocked(db, "f", fromId)}
         and not exists (select from thread_subscriptions s
           where s.actor_id = f.actor_id and s.thread_id = ${threadId} and s.level = 'mute')
       order by f.actor_id, f.place
    ), stranger as (
      select from actors where id = ${fromId} and created_at > now() - interval '1 day'
    ), reached as (
      select distinct n.actor_id from notifications n where exists (select from stranger) and n.from_id = ${fromId} and n.id > ${dayAgo(db)}
    ), ranked as (
      select c.*, r.actor_id is not null as known, row_number() over (partition by r.actor_id is null order by c.place, c.actor_id) as nth
        from chosen c left join reached r on r.actor_id = c.actor_id
    ), allowed as (
      select actor_id, kind, row_number() over (order by place, actor_id) as n from ranked
       where known or not exists (select from stranger) or nth + (select count(*) from reached) <= ${MOST_BY_A_STRANGER}
    )
    insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
    select (${ids as Id[]}::bigint[])[n::int], actor_id, kind, ${fromId}, ${groupId}, ${threadId}, ${postId} from allowed
    on conflict do nothing`;
}

/** Tells the author of a post that it was accepted as an answer; once, whoever accepts it again. */
export async function tellOfAnswer(db: Queryable, about: Occasion, id: Id): Promise<void> {
  const { fromId, groupId, threadId, postId } = about;
  await db`
    insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
    select ${id}, p.author_id, 'answer-accepted', ${fromId}, ${groupId}, ${threadId}, p.id
      from posts p join accounts ac on ac.actor_id = p.author_id and ac.state = 'active'
     where p.id = ${postId} and p.author_id <> ${fromId} and ${notBlocked(db, "ac", fromId)}
       and not exists (select from notifications n
         where n.actor_id = p.author_id and n.kind = 'answer-accepted' and n.post_id = p.id)
       and not exists (select from thread_subscriptions s
         where s.actor_id = p.author_id and s.thread_id = ${threadId} and s.level = 'mute')
    on conflict do nothing`;
}

/** How many people here the end of a poll could concern. */
export async function countInPoll(db: Queryable, threadId: Id): Promise<number> {
  const [row] = await db<{ people: number }[]>`
    select (1 + count(distinct v.actor_id))::int as people from poll_votes v join accounts ac on ac.actor_id = v.actor_id
     where v.thread_id = ${threadId}`;
  return row?.people ?? 1;
}

/** Tells whoever began a poll that it is over (from nobody), and those who voted in it; once, however often it ends. As many ids as people. */
export async function tellOfPoll(db: Queryable, about: Occasion, ids: readonly Id[]): Promise<void> {
  const { fromId, groupId, threadId, postId } = about;
  await db`
    with found as (
      select ${fromId}::bigint as actor_id, null::bigint as from_id
      union all select distinct v.actor_id, ${fromId}::bigint from poll_votes v where v.thread_id = ${threadId} and v.actor_id <> ${fromId}
    ), chosen as (
      select f.*, row_number() over (order by f.actor_id) as n from found f
        join accounts ac on ac.actor_id = f.actor_id and ac.state = 'active'
       where ${notBlocked(db, "f", fromId)} and not exists (select from thread_subscriptions s
         where s.actor_id = f.actor_id and s.thread_id = ${threadId} and s.level = 'mute')
    )
    insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
    select (${ids as Id[]}::bigint[])[n::int], actor_id, 'poll', from_id, ${groupId}, ${threadId}, ${postId} from chosen
    on conflict do nothing`;
}

/**
 * Tells somebody that they are invited into a community. Whoever is invited again within a day, since the first was taken back, has the same line
 * once more.
 */
export async function tellOfInvitation(db: Queryable, to: Id, fromId: Id, groupId: Id, id: Id): Promise<void> {
  await db`
    with invitee as (
      select ac.actor_id from accounts ac where ac.actor_id = ${to} and ac.state = 'active' and ${notBlocked(db, "ac", fromId)}
    ), again as (
      update notifications n set read_at = null, from_id = ${fromId} from invitee i
       where n.actor_id = i.actor_id and n.kind = 'invitation' and n.group_id = ${groupId} and n.id > ${dayAgo(db)}
      returning n.id
    )
    insert into notifications (id, actor_id, kind, from_id, group_id)
    select ${id}, i.actor_id, 'invitation', ${fromId}, ${groupId} from invitee i where not exists (select from again)`;
}

/** An invitation was answered or taken back. */
export async function settleInvitation(db: Queryable, groupId: Id, actorId: Id): Promise<void> {
  await db`
    update notifications set read_at = now()
     where actor_id = ${actorId} and read_at is null and kind = 'invitation' and group_id = ${groupId}`;
}

/** Tells a community's facilitators that somebody asks to join. Returns how many are to be told. */
export function tellOfRequest(db: Queryable, about: Occasion, ids: SpareIds): Promise<number> {
  return tellStaff(
    db,
    "join-request",
    about,
    ids,
    db`memberships st join accounts ac on ac.actor_id = st.actor_id and ac.state = 'active'
       where st.group_id = ${about.groupId} and st.role = 'facilitator' and st.state = 'accepted'`,
  );
}

/** Tells those who look after the server that somebody asks for an account. Returns how many are to be told. */
export function tellOfAccount(db: Queryable, about: Occasion, ids: SpareIds): Promise<number> {
  return tellStaff(
    db,
    "account-request",
    about,
    ids,
    db`accounts st where st.role in ('owner', 'administrator') and st.state = 'active'`,
  );
}

async function tellStaff(
  db: Queryable,
  kind: "join-request" | "account-request",
  { fromId, groupId }: Occasion,
  ids: SpareIds,
  staff: ReturnType<typeof db>,
): Promise<number> {
  const [row] = await db<{ told: number }[]>`
    with chosen as (
      select st.actor_id, row_number() over (order by st.actor_id) as n from ${staff}
         and st.actor_id <> ${fromId} and ${notBlocked(db, "st", fromId)}
         and not exists (select from notifications o where o.actor_id = st.actor_id and o.kind = ${kind} and o.from_id = ${fromId}
           and o.group_id is not distinct from ${groupId}::bigint and o.at > now() - ${ASKED_AGAIN_DAYS} * interval '1 day'
           and o.id > ${daysAgo(db, ASKED_AGAIN_DAYS + 1)})
    ), written as (
      insert into notifications (id, actor_id, kind, from_id, group_id)
      select (${ids as Id[]}::bigint[])[n::int], actor_id, ${kind}, ${fromId}, ${groupId}::bigint from chosen where n <= ${ids.length}
    )
    select count(*)::int as told from chosen`;
  return row?.told ?? 0;
}

/**
 * Welcomes a member of this server to a community of it, once for ever and not those who lead it, and takes what its facilitators were told of
 * their asking for read: that is settled. So is an invitation.
 */
export async function welcomeMember(db: Queryable, groupId: Id, memberId: Id, id: Id): Promise<void> {
  await db`
    with settled as (
      update notifications n set read_at = now() from memberships f
       where f.group_id = ${groupId} and f.role = 'facilitator' and n.actor_id = f.actor_id and n.read_at is null
         and n.kind = 'join-request' and n.group_id = ${groupId} and n.from_id = ${memberId}
    ), come as (
      delete from invited where group_id = ${groupId} and actor_id = ${memberId}
    ), answered as (
      update notifications set read_at = now()
       where actor_id = ${memberId} and read_at is null and kind = 'invitation' and group_id = ${groupId})
    insert into notifications (id, actor_id, kind, group_id)
    select ${id}, m.actor_id, 'welcome', m.group_id
      from memberships m join communities c on c.actor_id = m.group_id
      join accounts ac on ac.actor_id = m.actor_id and ac.state = 'active'
     where m.group_id = ${groupId} and m.actor_id = ${memberId} and m.state = 'accepted' and m.role <> 'facilitator'
       and not exists (select from notifications n where n.actor_id = m.actor_id and n.kind = 'welcome' and n.group_id = m.group_id)`;
}

/** Somebody's asking was answered, with yes or no: what those were told who could answer it counts as read. */
export async function settleRequest(db: Queryable, groupId: Id | null, fromId: Id): Promise<void> {
  const [kind, staff] =
    groupId === null
      ? ["account-request", db`select actor_id from accounts where role in ('owner', 'administrator')`]
      : [
          "join-request",
          db`select actor_id from memberships where group_id = ${groupId} and role = 'facilitator' and state = 'accepted'`,
        ];
  await db`
    update notifications set read_at = now() where actor_id in (${staff}) and read_at is null and kind = ${kind}
      and from_id = ${fromId} and group_id is not distinct from ${groupId}::bigint`;
}

/** A post is gone, and there is nothing to be read of it: nobody keeps being told that there is. */
export async function settlePost(db: Queryable, postId: Id, threadId: Id): Promise<void> {
  await db`
    update notifications set read_at = now() where read_at is null and post_id = ${postId} and actor_id in (
      select author_id from posts where id = ${postId}
      union select q.author_id from posts w join posts q on q.id = w.parent_id where w.id = ${postId}
      union select actor_id from mentions where post_id = ${postId}
      union select actor_id from thread_subscriptions where thread_id = ${threadId} and level = 'follow')`;
}

/** The same of a whole thread. */
export async function settleThread(db: Queryable, threadId: Id): Promise<void> {
  await db`
    with poll as (
      update notifications set read_at = now() where read_at is null and kind = 'poll' and thread_id = ${threadId})
    update notifications set read_at = now() where read_at is null and kind <> 'poll' and thread_id = ${threadId} and actor_id in (
      select author_id from posts where thread_id = ${threadId}
      union select m.actor_id from mentions m join posts p on p.id = m.post_id where p.thread_id = ${threadId}
      union select actor_id from thread_subscriptions where thread_id = ${threadId} and level = 'follow')`;
}

/** What they were told of people whom they block now cannot be read any more: it does not count either. */
export async function settleAvoided(db: Queryable, actorId: Id): Promise<void> {
  await db`
    update notifications n set read_at = now() from actors a left join peers pe on pe.id = a.peer_id
     where n.actor_id = ${actorId} and n.read_at is null and a.id = n.from_id and ${avoids(db, db`n.actor_id`, db`a.id`, db`pe.host`)}`;
}

/** Marks as read what somebody was told up to and with `upTo`. */
export async function markReadUpTo(db: Queryable, actorId: Id, upTo: Id): Promise<void> {
  await db`update notifications set read_at = now() where actor_id = ${actorId} and read_at is null and id <= ${upTo}`;
}

/** Marks one thing as read, if it is theirs. */
export async function markOneRead(db: Queryable, actorId: Id, id: Id): Promise<void> {
  await db`update notifications set read_at = now() where id = ${id} and actor_id = ${actorId} and read_at is null`;
}

/** Marks as read what somebody was told about a thread. */
export async function markThreadRead(db: Queryable, actorId: Id, threadId: Id): Promise<void> {
  await db`update notifications set read_at = now() where actor_id = ${actorId} and read_at is null and thread_id = ${threadId}`;
}

/** Forgets what was told before `before`, read or not; in portions. Returns how many went. */
export async function forgetNotifications(db: Queryable, before: Date): Promise<number> {
  const gone = await db`
    delete from notifications where id in (select id from notifications where at < ${before} order by id limit 5000)`;
  return gone.count;
}

/** True where the account `alias`.actor_id blocks neither `fromId` nor the server they are on. */
function notBlocked(db: Queryable, alias: "f" | "ac" | "st", fromId: Id) {
  const account = db.unsafe(alias);
  const host = db`(select pe.host from actors x join peers pe on pe.id = x.peer_id where x.id = ${fromId})`;
  return db`not ${avoids(db, db`${account}.actor_id`, db`${fromId}`, host)}`;
}

/** The smallest id that could have been made so many days ago: finds rows by age through the primary key. */
function daysAgo(db: Queryable, days: number) {
  return db`((extract(epoch from now()) - ${db.unsafe(String(days * 86_400))}) * 1000)::bigint * 65536`;
}

function dayAgo(db: Queryable) {
  return daysAgo(db, 1);
}
