/** How much one letter from a stranger may make us fetch (R30). */

/** The budget is spent: whatever was being looked up stays unknown. */
export class BudgetSpent extends Error {}

export interface Budget {
  /** Counts one fetch. Throws BudgetSpent when there is none left. */
  take(): void;
  /** Does what one fetch is. */
  wait<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * A budget of `fetches`, to be spent within `ms` milliseconds if that is given: a slow server must not keep us for hours. `wait` is told of every
 * time that another server is waited for.
 */
export function budget(
  fetches: number,
  ms = Number.POSITIVE_INFINITY,
  wait: Budget["wait"] = (work) => work(),
): Budget {
  let left = fetches;
  const end = performance.now() + ms;
  return {
    wait,
    take() {
      if (left-- <= 0) throw new BudgetSpent("The letter would have made us fetch too much.");
      if (performance.now() > end) throw new BudgetSpent("What the letter made us fetch came too slowly.");
    },
  };
}

/** Before a signature is verified. */
export const BEFORE_VERIFICATION = 2;
/** For everything that one letter may cause. */
export const PER_LETTER = 20;
/** Ancestors of a reply whose thread we lack, each with an author who may be unknown as well; and milliseconds for all of them. */
export const ANCESTORS = 30;
export const ANCESTORS_MS = 60_000;
