/** What the doctor finds: one line each, in plain words, with what to do. */

/** `good`: as it should be. `warning`: works, but look at it. `bad`: does not work. */
export type Mark = "good" | "warning" | "bad";

export interface Finding {
  readonly mark: Mark;
  /** One sentence. */
  readonly what: string;
  /** What to do about it, one or two sentences. */
  readonly todo?: string;
}

export const good = (what: string): Finding => ({ mark: "good", what });
export const warning = (what: string, todo: string): Finding => ({ mark: "warning", what, todo });
export const bad = (what: string, todo: string): Finding => ({ mark: "bad", what, todo });

const SIGNS: Readonly<Record<Mark, string>> = { good: "✓", warning: "!", bad: "✗" };

/** The finding as text: the mark and the sentence, and under it what to do. */
export function inWords({ mark, what, todo }: Finding): string {
  return todo === undefined ? `${SIGNS[mark]} ${what}` : `${SIGNS[mark]} ${what}\n    ${todo}`;
}
