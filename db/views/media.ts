/** Reads a picture as it is served. */
import { type Id, parseId } from "../ids.ts";
import type { Db } from "../open.ts";

export interface ServedMedia {
  mediaType: string;
  ownerId: Id;
  /** Somebody uses it; until then it is its owner's alone. */
  published: boolean;
  /** Null where the reader has it already. */
  content: Buffer<ArrayBuffer> | null;
}

/** `id` as it stands in the address; null when there is no such picture (any more). `known`: only whether it is still there is asked. */
export async function readMedia(db: Db, id: string, known: boolean): Promise<ServedMedia | null> {
  const mediaId = parseId(id);
  if (!mediaId) return null;
  const [row] = await db<ServedMedia[]>`
    select media_type as "mediaType", owner_id::text as "ownerId", used_at is not null as published,
      ${known ? db`null` : db`content`} as content
    from media where id = ${mediaId}`;
  return row ?? null;
}
