/** Who has to show a second factor, and before what (R43). */
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";

/** Before anything that looks after the server: its owner and administrators must have shown a second factor in this session. Throws `second-factor-first`. */
export function needSecondFactor(viewer: Viewer): void {
  if (viewer.role !== "member" && !viewer.secondFactor) throw new Refusal("second-factor-first");
}

/** Before anything that only facilitators do, in a community that may ask its facilitators for a second factor. Throws `second-factor-first`. */
export function needSecondFactorFor(viewer: Viewer, communityRequires: boolean): void {
  if (communityRequires && !viewer.secondFactor) throw new Refusal("second-factor-first");
}
