/** Plain words and aligned tables for the command line. */
import { escapeControls } from "./text/characters.ts";

/** One column: its heading, and what stands in it for a row (empty for null and undefined). Numbers are set to the right. */
export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | bigint | null | undefined;
  align?: "left" | "right";
}

const GAP = "  ";
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|^\p{RGI_Emoji}$/v;
const ZERO = /^[\p{M}\p{Cf}]+$/u;

/** Rows as aligned text with a heading line, each line ended by a line feed. Control characters are shown escaped. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) =>
    columns.map((column) => {
      const value = column.value(row);
      return {
        text: escapeControls(String(value ?? "")),
        isNumber: typeof value === "number" || typeof value === "bigint",
      };
    }),
  );
  const headings = columns.map(({ title }) => ({ text: escapeControls(title), isNumber: false }));
  const widths = columns.map((_, at) =>
    Math.max(0, ...[headings, ...cells].map((line) => width(line[at]?.text ?? ""))),
  );
  const right = columns.map(({ align }, at) => {
    if (align !== undefined) return align === "right";
    return (
      cells.some((line) => line[at]?.isNumber) && cells.every((line) => line[at]?.isNumber || line[at]?.text === "")
    );
  });
  return [headings, ...cells]
    .map((line) =>
      line
        .map(({ text }, at) => {
          const space = " ".repeat(Math.max(0, (widths[at] ?? 0) - width(text)));
          return right[at] ? space + text : text + space;
        })
        .join(GAP)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** How many cells of a terminal a text takes: two for East Asian wide characters and emoji, none for marks. */
function width(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) cells += ZERO.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  return cells;
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** "3 minutes ago", "in 2 hours", "just now" (within five seconds), "never" for null. */
export function ago(date: Date | null, now: Date = new Date()): string {
  if (date === null || Number.isNaN(date.getTime())) return "never";
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance <= 5) return "just now";
  const [size, name] = UNITS.find(([size]) => distance >= size) ?? [1, "second"];
  const words = plural(Math.floor(distance / size), name);
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

/** "1 thread", "1,200 threads", "2 replies", "3 inboxes"; an irregular plural may be given. */
export function plural(count: number, one: string, many: string = manyOf(one)): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function manyOf(one: string): string {
  if (/[^aeiou]y$/.test(one)) return `${one.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(one) ? `${one}es` : `${one}s`;
}
