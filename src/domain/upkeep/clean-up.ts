/** What is done every night so that the house stays in order: forgetting what need not be kept, repairing what could drift. */
import { idAt } from "../../../db/ids.ts";
import { forgetAttempts } from "../../../db/queries/attempts.ts";
import { cleanUpActivities, forgetDeadLetters } from "../../../db/queries/deliveries.ts";
import { forgetDrafts } from "../../../db/queries/drafts.ts";
import { forgetUnusedMedia } from "../../../db/queries/media.ts";
import { forgetTombstones, repairActivity } from "../../../db/queries/posts.ts";
import { forgetReceived } from "../../../db/queries/received.ts";
import { forgetEndedSessions, forgetSessions } from "../../../db/queries/sessions.ts";
import { forgetSubmissions } from "../../../db/queries/submissions.ts";
import { forgetTokens } from "../../../db/queries/tokens.ts";
import type { House } from "../transact.ts";

const DAY = 24 * 3_600_000;
/** A replay must be recognised for at least 30 days (R8), a deletion for a year (R25). */
const KEEP_RECEIVED_MS = 31 * DAY;
const KEEP_TOMBSTONES_MS = 366 * DAY;
/** So long an operator may have letters that were given up sent after all; then what they say is forgotten, too. */
const KEEP_DEAD_LETTERS_MS = 30 * DAY;
/** Every night looks at what was written since the night before, and a day more. */
const REPAIR_MS = 2 * DAY;
/** What everybody got who was owed it says what its author may have deleted since: it goes within two hours. */
const KEEP_ACTIVITIES_MS = 3_600_000;
/** People may look so far back at who tried to sign in to their account. */
const KEEP_ATTEMPTS_MS = 30 * DAY;
/** By then every session has ended by itself (R39). */
const IDLE_SESSION_MS = 15 * DAY;
const OLDEST_SESSION_MS = 91 * DAY;
/** A form that was open when a session ended may be sent for so long after it as by somebody who is known. */
const KEEP_ENDED_SESSIONS_MS = 31 * DAY;
/** A picture that was put in and not used; a form that was sent and never claimed; a form that may still be sent again; what was typed once. */
const UNUSED_PICTURE_MS = DAY;
const LOST_DRAFT_MS = DAY;
const KEEP_SUBMISSIONS_MS = 30 * DAY;
const KEEP_DRAFTS_MS = 90 * DAY;

export interface CleanedUp {
  letters: number;
  deadLetters: number;
  activities: number;
  tombstones: number;
  repaired: number;
  tokens: number;
  attempts: number;
  sessions: number;
  endedSessions: number;
  pictures: number;
  drafts: number;
  submissions: number;
}

/** Does it, in small portions. Returns how many of each went. */
export async function cleanUp(house: House): Promise<CleanedUp> {
  const before = (ms: number) => new Date(house.now().getTime() - ms);
  return {
    letters: await portions(() => forgetReceived(house.db, before(KEEP_RECEIVED_MS))),
    deadLetters: await portions(() => forgetDeadLetters(house.db, before(KEEP_DEAD_LETTERS_MS))),
    activities: await forgetActivities(house),
    tombstones: await forgetTombstones(house.db, before(KEEP_TOMBSTONES_MS)),
    repaired: await repairActivity(house.db, idAt(before(REPAIR_MS))),
    tokens: await forgetTokens(house.db),
    attempts: await portions(() => forgetAttempts(house.db, before(KEEP_ATTEMPTS_MS))),
    sessions: await forgetSessions(house.db, before(IDLE_SESSION_MS), before(OLDEST_SESSION_MS)),
    endedSessions: await forgetEndedSessions(house.db, before(KEEP_ENDED_SESSIONS_MS)),
    pictures: await portions(() => forgetUnusedMedia(house.db, before(UNUSED_PICTURE_MS))),
    drafts: await forgetDrafts(house.db, before(KEEP_DRAFTS_MS), before(LOST_DRAFT_MS)),
    submissions: await forgetSubmissions(house.db, before(KEEP_SUBMISSIONS_MS)),
  };
}

/** Forgets what went out and is owed to nobody any more; done every hour. Returns how many activities. */
export function forgetActivities({ db, now }: Pick<House, "db" | "now">): Promise<number> {
  return portions(() => cleanUpActivities(db, new Date(now().getTime() - KEEP_ACTIVITIES_MS)));
}

async function portions(one: () => Promise<number>): Promise<number> {
  let all = 0;
  for (let gone = await one(); gone > 0; gone = await one()) all += gone;
  return all;
}
