/** Charters: what a community agreed on, every version of it. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** The parts of a charter, each in Markdown. */
export interface CharterParts {
  purpose: string;
  audience: string;
  norms: string;
  roles: string;
}

export interface CharterRow extends CharterParts {
  version: number;
  /** The day on which the community looks at it again, as `2026-11-30`. */
  reviewOn: string | null;
  /** When the first version was written, and this one. */
  publishedAt: Date;
  writtenAt: Date;
}

/** The version that is in force, or null while there is none. */
export async function findCharter(db: Queryable, groupId: Id): Promise<CharterRow | null> {
  const [row] = await db<CharterRow[]>`
    select version, purpose, audience, norms, roles, to_char(review_on, 'YYYY-MM-DD') as "reviewOn", written_at as "writtenAt",
      (select written_at from charters first where first.group_id = c.group_id and first.version = 1) as "publishedAt"
    from charters c where group_id = ${groupId} order by version desc limit 1`;
  return row ?? null;
}

/**
 * Writes the version after `from`; false when that is not the newest any more. Of two that are written at once, the second breaks
 * `charters_pkey`.
 */
export async function insertCharter(
  db: Queryable,
  charter: CharterParts & { groupId: Id; from: number; reviewOn: string | null; writtenBy: Id },
): Promise<boolean> {
  const { groupId, from } = charter;
  const written = await db`
    insert into charters (group_id, version, purpose, audience, norms, roles, review_on, written_by)
    select ${groupId}, ${from}::int + 1, ${charter.purpose}, ${charter.audience}, ${charter.norms}, ${charter.roles}, ${charter.reviewOn}::text::date,
      ${charter.writtenBy}
    where (select coalesce(max(version), 0) from charters where group_id = ${groupId}) = ${from}::int`;
  return written.count === 1;
}
