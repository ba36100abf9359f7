/** Reads what somebody may know of how their own account is kept safe: passkeys, sessions, who tried the door. */
import type { Id } from "../ids.ts";
import type { Db } from "../open.ts";

export interface PasskeyFacts {
  id: string;
  name: string;
  /** Milliseconds since 1970, as all times here. */
  createdAt: number;
  usedAt: number | null;
}

export interface SessionFacts {
  id: Id;
  address: string;
  userAgent: string;
  createdAt: number;
  seenAt: number;
}

export interface AttemptFacts {
  at: number;
  address: string;
  userAgent: string;
  outcome: "signed-in" | "wrong" | "second-factor-wrong" | "limited";
}

export interface Security {
  hasPassword: boolean;
  /** Their mail address, and whether they have shown that it is theirs. */
  email: string | null;
  emailConfirmed: boolean;
  /** A code from an app is asked for at signing in. */
  totp: boolean;
  /** Recovery codes that were not used. */
  codesLeft: number;
  passkeys: PasskeyFacts[];
  sessions: SessionFacts[];
  /** The last of them, newest first. */
  attempts: AttemptFacts[];
}

const MOST_ATTEMPTS = 20;

export async function readSecurity(db: Db, actorId: Id): Promise<Security> {
  const [[account], passkeys, sessions, attempts] = await Promise.all([
    db<Omit<Security, "passkeys" | "sessions" | "attempts">[]>`
      select password_hash is not null as "hasPassword", email, email_confirmed_at is not null as "emailConfirmed", totp_confirmed_at is not null as totp,
        (select count(*)::int from recovery_codes r where r.actor_id = ac.actor_id and r.used_at is null) as "codesLeft"
      from accounts ac where actor_id = ${actorId}`,
    db<PasskeyFacts[]>`
      select id, name, date_part('epoch', created_at) * 1000 as "createdAt", date_part('epoch', used_at) * 1000 as "usedAt"
      from passkeys where actor_id = ${actorId} order by created_at`,
    db<SessionFacts[]>`
      select id, address, user_agent as "userAgent", date_part('epoch', created_at) * 1000 as "createdAt",
        date_part('epoch', seen_at) * 1000 as "seenAt"
      from sessions where actor_id = ${actorId} order by seen_at desc limit 100`,
    db<AttemptFacts[]>`
      select date_part('epoch', at) * 1000 as at, address, user_agent as "userAgent", outcome
      from sign_in_attempts where actor_id = ${actorId} order by at desc limit ${MOST_ATTEMPTS}`,
  ]);
  const base = account ?? { hasPassword: false, email: null, emailConfirmed: false, totp: false, codesLeft: 0 };
  return { ...base, passkeys: [...passkeys], sessions: [...sessions], attempts: [...attempts] };
}

export { parseId } from "../ids.ts";
/** Whether this server has an owner. */
export { hasOwner } from "../queries/accounts.ts";
