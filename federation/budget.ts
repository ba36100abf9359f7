/** How much one letter from a stranger may make us fetch (R30). */

/** The budget is spent: whatever was being looked up stays unknown. */
export class BudgetSpent extends Error {}

export interface Budget {
  /** Counts one fetch. Throws BudgetSpent when there is none left. */
  take(): void;
}

/** A budget of `fetches`. */
export function budget(fetches: number): Budget {
  let left = fetches;
  return {
    take() {
      if (left-- <= 0) throw new BudgetSpent("The letter would have made us fetch too much.");
    },
  };
}

/** Before a signature is verified. */
export const BEFORE_VERIFICATION = 2;
/** For everything that one letter may cause. */
export const PER_LETTER = 20;
/** Ancestors of a reply whose thread we lack. */
export const ANCESTORS = 30;
