/** What a poll that begins here may be. */
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";

export const FEWEST_OPTIONS = 2;
export const MOST_OPTIONS = 10;
/** Characters. */
export const MOST_OPTION = 100;
/** For how many days it may be open. */
export const POLL_DAYS = [1, 3, 7, 14] as const;

export interface AskedPoll {
  /** As typed: one a line, empty lines left out. */
  options: string;
  multiple: boolean;
  days: (typeof POLL_DAYS)[number];
}

export interface NewPoll {
  options: string[];
  multiple: boolean;
  closesAt: Date;
}

const DAY = 24 * 3_600_000;

/** Throws a Refusal for too few or too many options, for long ones, and for two that are the same: a vote names its option. */
export function checkedPoll({ options: typed, multiple, days }: AskedPoll, now: Date): NewPoll {
  const options = typed
    .split("\n")
    .map(oneLine)
    .filter((line) => line !== "");
  const different = new Set(options.map((option) => option.normalize("NFKC").toLowerCase()));
  const good =
    options.length >= FEWEST_OPTIONS &&
    options.length <= MOST_OPTIONS &&
    different.size === options.length &&
    options.every((option) => option.length <= MOST_OPTION);
  if (!good) throw new Refusal("poll-options");
  if (!POLL_DAYS.includes(days)) throw new Refusal("input-invalid");
  return { options, multiple, closesAt: new Date(now.getTime() + days * DAY) };
}
