/** Keeps a picture that somebody puts in. */
import type { Id } from "../../../db/ids.ts";
import { countMedia, insertMedia, type MediaPurpose } from "../../../db/queries/media.ts";
import { Refusal } from "../../base/errors.ts";
import { remakePicture } from "../../base/picture.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { House } from "../transact.ts";

/** Pixels, wide and high. */
const LARGEST: Readonly<Record<MediaPurpose, number>> = { avatar: 512, community: 1_024, post: 2_048 };
/** R33. */
const MOST_PICTURES = 30;
const WITHIN_MS = 30 * 60_000;
export const MOST_DESCRIPTION = 1_500;

export interface StorePicture {
  /** Who puts it in: an account of this server. */
  ownerId: Id;
  purpose: MediaPurpose;
  bytes: Uint8Array;
  description: string;
}

export interface StoredPicture {
  id: Id;
  width: number;
  height: number;
  /** Where everybody finds it. */
  url: string;
}

/**
 * Makes the picture anew and keeps it. It is nobody's until it is used: whoever shows it marks it so (`useMedia`), else it is forgotten after a
 * day. Throws a Refusal when it is no picture, too large, or one too many.
 */
export async function storePicture(house: House, act: StorePicture): Promise<StoredPicture> {
  const lately = await countMedia(house.db, act.ownerId, new Date(house.now().getTime() - WITHIN_MS));
  if (lately >= MOST_PICTURES) throw new Refusal("too-many-tries");
  const { bytes, mediaType, width, height } = await remakePicture(act.bytes, { maxWidth: LARGEST[act.purpose] });
  const id = house.makeId();
  const description = oneLine(act.description).slice(0, MOST_DESCRIPTION);
  const { ownerId, purpose } = act;
  await insertMedia(house.db, { id, ownerId, purpose, mediaType, width, height, description, content: bytes });
  return { id, width, height, url: mediaUrl(house.origin, id) };
}

/** Where a picture is found. */
export function mediaUrl(origin: string, id: Id): string {
  return `${origin}/media/${id}`;
}
