/** Keeps a picture that somebody puts in. */
import type { Id } from "../../../db/ids.ts";
import { insertMedia, type MediaPurpose, noteBrought } from "../../../db/queries/media.ts";
import { Refusal } from "../../base/errors.ts";
import type { Shape } from "../../base/picture.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { House } from "../transact.ts";

/** What stands for somebody is a square, here and on other servers; the largest that pages show needs so many pixels on a fine screen. */
const EMBLEM: Shape = { side: 400, square: true };
const SHAPES: Readonly<Record<MediaPurpose, Shape>> = {
  avatar: EMBLEM,
  community: EMBLEM,
  post: { side: 2_048, square: false },
};
/** R33: also those that turn out to be none. */
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
  /** Where it is found. */
  url: string;
}

/**
 * Makes the picture anew and keeps it. It is its owner's alone until it is used: whoever shows it marks it so (`useMedia`), else it is forgotten
 * after a day. Throws a Refusal when it is no picture, too large, not to be read, or one too many.
 */
export async function storePicture(house: House, act: StorePicture): Promise<StoredPicture> {
  const { ownerId, purpose } = act;
  const at = house.now();
  const since = new Date(at.getTime() - WITHIN_MS);
  if (!(await noteBrought(house.db, ownerId, { at, since, most: MOST_PICTURES }))) throw new Refusal("too-many-tries");
  const { bytes, mediaType, width, height } = await house.pictures.remake(act.bytes, SHAPES[purpose], ownerId);
  const id = house.makeId();
  const description = oneLine(act.description).slice(0, MOST_DESCRIPTION);
  await insertMedia(house.db, { id, ownerId, purpose, mediaType, width, height, description, content: bytes });
  return { id, width, height, url: mediaUrl(house.origin, id) };
}

/** Where a picture is found. */
export function mediaUrl(origin: string, id: Id): string {
  return `${origin}/media/${id}`;
}
