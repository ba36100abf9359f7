/** How a benchmark says what it measured: one table of comparisons, and below it the figures that have no floor. */
import { table } from "../../src/base/table.ts";
import type { Compared } from "./rounds.ts";

/** A figure without a floor, with what is aimed at if anything is. */
export interface Fact {
  what: string;
  is: string;
  aim?: string;
  /** Whether the aim is reached. */
  met?: boolean;
}

/** The table: rates per second of CPU, ours to the floor with the least and the most of all rounds, and rates on the clock. */
export function comparisons(rows: readonly Compared[], unit: string): string {
  if (rows.length === 0) return "";
  return table(rows, [
    { title: unit, value: (row) => row.what },
    { title: "ours /cpu-s", value: (row) => rate(row.ours.perCpu), align: "right" },
    { title: "floor /cpu-s", value: (row) => rate(row.floor.perCpu), align: "right" },
    { title: "ratio", value: (row) => share(row.ratio.middle), align: "right" },
    { title: "from - to", value: (row) => `${share(row.ratio.least)} - ${share(row.ratio.most)}`, align: "right" },
    {
      title: "aim",
      value: (row) => (row.aim === undefined ? "" : `${share(row.aim)} ${mark(row.ratio.middle >= row.aim)}`),
    },
    {
      title: "Postgres' part",
      value: (row) => `${percent(row.ours.postgres)} : ${percent(row.floor.postgres)}`,
      align: "right",
    },
    { title: "ours /s", value: (row) => rate(row.ours.perWall), align: "right" },
    { title: "floor /s", value: (row) => rate(row.floor.perWall), align: "right" },
    { title: "rounds", value: (row) => row.rounds },
  ]);
}

export function facts(rows: readonly Fact[]): string {
  if (rows.length === 0) return "";
  return table(rows, [
    { title: "figure", value: (row) => row.what },
    { title: "measured", value: (row) => row.is, align: "right" },
    {
      title: "aim",
      value: (row) => (row.aim === undefined ? "" : `${row.aim}${row.met === undefined ? "" : ` ${mark(row.met)}`}`),
    },
  ]);
}

function mark(met: boolean): string {
  return met ? "met" : "MISSED";
}

/** Three digits are all that such a machine can tell. */
function rate(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function percent(value: number): string {
  return Number.isNaN(value) ? "-" : `${(100 * value).toFixed(0)} %`;
}

function share(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}
