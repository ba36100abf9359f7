/**
 * How much the site does for one person or one address (R33). Who is signed in is counted as themselves, so that a class behind one address may work;
 * visitors are counted by their address, generously, since many may share it. Known to this process alone: several let pass as many times more.
 */
import type { Id } from "../../db/ids.ts";
import { openPace, type Pace, type PaceOptions, paceHeaders } from "../../db/pace.ts";
import { TooManyTries } from "./attempts.ts";

/** Who asks: a person, and the network they come from; "" where that must not be counted. */
export interface Asking {
  personId: Id | null;
  network: string;
}

const FIVE_MINUTES = 5 * 60;
const HALF_AN_HOUR = 30 * 60;

/** Each `most` at once, and as many again in `seconds`. */
export const LIMITS = {
  pages: { person: { most: 1_500, seconds: FIVE_MINUTES }, network: { most: 3_000, seconds: FIVE_MINUTES } },
  forms: { person: { most: 300, seconds: FIVE_MINUTES }, network: { most: 300, seconds: FIVE_MINUTES } },
  /** Forms of all who are signed in from one network, together. */
  formsTogether: { most: 1_500, seconds: FIVE_MINUTES },
  searches: { person: { most: 300, seconds: FIVE_MINUTES }, network: { most: 300, seconds: FIVE_MINUTES } },
  /** What a member makes this server ask others. */
  lookUps: { most: 30, seconds: FIVE_MINUTES },
  /** Posts of one's own that are taken back: each is told to everybody who has it. */
  removals: { most: 30, seconds: HALF_AN_HOUR },
} as const;

/** Each counts one, and throws TooManyTries when it is one too many. */
export interface Limits {
  page(who: Asking): void;
  form(who: Asking): void;
  search(who: Asking): void;
  lookUp(personId: Id): void;
  removal(personId: Id): void;
}

export function openLimits(now: () => number = () => Date.now()): Limits {
  const pace = (figure: Pick<PaceOptions, "most" | "seconds">) => openPace({ ...figure, now });
  const both = ({ person, network }: (typeof LIMITS)["pages" | "forms" | "searches"]) => {
    const [people, networks] = [pace(person), pace(network)];
    return (who: Asking) => {
      if (who.personId !== null) count(people, who.personId);
      else if (who.network !== "") count(networks, who.network);
    };
  };
  const page = both(LIMITS.pages);
  const form = both(LIMITS.forms);
  const search = both(LIMITS.searches);
  const together = pace(LIMITS.formsTogether);
  const lookUps = pace(LIMITS.lookUps);
  const removals = pace(LIMITS.removals);
  return {
    page,
    search,
    form(who) {
      form(who);
      if (who.personId !== null && who.network !== "") count(together, who.network);
    },
    lookUp: (personId) => count(lookUps, personId),
    removal: (personId) => count(removals, personId),
  };
}

function count(pace: Pace, key: string): void {
  const step = pace.take(key);
  if (!step.ok) throw new TooManyTries(step.retryAfterS, paceHeaders(step), step.tell);
}
