/** The time that a benchmark may plan with. */

export interface Clock {
  /** Milliseconds left of the time that may be planned with. */
  leftMs(): number;
  /** Throws when there is none left. */
  check(): void;
}
