/** What changed between two texts: by paragraph, and word by word within those that changed. */

export interface Piece {
  is: "same" | "added" | "removed";
  text: string;
}

/** A run of paragraphs as before, or one changed paragraph in pieces. */
export type Change = { is: "same"; paragraphs: number } | { is: "changed"; pieces: Piece[] };

/** Comparisons that one page makes at most; what would need more is shown whole, the old before the new. */
export const MOST_COMPARED = 2_000_000;

/**
 * Finds a longest common part of paragraphs, then of words where paragraphs took the place of others, in time that is bounded whatever the texts are:
 * by `most` comparisons. `whole` says that a part was too long to be compared.
 */
export function difference(
  before: string,
  after: string,
  most: number = MOST_COMPARED,
): { changes: Change[]; whole: boolean } {
  const budget = { left: most, spent: false };
  const changes: Change[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const settle = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      changes.push({ is: "changed", pieces: wordByWord(removed[i] ?? "", added[i] ?? "", budget) });
    }
    removed = [];
    added = [];
  };
  for (const { is, text } of compare(paragraphs(before), paragraphs(after), budget)) {
    if (is === "removed") removed.push(text);
    else if (is === "added") added.push(text);
    else {
      settle();
      const last = changes.at(-1);
      if (last?.is === "same") last.paragraphs++;
      else changes.push({ is: "same", paragraphs: 1 });
    }
  }
  settle();
  return { changes, whole: budget.spent };
}

function paragraphs(text: string): string[] {
  return text
    .replace(/\r\n?/g, "\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== "");
}

/** Words with the spaces around them as tokens of their own; neighbouring pieces of one kind are joined. */
function wordByWord(before: string, after: string, budget: Budget): Piece[] {
  const joined: Piece[] = [];
  for (const piece of compare(tokens(before), tokens(after), budget)) {
    const last = joined.at(-1);
    if (last?.is === piece.is) last.text += piece.text;
    else joined.push(piece);
  }
  return joined;
}

function tokens(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
}

interface Budget {
  left: number;
  spent: boolean;
}

/** A shortest way from `a` to `b`, by the table of longest common subsequences; removals stand before what took their place. */
function compare(a: readonly string[], b: readonly string[], budget: Budget): Piece[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const piece = (is: Piece["is"]) => (text: string) => ({ is, text });
  return [
    ...a.slice(0, start).map(piece("same")),
    ...middle(x, y, budget),
    ...a.slice(a.length - end).map(piece("same")),
  ];
}

function middle(x: readonly string[], y: readonly string[], budget: Budget): Piece[] {
  const whole = (): Piece[] => [
    ...x.map((text) => ({ is: "removed" as const, text })),
    ...y.map((text) => ({ is: "added" as const, text })),
  ];
  if (x.length === 0 || y.length === 0) return whole();
  if (x.length * y.length > budget.left) {
    budget.spent = true;
    return whole();
  }
  budget.left -= x.length * y.length;
  const wide = y.length + 1;
  // longest[i * wide + j]: how much x from i and y from j have in common.
  const longest = new Uint32Array((x.length + 1) * wide);
  const at = (i: number, j: number) => longest[i * wide + j] ?? 0;
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      longest[i * wide + j] = x[i] === y[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      out.push({ is: "same", text: x[i++] as string });
      j++;
    } else if (j >= y.length || (i < x.length && at(i + 1, j) >= at(i, j + 1))) {
      out.push({ is: "removed", text: x[i++] as string });
    } else out.push({ is: "added", text: y[j++] as string });
  }
  return out;
}
