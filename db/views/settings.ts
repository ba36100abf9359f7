/** Reads what somebody's settings hold now: their profile as a form shows it, and whom they have blocked. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";
import type { ProfileRow } from "../queries/profiles.ts";

export { type Id, parseId } from "../ids.ts";
export type { ProfileRow } from "../queries/profiles.ts";

export interface ProfileSettings extends ProfileRow {
  /** HTML of ours. */
  summary: string;
}

/** Throws when `actorId` has no account. */
export async function readProfile(db: Db, actorId: Id): Promise<ProfileSettings> {
  const [row] = await db<ProfileSettings[]>`
    select a.name, a.summary, p.bio_source as "bioSource", a.icon_url as "iconUrl", p.does, p.helps_with as "helpsWith",
      p.wants_to_learn as "wantsToLearn", p.languages, p.links, p.also_known_as as "alsoKnownAs", ac.time_zone as "timeZone"
    from profiles p join actors a on a.id = p.actor_id join accounts ac on ac.actor_id = p.actor_id where p.actor_id = ${actorId}`;
  if (!row) throw new Error(`Account ${actorId} has no profile.`);
  return row;
}

export interface BlockedPerson {
  id: Id;
  name: string;
  username: string;
  /** Null: of this server. */
  host: string | null;
}

export interface Blocks {
  people: readonly BlockedPerson[];
  hosts: readonly string[];
}

/** The newest first. */
export async function readBlocks(db: Db, actorId: Id): Promise<Blocks> {
  const [people, hosts] = await Promise.all([
    db<BlockedPerson[]>`
      select a.id, a.name, a.username, pe.host from blocks b join actors a on a.id = b.blocked_id left join peers pe on pe.id = a.peer_id
      where b.actor_id = ${actorId} order by b.created_at desc, a.id`,
    db<{ host: string }[]>`
      select blocked_host as host from blocks where actor_id = ${actorId} and blocked_host is not null order by created_at desc, blocked_host`,
  ]);
  return { people, hosts: hosts.map(({ host }) => host) };
}

/** What stands in the way of closing an account: communities of which one is the only facilitator, and being the only owner. */
export async function readTies(
  db: Db,
  actorId: Id,
): Promise<{ communities: readonly { slug: string; name: string }[]; lastOwner: boolean; posts: number }> {
  const [communities, [row]] = await Promise.all([
    db<{ slug: string; name: string }[]>`
      select g.username as slug, g.name from memberships m join communities c on c.actor_id = m.group_id join actors g on g.id = m.group_id
      where m.actor_id = ${actorId} and m.role = 'facilitator' and m.state = 'accepted' and g.gone_at is null and not exists (
        select from memberships o join actors f on f.id = o.actor_id where o.group_id = m.group_id and o.actor_id <> ${actorId}
          and o.role = 'facilitator' and o.state = 'accepted' and f.gone_at is null)
      order by g.name`,
    db<{ lastOwner: boolean; posts: number }[]>`
      select ac.role = 'owner' and not exists (
          select from accounts o where o.role = 'owner' and o.state = 'active' and o.actor_id <> ac.actor_id) as "lastOwner",
        (select count(*)::int from posts p where p.author_id = ac.actor_id and p.removed_at is null) as posts
      from accounts ac where ac.actor_id = ${actorId}`,
  ]);
  return { communities, lastOwner: row?.lastOwner ?? false, posts: row?.posts ?? 0 };
}
