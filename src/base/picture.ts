/** Pictures from strangers' hands, made anew from their pixels: nothing else that was in the file is kept (R71). */
import { Refusal } from "./errors.ts";
import type { Logger } from "./log.ts";
import { openTurns } from "./pictures/turns.ts";
import { openWorkbench, WorkEnded } from "./pictures/workbench.ts";

const MOST_BYTES = 16 * 1024 * 1024;

/** How a picture is to be made. */
export interface Shape {
  /** Pixels, wide and high, at most. A smaller picture is not blown up. */
  side: number;
  /** Only the middle, cut to a square; else the whole picture. */
  square: boolean;
}

export interface Picture {
  /** WebP. */
  bytes: Buffer;
  mediaType: "image/webp";
  width: number;
  height: number;
}

export interface Pictures extends AsyncDisposable {
  /**
   * The picture as WebP, turned upright, without metadata; of a moving one the first frame. Takes JPEG, PNG, WebP, GIF and AVIF by their first
   * bytes. One at a time, for each of those who brought some (`whose`) in turn. Throws a Refusal: `picture-invalid`; `picture-too-large` for
   * more than 16 MB or 40 million pixels; `picture-failed` when reading it took too long or broke off; `too-many-tries` for whoever has several
   * waiting; `busy` when all hands are full.
   */
  remake(bytes: Uint8Array, shape: Shape, whose: string): Promise<Picture>;
}

export interface PicturesOptions {
  /** Longer than this no picture is worked on. Milliseconds, as what follows. */
  longestMs?: number;
  /** Longer than this nobody waits for the work to begin. */
  longestWaitMs?: number;
  /** So long the process is kept when there is nothing to do. */
  idleMs?: number;
  /** More memory than this, in bytes, it does not get. */
  mostMemory?: number;
}

/** So many wait for each person, and for all together: they are kept in memory meanwhile. */
const MOST_EACH = 4;
const MOST_IN_ALL = 16;
/** The greediest kind, AVIF with transparency, takes nine tenths of this for forty million pixels. */
const MOST_MEMORY = 1024 * 1024 * 1024;

/** Reads pictures in a process of its own, which is started when one comes: whatever a file does to the reader, the server goes on. */
export function openPictures(log: Logger, options: PicturesOptions = {}): Pictures {
  const { longestMs = 20_000, longestWaitMs = 30_000, idleMs = 60_000, mostMemory = MOST_MEMORY } = options;
  const turns = openTurns({ each: MOST_EACH, inAll: MOST_IN_ALL, longestWaitMs });
  const workbench = openWorkbench({ longestMs, idleMs, mostMemory });
  return {
    async remake(bytes, shape, whose) {
      if (bytes.length > MOST_BYTES) throw new Refusal("picture-too-large");
      if (!isPicture(bytes)) throw new Refusal("picture-invalid");
      return turns.take(whose, async () => {
        const answer = await workbench.ask({ bytes, ...shape }).catch((error: unknown) => {
          if (!(error instanceof WorkEnded)) throw error;
          log.warn("The process that reads pictures ended: {error}", { error, bytes: bytes.length });
          throw new Refusal(error.began ? "picture-failed" : "busy", undefined, { cause: error });
        });
        if ("refused" in answer) throw new Refusal(answer.refused, undefined, { cause: answer.why });
        return { ...answer, mediaType: "image/webp" };
      });
    },
    async [Symbol.asyncDispose]() {
      turns.close();
      await workbench[Symbol.asyncDispose]();
    },
  };
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
