/** Reads who is looking: the account behind a session, with what every page needs to know of it. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";

/** Days after which a session ends that is not used, and any session (R39). */
const IDLE_DAYS = 14;
const LONGEST_DAYS = 90;

export interface Viewer {
  id: Id;
  uri: string;
  username: string;
  /** The name they chose, or "". */
  name: string;
  role: "owner" | "administrator" | "member";
  sessionId: Id;
  /** Milliseconds since 1970. */
  sessionSeenAt: number;
  /** Has set up a second factor; has shown it (or a passkey) in this session. */
  hasSecondFactor: boolean;
  secondFactor: boolean;
  language: string | null;
  timeZone: string | null;
  appearance: "auto" | "light" | "dark";
  /** Notifications that were not read, counted up to 100. */
  unread: number;
}

/** The viewer behind a session, by the SHA-256 of its token; null when it ended, or the account may not sign in. */
export async function readViewer(db: Db, tokenHash: Buffer): Promise<Viewer | null> {
  const [row] = await db<Viewer[]>`
    select a.id, a.uri, a.username, a.name, ac.role, s.id as "sessionId", date_part('epoch', s.seen_at) * 1000 as "sessionSeenAt",
      (ac.totp_confirmed_at is not null or exists (select from passkeys k where k.actor_id = a.id)) as "hasSecondFactor",
      s.second_factor_at is not null as "secondFactor", ac.language, ac.time_zone as "timeZone", ac.appearance,
      (select count(*)::int from (select from notifications n where n.actor_id = a.id and n.read_at is null limit 100) u) as unread
    from sessions s join accounts ac on ac.actor_id = s.actor_id join actors a on a.id = ac.actor_id
    where s.token_hash = ${tokenHash} and ac.state = 'active'
      and s.seen_at > now() - ${IDLE_DAYS} * interval '1 day' and s.created_at > now() - ${LONGEST_DAYS} * interval '1 day'`;
  return row ?? null;
}
