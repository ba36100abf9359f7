/** At what rhythm somebody gets mail, and when it is morning where they are. */
import type { Id } from "../../../db/ids.ts";
import { type Rhythm, setRhythm } from "../../../db/queries/digests.ts";
import { type House, transact } from "../transact.ts";

export type { Rhythm } from "../../../db/queries/digests.ts";

export const RHYTHMS = ["at-once", "daily", "weekly", "never"] as const satisfies readonly Rhythm[];

/** Sets it; the same again changes nothing. */
export function chooseRhythm(house: House, actorId: Id, rhythm: Rhythm): Promise<void> {
  return transact(house, "actor.update", "author", undefined, async (tx) => {
    await setRhythm(tx, actorId, rhythm, house.now());
    return { result: undefined, line: null };
  });
}

/** The hour at which mails of the day and of the week are written. */
const HOUR = 7;
const DAY_MS = 86_400_000;
const MONDAY = 1;

/**
 * The last time it was seven in the morning in `zone` (an IANA name; an unknown one counts as UTC), on any day or on a Monday. Where a change
 * of clocks skips seven, it is as long after midnight as on other days.
 */
export function lastMorning(zone: string, now: Date, every: "day" | "week"): Date {
  const local = localClock(zone);
  const today = local(now.getTime());
  // Days are counted in UTC as if the clock on the wall were there.
  let day = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  for (;;) {
    const wall = day + HOUR * 3_600_000;
    if (every === "day" || new Date(day).getUTCDay() === MONDAY) {
      const morning = instantOf(local, wall);
      if (morning <= now.getTime()) return new Date(morning);
    }
    day -= DAY_MS;
  }
}

/** When the clock on the wall shows `wall`. Twice corrected by what it shows then: right on either side of a change. */
function instantOf(local: (at: number) => Date, wall: number): number {
  let at = wall;
  for (let i = 0; i < 2; i++) at += wall - local(at).getTime();
  return at;
}

/** What the clock on the wall shows in `zone`, as a Date that reads so in UTC. */
function localClock(zone: string): (at: number) => Date {
  const format = clockFormat(zone);
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  };
}

function clockFormat(zone: string): Intl.DateTimeFormat {
  const options = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  } as const;
  try {
    return new Intl.DateTimeFormat("en", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en", { ...options, timeZone: "UTC" });
  }
}
