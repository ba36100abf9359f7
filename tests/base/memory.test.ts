/** A process that was busy and is quiet again gives its room back; without our doing it would keep it. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

/** Fills the room of the young with objects that live for a while, then does nothing, and prints that room's bytes: busy, and two seconds later. */
function program(giving: boolean): string {
  return `
    import { getHeapSpaceStatistics } from "node:v8";
    import { setTimeout as sleep } from "node:timers/promises";
    import { giveMemoryBack } from ${JSON.stringify(import.meta.resolve("../../src/base/memory.ts"))};
    const room = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size;
    if (${giving}) giveMemoryBack(100);
    let kept = [];
    for (let i = 0; i < 3_000_000; i++) {
      kept.push({ i });
      if (kept.length > 200_000) kept = [];
    }
    const busy = room();
    kept = [];
    await sleep(2_000);
    console.log(JSON.stringify({ busy, quiet: room() }));
  `;
}

async function rooms(giving: boolean): Promise<{ busy: number; quiet: number }> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program(giving)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout));
}

test("the room that a busy moment took is given back in a quiet one", async () => {
  const [ours, without] = await Promise.all([rooms(true), rooms(false)]);
  expect(without.quiet).toBe(without.busy);
  expect(ours.busy).toBeGreaterThan(8_000_000);
  expect(ours.quiet).toBeLessThan(ours.busy / 2);
});
