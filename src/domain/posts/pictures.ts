/** The pictures of a post: those that were put in for it, taken up with it, and let go with it. */
import { type Id, parseId } from "../../../db/ids.ts";
import type { Queryable } from "../../../db/open.ts";
import { findOwnMedia, removeMedia, useMedia } from "../../../db/queries/media.ts";
import { attachedTo, type PostPicture } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import { MOST_DESCRIPTION, mediaUrl } from "../media/store.ts";

export const MOST_PICTURES = 4;

/** A picture as whoever writes the post chose it: put in before, by `storePicture`. */
export interface ChosenPicture {
  id: Id;
  description: string;
}

/**
 * Takes up the pictures that `ownerId` chose, and lets go those of `before` (addresses) that were not chosen again. A picture belongs to one post:
 * throws a Refusal for one of somebody else, or of another post.
 */
export async function takePictures(
  tx: Queryable,
  origin: string,
  ownerId: Id,
  chosen: readonly ChosenPicture[],
  before: readonly string[] = [],
): Promise<PostPicture[]> {
  if (chosen.length > MOST_PICTURES) throw new Refusal("too-long");
  const ids = chosen.map(({ id }) => id);
  const known = new Map((await findOwnMedia(tx, ownerId, ids)).map((media) => [media.id, media]));
  const pictures = chosen.map(({ id, description }) => {
    const media = known.get(id);
    const url = mediaUrl(origin, id);
    if (!media || (media.used && !before.includes(url))) throw new Refusal("picture-invalid");
    const { mediaType, width, height } = media;
    return { url, mediaType, description: oneLine(description).slice(0, MOST_DESCRIPTION), width, height };
  });
  await useMedia(tx, ownerId, ids);
  await removeMedia(
    tx,
    ownerId,
    ownIds(origin, before).filter((id) => !ids.includes(id)),
  );
  return pictures;
}

/** Takes the pictures of a post away, with the post; with a thread those of whoever answered, too: nothing of it is shown any more. */
export async function dropPictures(tx: Queryable, origin: string, post: { id: Id; threadId: Id }): Promise<void> {
  const byAuthor = Map.groupBy(await attachedTo(tx, post), ({ authorId }) => authorId);
  for (const [authorId, attached] of byAuthor)
    await removeMedia(
      tx,
      authorId,
      ownIds(
        origin,
        attached.map(({ url }) => url),
      ),
    );
}

/** The ids of those addresses that are pictures of ours. */
export function ownIds(origin: string, urls: readonly string[]): Id[] {
  const start = mediaUrl(origin, "" as Id);
  return urls.flatMap((url) => (url.startsWith(start) ? (parseId(url.slice(start.length)) ?? []) : []));
}
