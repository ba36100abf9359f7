/** Reads invitations by name: those of a community, for its facilitators. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";
import { REST_DAYS } from "../queries/invited.ts";
import { literal } from "./literal.ts";

export { inviterOf } from "../queries/invited.ts";

export interface Invited {
  id: Id;
  name: string;
  username: string;
  byName: string;
  byUsername: string;
  /** Milliseconds since 1970. */
  at: number;
  /** They said no. */
  declined: boolean;
}

const MOST = 200;

/** Who was invited and has not joined, the newest first, those who declined for as long as they are not to be asked again. */
export async function readInvited(db: Db, groupId: Id): Promise<Invited[]> {
  return await db<Invited[]>`
    select a.id, a.name, a.username, b.name as "byName", b.username as "byUsername", date_part('epoch', i.invited_at) * 1000 as at,
           i.declined_at is not null as declined
      from invited i join actors a on a.id = i.actor_id join actors b on b.id = i.invited_by
     where i.group_id = ${groupId} and i.withdrawn_at is null and a.gone_at is null
       and (i.declined_at is null or i.declined_at > now() - ${literal(db, REST_DAYS)} * interval '1 day') and not exists (
       select from memberships m where m.group_id = i.group_id and m.actor_id = i.actor_id and m.state = 'accepted')
     order by i.invited_at desc, a.id limit ${literal(db, MOST)}`;
}

/** What somebody is called, for a sentence. */
export async function readName(db: Db, id: Id): Promise<{ name: string; username: string } | null> {
  const [row] = await db<{ name: string; username: string }[]>`select name, username from actors where id = ${id}`;
  return row ?? null;
}
