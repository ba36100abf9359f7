/** Reads all that this server keeps of somebody, for themselves: small things at once, what may be much page by page. No secret is read. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";
import { avoids } from "../visible.ts";

type Row = Record<string, unknown>;

/** The parts of an export that are small: each a name and its rows. */
export async function readExportParts(db: Db, id: Id): Promise<Record<string, Row | readonly Row[]>> {
  const [[account], [profile], memberships, blocks, subscriptions, drafts, sessions, polls, pollVotes, pictures] =
    await Promise.all([
      db<Row[]>`
      select a.username, a.uri as id, ac.role, ac.email, ac.email_confirmed_at is not null as "emailConfirmed", ac.answer as "answerAtRegistration",
        ac.language, ac.time_zone as "timeZone", ac.appearance, ac.created_at as "createdAt", ac.approved_at as "approvedAt", ac.seen_at as "seenAt",
        ac.totp_confirmed_at is not null as "codesOfAnApp", (select count(*)::int from passkeys k where k.actor_id = a.id) as passkeys
      from accounts ac join actors a on a.id = ac.actor_id where a.id = ${id}`,
      db<Row[]>`
      select a.name, p.bio_source as bio, a.summary as "bioHtml", a.icon_url as picture, p.does, p.helps_with as "helpsWith",
        p.wants_to_learn as "wantsToLearn", p.languages, p.links, p.also_known_as as "alsoKnownAs"
      from profiles p join actors a on a.id = p.actor_id where a.id = ${id}`,
      db<Row[]>`
      select g.uri as community, g.name, m.role, m.state, m.answers, m.requested_at as "askedAt", m.accepted_at as "joinedAt"
      from memberships m join actors g on g.id = m.group_id where m.actor_id = ${id} order by m.requested_at`,
      db<Row[]>`
      select a.uri as person, b.blocked_host as server, b.created_at as "since" from blocks b left join actors a on a.id = b.blocked_id
      where b.actor_id = ${id} order by b.created_at`,
      db<Row[]>`
      select p.uri as thread, t.title, s.level from thread_subscriptions s join threads t on t.id = s.thread_id join posts p on p.id = t.id
      where s.actor_id = ${id} and t.removed_at is null order by s.thread_id`,
      db<
        Row[]
      >`select path as page, fields, saved_at as "savedAt" from drafts where actor_id = ${id} order by saved_at`,
      db<Row[]>`
      select address, user_agent as browser, created_at as "since", seen_at as "seenAt" from sessions where actor_id = ${id} order by created_at`,
      db<Row[]>`
      select p.uri as poll, t.title, l.multiple, l.closes_at as "closesAt",
        (select count(distinct v.actor_id)::int from poll_votes v where v.thread_id = l.thread_id) as voters,
        (select json_agg(json_build_object('text', o.text, 'votes',
            (select count(*) from poll_votes v where v.thread_id = l.thread_id and v.position = o.position)) order by o.position)
          from poll_options o where o.thread_id = l.thread_id) as options
      from polls l join threads t on t.id = l.thread_id join posts p on p.id = l.thread_id
      where p.author_id = ${id} and p.removed_at is null order by l.thread_id`,
      db<Row[]>`
      select p.uri as poll, o.text as option, v.at from poll_votes v join posts p on p.id = v.thread_id
        join poll_options o on o.thread_id = v.thread_id and o.position = v.position
      where v.actor_id = ${id} order by v.thread_id, v.position`,
      db<Row[]>`
      select id::text, purpose, description, width, height, created_at as "createdAt" from media where owner_id = ${id} order by id`,
    ]);
  const [[notifications], invitations] = await Promise.all([
    db<Row[]>`
      select mail_rhythm as "mailRhythm", (select coalesce(json_agg(created_at order by id), '[]') from push_devices where actor_id = ${id})
        as "devicesToldSince" from accounts where actor_id = ${id}`,
    db<Row[]>`
      select g.uri as community, i.invited_at as "invitedAt", i.declined_at as "declinedAt" from invited i join actors g on g.id = i.group_id
       where i.actor_id = ${id} and i.withdrawn_at is null
         and not ${avoids(db, db`i.actor_id`, db`i.invited_by`, db`null`)} order by i.invited_at`,
  ]);
  return {
    account: account ?? {},
    profile: profile ?? {},
    notifications: notifications ?? {},
    memberships,
    invitations,
    blocks,
    followedAndMuted: subscriptions,
    drafts,
    sessions,
    polls,
    pollVotes,
    pictures,
  };
}

const PER_PAGE = 200;

/** Their posts that were not removed, oldest first, in pages. */
export async function* readExportedPosts(db: Db, id: Id): AsyncGenerator<readonly Row[]> {
  let after = "0";
  for (;;) {
    const rows = await db<(Row & { key: string })[]>`
      select p.id::text as key, p.uri as id, g.uri as community, case when t.removed_at is null then t.title end as thread, o.uri as "threadId", q.uri as "inReplyTo", p.source,
        p.content as html, p.warning, p.language, p.published_at as "publishedAt", p.edited_at as "editedAt"
      from posts p join threads t on t.id = p.thread_id join posts o on o.id = t.id join actors g on g.id = t.group_id
        left join posts q on q.id = p.parent_id
      where p.author_id = ${id} and p.id > ${after} and p.removed_at is null order by p.id limit ${PER_PAGE}`;
    if (rows.length === 0) return;
    after = rows.at(-1)?.key ?? after;
    yield rows.map(({ key: _, ...row }) => row);
  }
}

/** Their votes, in pages. */
export async function* readExportedVotes(db: Db, id: Id): AsyncGenerator<readonly Row[]> {
  let after = { post: "0", emoji: "" };
  for (;;) {
    const rows = await db<(Row & { key: string; emoji: string })[]>`
      select v.post_id::text as key, p.uri as post, v.kind, v.emoji, v.cast_at as "castAt" from votes v join posts p on p.id = v.post_id
      where v.actor_id = ${id} and (v.post_id, v.emoji) > (${after.post}::bigint, ${after.emoji}::text)
      order by v.post_id, v.emoji limit ${PER_PAGE}`;
    const last = rows.at(-1);
    if (!last) return;
    after = { post: last.key, emoji: last.emoji };
    yield rows.map(({ key: _, ...row }) => row);
  }
}
