/** The one row that says whose database this is: the public origin that all our ids begin with. */
import type { Db } from "../open.ts";

export interface OriginClaim {
  /** The origin that the database has now. */
  stored: string;
  /** Whether actors of this server exist: then ids with the stored origin are known elsewhere. */
  inUse: boolean;
}

/**
 * Stores `origin` when there is none, or when nobody of this server exists yet; the actor that signs what the server fetches does not count and
 * is made anew. Of processes that start at once with different origins, one wins: whether `stored` is the origin asked for says who.
 */
export function claimOrigin(db: Db, origin: string): Promise<OriginClaim> {
  return db.begin(async (tx) => {
    await tx`insert into instance (origin) values (${origin}) on conflict (only_row) do nothing`;
    const [row] = await tx<OriginClaim[]>`
      select origin as stored, exists (select from actors where peer_id is null and kind <> 'application')
        or exists (select from activities c join actors a on a.id = c.actor_id where a.peer_id is null) as "inUse"
      from instance for update of instance`;
    if (!row) throw new Error("the instance row is gone");
    if (row.stored === origin || row.inUse) return row;
    await tx`delete from actors where peer_id is null`;
    await tx`update instance set origin = ${origin}`;
    return { stored: origin, inUse: false };
  });
}
