/** The process that reads pictures: there when it is needed, gone when not, and replaced when a file was too much for it. */
import { existsSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { logger } from "../../src/base/log.ts";
import { openPictures, type Pictures, type PicturesOptions } from "../../src/base/picture.ts";
import { canAsk, othersEnded, pictureProcess, pictureProcesses } from "../support/picture-processes.ts";

const png = await sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } })
  .png()
  .toBuffer();
const whole = { side: 10, square: false };

let pictures: Pictures | undefined;
afterEach(() => pictures?.[Symbol.asyncDispose]());

function open(options: PicturesOptions = {}) {
  pictures = openPictures(logger("pictures"), options);
  return (bytes: Uint8Array = png) => (pictures as Pictures).remake(bytes, whole, "ana");
}

describe.skipIf(!canAsk)("the process that reads pictures", () => {
  beforeAll(othersEnded);

  it("is started by the first picture, kept for the next, and ended when none comes", async () => {
    const remake = open({ idleMs: 300 });
    expect(pictureProcesses()).toEqual([]);
    await remake();
    const [first] = pictureProcesses();
    expect(pictureProcesses()).toHaveLength(1);
    await remake();
    expect(pictureProcesses()).toEqual([first]);
    await expect.poll(pictureProcesses, { timeout: 10_000 }).toEqual([]);
    await remake();
    expect(pictureProcesses()).toHaveLength(1);
  });

  it("is not started for what is no picture", async () => {
    await expect(open()(Buffer.from("<svg>"))).rejects.toMatchObject({ code: "picture-invalid" });
    expect(pictureProcesses()).toEqual([]);
  });

  it("knows nothing of what the server knows", async () => {
    await open()();
    expect(readFileSync(`/proc/${pictureProcess()}/environ`, "utf8")).not.toMatch(/DATABASE_URL|SECRET|HOME|PATH/);
    expect(readFileSync(`/proc/${pictureProcess()}/oom_score_adj`, "utf8").trim()).toBe("1000");
  });

  it("lives on when the terminal interrupts the server, which has to end in good order", async () => {
    const remake = open();
    await remake();
    const pid = pictureProcess();
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGTERM");
    await remake();
    expect(pictureProcess()).toBe(pid);
  });

  it("is replaced when it dies over a picture, and whoever brought that one is told so", async () => {
    const remake = open();
    await remake();
    const pid = pictureProcess();
    process.kill(pid, "SIGSTOP");
    const [doomed, next] = [remake(), remake()];
    process.kill(pid, "SIGKILL");
    await expect(doomed).rejects.toMatchObject({ code: "picture-failed", status: 422 });
    expect(await next).toMatchObject({ width: 10 });
    expect(pictureProcess()).not.toBe(pid);
  });

  it("is replaced when it dies with nothing to do, and nobody notices", async () => {
    const remake = open();
    await remake();
    const pid = pictureProcess();
    process.kill(pid, "SIGKILL");
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    expect(await remake()).toMatchObject({ width: 10 });
  });

  it("is ended when a picture takes too long, and the next one is read", async () => {
    const remake = open({ longestMs: 5_000 });
    await remake();
    const pid = pictureProcess();
    process.kill(pid, "SIGSTOP");
    await expect(remake()).rejects.toMatchObject({
      code: "picture-failed",
      cause: { message: "It took longer than 5 seconds." },
    });
    expect(await remake()).toMatchObject({ width: 10 });
    expect(pictureProcess()).not.toBe(pid);
  });

  it("ends itself when a picture takes more memory than it may", async () => {
    const large = await sharp({ create: { width: 6_000, height: 6_000, channels: 3, background: "red" } })
      .png({ progressive: true })
      .toBuffer();
    const remake = open({ mostMemory: 120 * 1024 * 1024 });
    await remake();
    const pid = pictureProcess();
    await expect(remake(large)).rejects.toMatchObject({
      code: "picture-failed",
      cause: { message: expect.stringMatching(/^SIGKILL: It took \d{9} bytes of memory\.$/) },
    });
    expect(await remake()).toMatchObject({ width: 10 });
    expect(pictureProcess()).not.toBe(pid);
  });

  it("is ended with the server, also in the middle of a picture; those that wait are told to come again", async () => {
    const remake = open();
    await remake();
    process.kill(pictureProcess(), "SIGSTOP");
    const [working, waiting] = [remake(), remake()];
    const ends = Promise.allSettled([working, waiting]);
    const started = performance.now();
    await pictures?.[Symbol.asyncDispose]();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(pictureProcesses()).toEqual([]);
    expect(await ends).toMatchObject([{ reason: { code: "picture-failed" } }, { reason: { code: "busy" } }]);
    await expect(remake()).rejects.toMatchObject({ code: "busy" });
  });
});
