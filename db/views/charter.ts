/** Reads a community's charter: the version in force, or one that was. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";

export interface CharterVersion {
  version: number;
  purpose: string;
  audience: string;
  norms: string;
  roles: string;
  /** `2026-11-30`, or null. */
  reviewOn: string | null;
  /** Milliseconds since 1970. */
  writtenAt: number;
  writerName: string;
  writerUsername: string;
}

/** The newest version, or that one; null when there is none. */
export async function readCharter(db: Db, groupId: Id, version?: number): Promise<CharterVersion | null> {
  const [row] = await db<CharterVersion[]>`
    select c.version, c.purpose, c.audience, c.norms, c.roles, to_char(c.review_on, 'YYYY-MM-DD') as "reviewOn",
           date_part('epoch', c.written_at) * 1000 as "writtenAt", a.name as "writerName", a.username as "writerUsername"
      from charters c join actors a on a.id = c.written_by
     where c.group_id = ${groupId} ${version === undefined ? db`` : db`and c.version = ${version}`}
     order by c.version desc limit 1`;
  return row ?? null;
}
