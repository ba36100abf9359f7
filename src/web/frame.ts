/** The frame of a page: what each needs to know about this server, and about who is looking. */
import type { Viewer } from "../../db/views/viewer.ts";
import type { Language, Times, Words } from "../words/index.ts";
import type { Assets } from "./static.ts";

/** What every page needs to know: about this server, and about who is looking. */
export interface Frame {
  origin: string;
  /** Without scheme, as it is shown. */
  host: string;
  version: string;
  assets: Assets;
  language: Language;
  words: Words;
  /** Days and times in their language and time zone. */
  times: Times;
  /** Null: a visitor. */
  viewer: Viewer | null;
  /** The path that was asked for, with its query: where signing in leads back to. */
  here: string;
}
