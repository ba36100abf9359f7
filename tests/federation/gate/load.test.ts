/** How many letters are in hand at once, and what comes on top. */
import { describe, expect, test } from "vitest";
import { openLoad } from "../../../federation/gate/load.ts";
import type { Rejection } from "../../../federation/gate/rejection.ts";

function watched(cores = 1, patienceMs = 60_000) {
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  return { warnings, load: openLoad({ log, cores, patienceMs }) };
}

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

function why(act: () => unknown): Rejection | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as Rejection;
  }
}

const PUT_OFF = { status: 503, headers: { "retry-after": "30" } };

describe("letters in hand", () => {
  test("are 72 for each core; the next is put off before it is read, until one is done", async () => {
    const { load, warnings } = watched(2);
    const works = Array.from({ length: 144 }, held);
    const done = works.map(({ work }) => load.inHand(work));
    expect(why(() => load.requireRoom())).toMatchObject(PUT_OFF);
    await expect(load.inHand(async () => {})).rejects.toMatchObject(PUT_OFF);
    expect(warnings, "one line in the log for all of them").toHaveLength(1);
    works[0]?.end();
    await done[0];
    expect(why(() => load.requireRoom())).toBeNull();
    for (const { end } of works) end();
    await Promise.all(done);
  });

  test("that fail make room, too", async () => {
    const { load } = watched();
    for (let i = 0; i < 200; i++)
      await expect(load.inHand(() => Promise.reject(new Error("bad")))).rejects.toThrow("bad");
    expect(why(() => load.requireRoom())).toBeNull();
  });

  test("take no room while they wait for another server", async () => {
    const { load } = watched();
    const works = Array.from({ length: 500 }, held);
    const done = works.map(({ work }) => load.inHand(() => load.elsewhere(work)));
    expect(why(() => load.requireRoom())).toBeNull();
    for (const { end } of works) end();
    await Promise.all(done);
    const more = Array.from({ length: 72 }, held);
    const last = more.map(({ work }) => load.inHand(work));
    expect(
      why(() => load.requireRoom()),
      "and are counted again after it",
    ).toMatchObject(PUT_OFF);
    for (const { end } of more) end();
    await Promise.all(last);
  });
});

describe("bodies of letters", () => {
  const MIB = 1024 * 1024;

  test("are 64 MiB together, until their letters are answered; small ones come in all the while", () => {
    const { load, warnings } = watched();
    const bodies = Array.from({ length: 70 }, () => load.body());
    const taken = bodies.filter((body) => why(() => body.take(MIB)) === null);
    expect(taken.length).toBeGreaterThanOrEqual(64);
    expect(taken.length).toBeLessThan(70);
    const late = load.body();
    expect(why(() => late.take(64 * 1024))).toBeNull();
    expect(why(() => late.take(MIB / 2))).toMatchObject(PUT_OFF);
    late.free();
    expect(warnings).toHaveLength(1);
    for (const body of bodies) body.free();
    expect(Array.from({ length: 64 }, () => why(() => load.body().take(MIB)))).toEqual(Array(64).fill(null));
  });
});

describe("keys that are looked up", () => {
  test("are eight at once for each core, 64 stand in line, and the next is put off", async () => {
    const { load } = watched();
    let begun = 0;
    const works = Array.from({ length: 72 }, held);
    const done = works.map(({ work }, i) =>
      load.inHand(() =>
        load.lookUp(`h${i}.example`, () => {
          begun++;
          return work();
        }),
      ),
    );
    expect(begun).toBe(8);
    await expect(load.inHand(() => load.lookUp("a.example", async () => {}))).rejects.toMatchObject(PUT_OFF);
    // Whoever is known needs no key looked up, and comes in all the while.
    await expect(load.inHand(async () => "in")).resolves.toBe("in");
    works[0]?.end();
    await done[0];
    expect(begun).toBe(9);
    for (const { end } of works) end();
    await Promise.all(done);
    expect(begun).toBe(72);
    await expect(load.inHand(() => load.lookUp("a.example", async () => "in"))).resolves.toBe("in");
  });

  test("give their slot back when they fail", async () => {
    const { load } = watched();
    for (let i = 0; i < 30; i++)
      await expect(
        load.inHand(() => load.lookUp("a.example", () => Promise.reject(new Error("no key")))),
      ).rejects.toThrow("no key");
    await expect(load.inHand(() => load.lookUp("a.example", async () => "in"))).resolves.toBe("in");
  });

  test("wait only so long for their turn, and leave the line then", async () => {
    const { load } = watched(1, 20);
    const works = Array.from({ length: 8 }, held);
    const done = works.map(({ work }, i) => load.inHand(() => load.lookUp(`h${i}.example`, work)));
    let begun = false;
    const tired = load.inHand(() =>
      load.lookUp("a.example", async () => {
        begun = true;
      }),
    );
    await expect(tired).rejects.toMatchObject(PUT_OFF);
    for (const { end } of works) end();
    await Promise.all(done);
    expect(begun).toBe(false);
    await expect(load.inHand(() => load.lookUp("a.example", async () => "in"))).resolves.toBe("in");
  });

  test("of one host take up a quarter of the slots and half of the line, and keep nobody else out", async () => {
    const { load } = watched();
    const begun: string[] = [];
    const works = Array.from({ length: 34 }, held);
    const ask = (host: string, work: () => Promise<void>) =>
      load.inHand(() =>
        load.lookUp(host, () => {
          begun.push(host);
          return work();
        }),
      );
    const done = works.map(({ work }) => ask("slow.example", work));
    expect(begun).toEqual(["slow.example", "slow.example"]);
    await expect(ask("slow.example", async () => {})).rejects.toMatchObject(PUT_OFF);
    const others = Array.from({ length: 7 }, held);
    const theirs = others.map(({ work }, i) => ask(`h${i}.example`, work));
    expect(begun).toHaveLength(8);
    // A slot of another host is for whoever waits longest and may have it.
    others[0]?.end();
    await theirs[0];
    expect(begun.slice(8)).toEqual(["h6.example"]);
    works[0]?.end();
    await done[0];
    expect(begun.slice(9)).toEqual(["slow.example"]);
    for (const { end } of [...works, ...others]) end();
    await Promise.all([...done, ...theirs]);
    expect(begun).toHaveLength(41);
  });
});
