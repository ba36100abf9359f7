/** Pictures made anew: upright, without a trace of who took them where, and nothing that is no picture. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { logger } from "../../src/base/log.ts";
import { openPictures } from "../../src/base/picture.ts";

const pictures = openPictures(logger("pictures"));
afterAll(() => pictures[Symbol.asyncDispose]());

/** At most so wide and high. */
const within = (bytes: Uint8Array, side: number) => pictures.remake(bytes, { side, square: false }, "ana");

const make = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });

describe("a picture made anew", () => {
  it("turns it upright and drops what was written about it", async () => {
    const jpeg = await make(60, 20)
      .withExif({ IFD0: { Artist: "Ana Ruiz" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(jpeg).metadata()).exif).toBeDefined();
    const { bytes, mediaType, width, height } = await within(jpeg, 1000);
    expect({ mediaType, width, height }).toEqual({ mediaType: "image/webp", width: 20, height: 60 });
    const { exif, icc, xmp, orientation, format } = await sharp(bytes).metadata();
    expect({ exif, icc, xmp, orientation, format }).toEqual({ format: "webp" });
    expect(bytes.includes("Ana Ruiz")).toBe(false);
  });

  it.each(["jpeg", "png", "webp", "gif", "avif"] as const)(
    "takes %s, and makes it no larger than asked",
    async (format) => {
      const bytes = await make(300, 100).toFormat(format).toBuffer();
      expect(await within(bytes, 150)).toMatchObject({ width: 150, height: 50 });
      expect(await within(bytes, 900)).toMatchObject({ width: 300, height: 100 });
    },
  );

  it("is cut to a square from its middle, and not blown up", async () => {
    const square = { side: 40, square: true };
    const sky = sharp({ create: { width: 600, height: 100, channels: 3, background: "#ddf" } });
    const middle = { input: await make(100, 100).png().toBuffer(), left: 250, top: 0 };
    const made = await pictures.remake(await sky.composite([middle]).png().toBuffer(), square, "ana");
    expect(made).toMatchObject({ width: 40, height: 40 });
    const { channels } = await sharp(made.bytes).stats();
    expect(channels.map(({ mean }) => Math.round(mean / 50))).toEqual([4, 1, 1]);
    const tall = await make(20, 90).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await pictures.remake(tall, square, "ana")).toMatchObject({ width: 20, height: 20 });
  });

  it("takes the first frame of what moves", async () => {
    const frames = await Promise.all([make(10, 10).png().toBuffer(), make(10, 10).negate().png().toBuffer()]);
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const { bytes } = await within(gif, 100);
    expect((await sharp(bytes).metadata()).pages).toBeUndefined();
  });

  it.each([
    ["an SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>'],
    ["a page", "<!doctype html><script>1</script>"],
    ["a PDF", "%PDF-1.4"],
    ["nothing", ""],
    ["an SVG that begins as a GIF", 'GIF89a<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["half a PNG", "\x89PNG\r\n\x1a\n"],
  ])("refuses %s", async (_, text) => {
    await expect(within(Buffer.from(text, "latin1"), 100)).rejects.toMatchObject({
      code: "picture-invalid",
    });
  });

  it("refuses a small file that would be huge, and a huge file", async () => {
    await expect(within(bomb(30_000, 30_000), 100)).rejects.toMatchObject({
      code: "picture-too-large",
    });
    const huge = Buffer.alloc(17 * 1024 * 1024);
    await expect(within(huge, 100)).rejects.toMatchObject({ code: "picture-too-large" });
  });

  it("goes on after one that failed, and with several at once", async () => {
    const good = await make(10, 10).png().toBuffer();
    const ends = await Promise.allSettled([
      within(Buffer.from("no"), 5),
      within(good, 5),
      within(good.subarray(0, 40), 5),
      within(good, 5),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
  });

  it("is not made of a file that was cut off", async () => {
    for (const format of ["jpeg", "png", "webp", "gif", "avif"] as const) {
      const whole = await make(300, 300).toFormat(format).toBuffer();
      await expect(within(whole.subarray(0, whole.length * 0.7), 100)).rejects.toMatchObject({
        code: "picture-invalid",
      });
    }
  });
});

/** A PNG that says it is so large, of one colour: a few kilobytes. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, "latin1");
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
    return Buffer.concat([head, data, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width / 8 + 1) * 100));
  const start = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

function crc32(data: Buffer): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
