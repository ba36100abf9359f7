/** `POST /posts/{id}/poll`: votes in a poll; and what the composer's form says of a new one. */
import { Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { findPermalink } from "../../db/views/permalink.ts";
import { Refusal } from "../base/errors.ts";
import { type AskedPoll, MOST_OPTIONS, POLL_DAYS } from "../domain/polls/rules.ts";
import { voteInPoll } from "../domain/polls/vote.ts";
import { formLimit, readForm } from "./forms.ts";
import type { Fields } from "./parts/form.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** The most options that a poll of another server has here. */
const MOST_ELSEWHERE = 2 * MOST_OPTIONS;

/** The poll's routes. */
export function pollRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  app.post("/posts/:id/poll", formLimit, async (c) => {
    const viewer = signedIn(c);
    const id = c.req.param("id");
    const place = await findPermalink(site.db, id);
    if (place.is === "gone") throw new Refusal("gone");
    if (place.is === "none" || place.threadId !== id) throw new Refusal("not-found");
    const chosen = (await readForm(c)).lines("option", 3).slice(0, MOST_ELSEWHERE);
    if (!chosen.every((one) => /^\d{1,2}$/.test(one))) throw new Refusal("input-invalid");
    await voteInPoll(site.house, { threadId: id as Id, by: viewer, chosen: chosen.map(Number) });
    return c.redirect(`/c/${place.slug}/t/${id}#poll`, 303);
  });
  return app;
}

/** The poll that a form asks for. */
export function pollIn({ options = "", several, days = "3" }: Fields): AskedPoll {
  const open = POLL_DAYS.find((known) => String(known) === days);
  if (open === undefined) throw new Refusal("input-invalid");
  return { options, multiple: several === "yes", days: open };
}
