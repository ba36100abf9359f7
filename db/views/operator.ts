/** What the operator's commands show: communities with their figures, and the instance at a glance. */
import type { Queryable } from "../open.ts";

export { deliveryLag, deliverySummary, type PeerListing, peerList } from "../queries/deliveries.ts";

export interface CommunityLine {
  slug: string;
  name: string;
  members: number;
  pending: number;
  threads: number;
  createdAt: Date;
  /** Null: nobody has said anything yet. */
  activeAt: Date | null;
}

/** Every community that is not gone, the latest active first. */
export function listCommunities(db: Queryable): Promise<CommunityLine[]> {
  return db<CommunityLine[]>`
    select a.username as slug, a.name, a.created_at as "createdAt", coalesce(m.members, 0)::int as members,
      coalesce(m.pending, 0)::int as pending, coalesce(t.threads, 0)::int as threads, t.active_at as "activeAt"
    from communities c
    join actors a on a.id = c.actor_id and a.gone_at is null
    left join (
      select group_id, count(*) filter (where state = 'accepted') as members, count(*) filter (where state = 'pending') as pending
      from memberships group by group_id
    ) m on m.group_id = a.id
    left join (
      select group_id, count(*) as threads, max(active_at) as active_at from threads where removed_at is null group by group_id
    ) t on t.group_id = a.id
    order by t.active_at desc nulls last, a.id desc`;
}

export interface CommunityReport extends CommunityLine {
  uri: string;
  summary: string;
  replies: number;
  /** Of the members: how many live on this server. */
  localMembers: number;
  /** Hosts of the members elsewhere, the largest first, at most twenty. */
  hosts: { host: string; software: string | null; members: number }[];
  /** How many such hosts there are. */
  hostCount: number;
  /** Those who wait for an answer, the longest waiting first, at most twenty. */
  waiting: { uri: string; requestedAt: Date }[];
}

/** Everything about one community that an operator may want to know, or null when there is none of that name. */
export async function reportCommunity(db: Queryable, slug: string): Promise<CommunityReport | null> {
  const [community] = await db<
    (Pick<CommunityReport, "slug" | "name" | "uri" | "createdAt" | "summary"> & { id: string })[]
  >`
    select a.id, a.uri, a.username as slug, a.name, a.created_at as "createdAt", c.summary_source as summary
    from communities c join actors a on a.id = c.actor_id
    where lower(a.username) = ${slug.toLowerCase()} and a.peer_id is null and a.gone_at is null`;
  if (!community) return null;
  const { id, ...named } = community;
  const [[counted], [talk], hosts, waiting] = await Promise.all([
    db<Pick<CommunityReport, "members" | "pending" | "localMembers">[]>`
      select (count(*) filter (where m.state = 'accepted'))::int as members, (count(*) filter (where m.state = 'pending'))::int as pending,
        (count(*) filter (where m.state = 'accepted' and a.peer_id is null))::int as "localMembers"
      from memberships m join actors a on a.id = m.actor_id where m.group_id = ${id}`,
    db<Pick<CommunityReport, "threads" | "replies" | "activeAt">[]>`
      select (select count(*) from threads t where t.group_id = ${id} and t.removed_at is null)::int as threads,
        (select count(*) from posts p join threads t on t.id = p.thread_id
          where t.group_id = ${id} and t.removed_at is null and p.parent_id is not null and p.removed_at is null)::int as replies,
        (select max(t.active_at) from threads t where t.group_id = ${id} and t.removed_at is null) as "activeAt"`,
    db<(CommunityReport["hosts"][number] & { hostCount: number })[]>`
      select p.host, p.software, count(*)::int as members, (count(*) over ())::int as "hostCount"
      from memberships m join actors a on a.id = m.actor_id join peers p on p.id = a.peer_id
      where m.group_id = ${id} and m.state = 'accepted'
      group by p.host, p.software order by count(*) desc, p.host limit 20`,
    db<CommunityReport["waiting"]>`
      select a.uri, m.requested_at as "requestedAt" from memberships m join actors a on a.id = m.actor_id
      where m.group_id = ${id} and m.state = 'pending' order by m.requested_at limit 20`,
  ]);
  return {
    ...named,
    ...(counted ?? { members: 0, pending: 0, localMembers: 0 }),
    ...(talk ?? { threads: 0, replies: 0, activeAt: null }),
    hosts: hosts.map(({ host, software, members }) => ({ host, software, members })),
    hostCount: hosts[0]?.hostCount ?? 0,
    waiting: [...waiting],
  };
}

/** Whether there is any community here yet. */
export async function hasCommunities(db: Queryable): Promise<boolean> {
  const [row] = await db<{ yes: boolean }[]>`
    select exists (select from communities c join actors a on a.id = c.actor_id where a.gone_at is null) as yes`;
  return row?.yes ?? false;
}

/** The oldest Postgres we run on, as `server_version_num` says it. */
export const OLDEST_POSTGRES = 160_000;

/** This machine's clock and any other that counts, such as the database's, may differ by this much (R89). */
export const MAX_CLOCK_DIFFERENCE_MS = 30_000;

/** Postgres' version as it says it (`18.4`) and as a number (180004), and its clock. */
export async function askServer(db: Queryable): Promise<{ version: string; versionNumber: number; now: Date }> {
  const [row] = await db<{ version: string; versionNumber: number; now: Date }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
      clock_timestamp() as now`;
  if (!row) throw new Error("Postgres gave no answer");
  return row;
}
