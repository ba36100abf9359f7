/** Reads what everybody may know of this server: its name, who looks after it, and how to become a member. */
import type { Db } from "../open.ts";
import { type Registration, readSettings, type Settings } from "../queries/settings.ts";
import { literal } from "./literal.ts";

export type { Registration, Settings };
export { readSettings };

const MOST_KEEPERS = 12;

export interface Keeper {
  username: string;
  name: string;
  owner: boolean;
}

/** Owners first, then administrators, by name. */
export async function readKeepers(db: Db): Promise<Keeper[]> {
  return await db<Keeper[]>`
    select a.username, a.name, ac.role = 'owner' as owner from accounts ac join actors a on a.id = ac.actor_id
    where ac.role in ('owner', 'administrator') and ac.state = 'active' and a.gone_at is null
    order by ac.role = 'owner' desc, lower(a.username) limit ${literal(db, MOST_KEEPERS)}`;
}
