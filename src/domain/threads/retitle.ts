/** Gives a thread a better title: what came in badly titled, or what turned out to be about something else. */
import { retitleThread } from "../../../db/queries/threads.ts";
import { Refusal } from "../../base/errors.ts";
import { oneLine } from "../../base/text/characters.ts";
import type { House } from "../transact.ts";
import { type LookAfter, lookAfter } from "./look-after.ts";

const LONGEST_TITLE = 200;

/** Edits of the opening leave the new title alone. Returns false when it has that title. */
export async function retitle(house: House, act: LookAfter & { title: string }): Promise<boolean> {
  const title = oneLine(act.title).trim();
  if (title === "") throw new Refusal("title-missing");
  if (title.length > LONGEST_TITLE) throw new Refusal("too-long");
  return lookAfter(
    house,
    act,
    "thread.retitle",
    "thread.edited",
    (tx) => retitleThread(tx, act.threadId, title),
    (thread) => ({ title, before: thread.title }),
  );
}
