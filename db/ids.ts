/** Makes the ids of everything: 64-bit snowflakes, numeric and ordered by time, as Mastodon's clients need them. */

/** A snowflake as a decimal string; the column is a bigint. */
export type Id = string & { readonly __id: unique symbol };

const NODE_BITS = 6n;
const SEQUENCE_BITS = 10n;
const TIME_SHIFT = NODE_BITS + SEQUENCE_BITS;
/** How many processes can make ids on one database at once. */
export const NODE_COUNT = 1 << Number(NODE_BITS);

/** Milliseconds since 1970 in the upper 48 bits, then the process' number, then a counter within the millisecond. */
export type MakeId = () => Id;

/**
 * A maker of ids for the process with number `node()` (0 to 63, see db/node.ts).
 * Never repeats and never goes back, also when the clock does: it then borrows from the next millisecond.
 */
export function idMaker(node: () => number, now: () => number = Date.now): MakeId {
  let last = 0;
  let sequence = 0;
  return () => {
    const time = now();
    if (time > last) {
      last = time;
      sequence = 0;
    } else if (++sequence >= 1 << Number(SEQUENCE_BITS)) {
      last += 1;
      sequence = 0;
    }
    return String((BigInt(last) << TIME_SHIFT) | (BigInt(node()) << SEQUENCE_BITS) | BigInt(sequence)) as Id;
  };
}

/** When `id` was made. */
export function timeOf(id: Id): Date {
  return new Date(Number(BigInt(id) >> TIME_SHIFT));
}

/** The smallest id that could be made at `time`; for finding rows by age without a column of their own. */
export function idAt(time: Date): Id {
  return String(BigInt(time.getTime()) << TIME_SHIFT) as Id;
}

/** `text` as an id if it is one (1 to 19 digits), else null: for path segments and cursors that strangers write. */
export function parseId(text: string): Id | null {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= 0x7fffffffffffffffn ? (text as Id) : null;
}
