/** What one person does at most in a day. Whoever looks after the server is trusted with more: the door stands open to them anyway. */
import type { Id } from "../../db/ids.ts";
import { holdAccount } from "../../db/queries/registrations.ts";
import { Refusal } from "../base/errors.ts";
import type { Standing } from "./policy.ts";
import type { House, Tx } from "./transact.ts";

const DAY_MS = 24 * 3_600_000;
const FREE: ReadonlySet<Standing> = new Set(["operator", "owner", "administrator"]);

/**
 * Throws a Refusal (`enough-for-today`) when `more` would be over `most` in a day. `counted` says how many there were since a time; of two who ask at
 * once for one person, the second waits for the first.
 */
export async function notOverDaily(
  house: Pick<House, "now">,
  tx: Tx,
  who: { id: Id; standings: readonly Standing[] },
  { most, more }: { most: number; more: number },
  counted: (tx: Tx, id: Id, since: Date) => Promise<{ count: number; first: Date | null }>,
): Promise<void> {
  if (who.standings.some((standing) => FREE.has(standing))) return;
  await holdAccount(tx, who.id);
  const now = house.now().getTime();
  const { count, first } = await counted(tx, who.id, new Date(now - DAY_MS));
  if (count + more <= most) return;
  const retryAfterS = Math.max(1, Math.ceil(((first?.getTime() ?? now) + DAY_MS - now) / 1_000));
  throw new Refusal("enough-for-today", undefined, { retryAfterS });
}
