/** Documents as ready bytes: made once, kept for a little while, answered with an ETag. */
import { hash } from "node:crypto";
import { memory } from "./memory.ts";

export interface Sheet {
  body: Uint8Array<ArrayBuffer>;
  etag: string;
  contentType: string;
}

export interface Shelf {
  /** The document under `key`, made by `make` if it is not at hand. Null when there is none. */
  get(key: string, contentType: string, make: () => Promise<object | null>): Promise<Sheet | null>;
}

/** So many documents at most, none of them larger than this: strangers say what is asked for. */
const MAX_SHEETS = 500;
const MAX_BYTES = 256 * 1024;

/** A shelf that keeps things for `keepMs`: other processes may change what they show, so not for long. */
export function openShelf(keepMs: number): Shelf {
  const sheets = memory<Sheet>(MAX_SHEETS, keepMs);
  return {
    async get(key, contentType, make) {
      const known = sheets.get(key);
      if (known) return known;
      const made = await make();
      if (made === null) return null;
      const body = new TextEncoder().encode(JSON.stringify(made));
      const sheet = { body, etag: `"${hash("sha256", body, "base64url").slice(0, 22)}"`, contentType };
      if (body.length <= MAX_BYTES) sheets.set(key, sheet);
      return sheet;
    },
  };
}
