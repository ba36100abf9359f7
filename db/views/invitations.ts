/** Reads invitations: one as whoever opens it sees it, and all of them for those who look after them. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";
import type { MemberRole } from "../queries/members.ts";
import { literal } from "./literal.ts";

export { parseId };

export type InvitationState = "usable" | "expired" | "used" | "revoked";

export interface Invitation {
  id: Id;
  /** The community it leads into. */
  group: { id: Id; slug: string; name: string; colour: string | null; summary: string } | null;
  role: MemberRole;
  state: InvitationState;
  by: { username: string; name: string };
}

export interface ListedInvitation extends Invitation {
  usesLeft: number;
  /** How many came by it. */
  came: number;
  note: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  expiresAt: number;
}

type Row = Omit<ListedInvitation, "group" | "by"> & {
  groupId: Id | null;
  slug: string | null;
  groupName: string | null;
  colour: string | null;
  summary: string | null;
  username: string;
  name: string;
};

const MOST = 200;

const COLUMNS = (db: Db) => db`
  i.id, i.role, i.uses_left as "usesLeft", i.note, g.id as "groupId", g.username as slug, g.name as "groupName", c.colour, c.summary_source as summary,
  date_part('epoch', i.created_at) * 1000 as "createdAt", date_part('epoch', i.expires_at) * 1000 as "expiresAt", a.username, a.name,
  case when i.revoked_at is not null or ac.state <> 'active' or g.gone_at is not null or (ac.role = 'member' and not exists (
      select from memberships f where f.group_id = i.group_id and f.actor_id = a.id and f.role = 'facilitator' and f.state = 'accepted'))
      then 'revoked' when i.uses_left = 0 then 'used'
    when i.expires_at <= now() then 'expired' else 'usable' end as state,
  (select count(*)::int from accounts n where n.invitation_id = i.id) as came
  from invitations i join actors a on a.id = i.created_by join accounts ac on ac.actor_id = a.id
  left join actors g on g.id = i.group_id left join communities c on c.actor_id = g.id`;

/** The invitation with this id, whatever became of it; null when there never was one. */
export async function readInvitation(db: Db, id: string): Promise<Invitation | null> {
  const known = parseId(id);
  if (!known) return null;
  const [row] = await db<Row[]>`select ${COLUMNS(db)} where i.id = ${known}`;
  return row ? shaped(row) : null;
}

/** The newest first: those of one community, or all. */
export async function listInvitations(db: Db, groupId: Id | null): Promise<ListedInvitation[]> {
  const rows = await db<Row[]>`
    select ${COLUMNS(db)} where ${groupId === null ? db`true` : db`i.group_id = ${groupId}`} order by i.id desc limit ${literal(db, MOST)}`;
  return rows.map(shaped);
}

function shaped({ groupId, slug, groupName, colour, summary, username, name, ...row }: Row): ListedInvitation {
  const group = groupId && slug ? { id: groupId, slug, name: groupName ?? slug, colour, summary: summary ?? "" } : null;
  return { ...row, group, by: { username, name } };
}

/** The communities that an invitation may lead into, by name. */
export async function listDestinations(db: Db): Promise<{ id: Id; name: string }[]> {
  return await db<{ id: Id; name: string }[]>`
    select g.id, coalesce(nullif(g.name, ''), g.username) as name from communities c join actors g on g.id = c.actor_id
    where g.gone_at is null order by lower(g.name), g.id limit ${literal(db, MOST)}`;
}
