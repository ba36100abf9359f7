/** Ours and the floor in turn, round by round in one run, so that whatever else the machine does hits both alike. */
import type { Clock } from "./clock.ts";

/** One side of a comparison. */
export interface Side {
  /** Milliseconds of CPU used so far by everything that counts for this side. */
  cpu(): number;
  /** The part of it that is Postgres'. */
  postgres?: () => number;
  /** Does one round; resolves to how many units it did. */
  run(): Promise<number>;
}

export interface Comparison {
  /** What is compared, as the table shows it. */
  what: string;
  ours: Side;
  floor: Side;
  /** The least ratio that is aimed at. */
  aim?: number;
  rounds?: number;
  /** Rounds before the first that counts: connections open, code gets hot, caches fill. */
  warmUps?: number;
}

/** Units per second of CPU, and per second on the clock. */
export interface Rates {
  perCpu: number;
  perWall: number;
  /** Postgres' share of the CPU, 0 to 1; NaN where it was not asked for. */
  postgres: number;
}

export interface Compared {
  what: string;
  aim: number | undefined;
  ours: Rates;
  floor: Rates;
  /** Ours to the floor per second of CPU: the middle one of the rounds, the least and the most. */
  ratio: { middle: number; least: number; most: number };
  rounds: number;
}

const LEAST_ROUNDS = 3;

/** Alternates the two sides; fewer rounds than asked for, but three at least, when time runs out. */
export async function compare(clock: Clock, comparison: Comparison): Promise<Compared> {
  const { what, ours, floor, aim, rounds = 7, warmUps = 1 } = comparison;
  for (let i = 0; i < warmUps; i++) {
    await ours.run();
    await floor.run();
  }
  const measured: { ours: Rates; floor: Rates }[] = [];
  const begun = performance.now();
  while (measured.length < rounds) {
    const perRound = measured.length === 0 ? 0 : (performance.now() - begun) / measured.length;
    if (measured.length >= LEAST_ROUNDS && clock.leftMs() < perRound) break;
    clock.check();
    // Who begins changes from round to round.
    if (measured.length % 2 === 0) {
      const first = await measure(ours);
      measured.push({ ours: first, floor: await measure(floor) });
    } else {
      const first = await measure(floor);
      measured.push({ floor: first, ours: await measure(ours) });
    }
  }
  const ratios = measured.map((round) => round.ours.perCpu / round.floor.perCpu);
  return {
    what,
    aim,
    ours: middleOf(measured.map((round) => round.ours)),
    floor: middleOf(measured.map((round) => round.floor)),
    ratio: { middle: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) },
    rounds: measured.length,
  };
}

/** One round of one side alone. */
export async function measure(side: Side): Promise<Rates> {
  const cpu = side.cpu();
  const postgres = side.postgres?.() ?? Number.NaN;
  const start = performance.now();
  const units = await side.run();
  const wallMs = performance.now() - start;
  const cpuMs = Math.max(1, side.cpu() - cpu);
  const share = ((side.postgres?.() ?? Number.NaN) - postgres) / cpuMs;
  return { perCpu: (units * 1_000) / cpuMs, perWall: (units * 1_000) / wallMs, postgres: share };
}

function middleOf(rates: readonly Rates[]): Rates {
  const middle = (of: (rate: Rates) => number) => median(rates.map(of));
  return {
    perCpu: middle((rate) => rate.perCpu),
    perWall: middle((rate) => rate.perWall),
    postgres: middle((rate) => rate.postgres),
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value below which the share `p` (0 to 1) of `values` lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}
