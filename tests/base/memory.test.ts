/** A process that was busy and is quiet again gives its room back; without our doing it would keep it. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

interface Bytes {
  /** The room of the young. */
  room: number;
  /** All that the process holds of the machine. */
  resident: number;
}

/** Fills the room of the young with objects that live for a while, then does nothing, and prints what it holds: busy, and two seconds later. */
function program(giving: boolean): string {
  return `
    import { getHeapSpaceStatistics } from "node:v8";
    import { setTimeout as sleep } from "node:timers/promises";
    import { giveMemoryBack } from ${JSON.stringify(import.meta.resolve("../../src/base/memory.ts"))};
    const holds = () => ({
      room: getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size,
      resident: process.memoryUsage.rss(),
    });
    if (${giving}) giveMemoryBack(100);
    let kept = [];
    for (let i = 0; i < 3_000_000; i++) {
      kept.push({ i });
      if (kept.length > 200_000) kept = [];
    }
    const busy = holds();
    kept = [];
    await sleep(2_000);
    console.log(JSON.stringify({ busy, quiet: holds() }));
  `;
}

async function held(giving: boolean): Promise<{ busy: Bytes; quiet: Bytes }> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program(giving)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout));
}

test("what a busy moment took is given back in a quiet one", async () => {
  const [ours, without] = await Promise.all([held(true), held(false)]);
  expect(without.quiet.room).toBe(without.busy.room);
  expect(ours.busy.room).toBeGreaterThan(8_000_000);
  expect(ours.quiet.room).toBeLessThan(ours.busy.room / 2);
  const given = ours.busy.resident - ours.quiet.resident;
  expect(given, "to the machine, and not kept for later").toBeGreaterThan((ours.busy.room - ours.quiet.room) / 2);
});
