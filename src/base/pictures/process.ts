/** The process in which pictures are read and made anew: whatever a file does to the library that reads it, it does it here. */
import { writeFileSync, writeSync } from "node:fs";
import { setPriority } from "node:os";
import sharp from "sharp";

/** What workbench.ts asks for. */
export interface Order {
  bytes: Uint8Array;
  side: number;
  square: boolean;
}

export type Answer =
  | { bytes: Buffer; width: number; height: number }
  | { refused: "picture-invalid" | "picture-too-large"; why?: string };

const MOST_PIXELS = 40_000_000;
/** Bytes. */
const mostMemory = Number(process.argv[2]);
/** Whoever reads pages comes first. */
const NICE = 10;
const LOOK_MS = 100;
const QUALITY = 82;

// Whoever started it ends it, by a signal of its own or by closing the line; a Ctrl-C in the terminal is for the server, which ends in good order.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
process.on("disconnect", endAtOnce);
setPriority(NICE);
try {
  // Where memory runs out, Linux takes this process first.
  writeFileSync("/proc/self/oom_score_adj", "1000");
} catch {
  // Elsewhere there is no such thing.
}

sharp.concurrency(1);
sharp.cache(false);
// It may open nothing but the kinds we take.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadNsgif",
    "VipsForeignLoadHeif",
  ],
});

process.on("message", async (order: Order) => {
  const watch = setInterval(() => {
    const used = process.memoryUsage.rss();
    if (used < mostMemory) return;
    writeSync(2, `It took ${used} bytes of memory.\n`);
    endAtOnce();
  }, LOOK_MS);
  const answer = await remake(order);
  clearInterval(watch);
  process.send?.(answer);
});
process.send?.("ready");

async function remake({ bytes, side, square }: Order): Promise<Answer> {
  const read = { limitInputPixels: false, failOn: "error", pages: 1 } as const;
  try {
    const { width, height } = await sharp(bytes, read).metadata();
    if (width * height > MOST_PIXELS) return { refused: "picture-too-large" };
    const edge = Math.min(side, width, height);
    const shape = square
      ? ({ width: edge, height: edge, fit: "cover" } as const)
      : ({ width: side, height: side, fit: "inside", withoutEnlargement: true } as const);
    const { data, info } = await sharp(bytes, { ...read, limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .resize(shape)
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  } catch (error) {
    return { refused: "picture-invalid", why: error instanceof Error ? error.message : String(error) };
  }
}

/** Not by `process.exit`, which waits for what is being read. */
function endAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}
