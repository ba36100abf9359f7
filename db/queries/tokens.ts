/** Tokens that work once. */
import type { Queryable } from "../open.ts";

/** Marks a token as used. Returns false when it was used before. */
export async function spendToken(db: Queryable, jti: string, expiresAt: Date): Promise<boolean> {
  const rows = await db`insert into used_tokens (jti, expires_at) values (${jti}, ${expiresAt}) on conflict do nothing`;
  return rows.count > 0;
}

/** Forgets used tokens that would be too old by now anyway. */
export async function forgetTokens(db: Queryable): Promise<number> {
  return (await db`delete from used_tokens where expires_at < now() - interval '1 hour'`).count;
}
