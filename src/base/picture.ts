/** Pictures from strangers' hands, made anew from their pixels: nothing else that was in the file is kept (R71). */
import type { Sharp, SharpOptions } from "sharp";
import { Refusal } from "./errors.ts";

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_PIXELS = 40_000_000;
const LONGEST_S = 20;
const QUALITY = 82;

export interface Picture {
  /** WebP. */
  bytes: Buffer;
  mediaType: "image/webp";
  width: number;
  height: number;
}

type MakeSharp = ((bytes: Uint8Array, options?: SharpOptions) => Sharp) & typeof import("sharp").default;

let loaded: Promise<MakeSharp> | undefined;

/** sharp, loaded when first needed; it may open nothing but the kinds we take, and works on one picture with one thread. */
function load(): Promise<MakeSharp> {
  loaded ??= import("sharp").then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
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
    return sharp as MakeSharp;
  });
  return loaded;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * The picture as WebP, turned upright, at most `maxWidth` pixels wide and high, without metadata; of a moving one the first frame. Takes JPEG,
 * PNG, WebP, GIF and AVIF by their first bytes. One at a time. Throws a Refusal: `picture-invalid`, or `picture-too-large` for more than
 * 16 MB or 40 million pixels.
 */
export function remakePicture(bytes: Uint8Array, { maxWidth }: { maxWidth: number }): Promise<Picture> {
  const made = turn.then(() => remake(bytes, maxWidth));
  turn = made.catch(() => {});
  return made;
}

async function remake(bytes: Uint8Array, maxWidth: number): Promise<Picture> {
  if (bytes.length > MOST_BYTES) throw new Refusal("picture-too-large");
  if (!isPicture(bytes)) throw new Refusal("picture-invalid");
  const sharp = await load();
  const read = { limitInputPixels: false, failOn: "error", pages: 1 } as const;
  try {
    const { width, height } = await sharp(bytes, read).metadata();
    if (width * height > MOST_PIXELS) throw new Refusal("picture-too-large");
    const { data, info } = await sharp(bytes, { ...read, limitInputPixels: MOST_PIXELS })
      .timeout({ seconds: LONGEST_S })
      .autoOrient()
      .resize({ width: maxWidth, height: maxWidth, fit: "inside", withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, mediaType: "image/webp", width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("picture-invalid", undefined, { cause: error });
  }
}

/** What a file begins with says what it is, not its name or what the sender calls it. */
function isPicture(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString("latin1");
  return (
    start.startsWith("\xff\xd8\xff") ||
    start.startsWith("\x89PNG\r\n\x1a\n") ||
    /^GIF8[79]a/.test(start) ||
    /^RIFF.{4}WEBP/s.test(start) ||
    /^.{4}ftypavi[fs]/s.test(start)
  );
}
