/** Puts a number of ours into the text of a statement, instead of sending it along with it. */
import type { Queryable } from "../open.ts";

/**
 * `n` as it is written in SQL. Given a parameter for a limit, Postgres believes each time anew that a plan made for this very number must be
 * better, and planning takes longer than reading. Only for constants of the program: throws for anything but a whole number.
 */
export function literal(db: Queryable, n: number) {
  if (!Number.isSafeInteger(n)) throw new TypeError(`${n} is not a whole number.`);
  return db.unsafe(String(n));
}
