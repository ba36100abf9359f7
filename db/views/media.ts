/** Reads a picture as it is served. */
import { parseId } from "../ids.ts";
import type { Db } from "../open.ts";

export interface ServedMedia {
  mediaType: string;
  content: Buffer<ArrayBuffer>;
}

/** `id` as it stands in the address; null when there is no such picture. */
export async function readMedia(db: Db, id: string): Promise<ServedMedia | null> {
  const mediaId = parseId(id);
  if (!mediaId) return null;
  const [row] = await db<ServedMedia[]>`select media_type as "mediaType", content from media where id = ${mediaId}`;
  return row ?? null;
}
