/** What the composer's script asks while somebody types: how a name or a topic goes on (`/complete`), and what the text will look like (`/preview`). */
import { Hono } from "hono";
import { readComposedPost, readComposePlace, suggestNames, suggestTopics } from "../../db/views/compose.ts";
import { Refusal } from "../base/errors.ts";
import { picturesIn, previewOf, promptsOf, sourceOf, stateOf } from "./composing.ts";
import { formLimit, readForm } from "./forms.ts";
import { previewBody } from "./parts/preview.ts";
import type { Site, WebEnv } from "./site.ts";

const LONGEST = 100;

/** Both are for people who are signed in; others are answered 401, not led to a page. */
export function completeRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/complete", async (c) => {
    const viewer = c.get("viewer");
    if (!viewer) return c.json([], 401);
    const typed = (c.req.query("q") ?? "").replaceAll("\0", "").toWellFormed().slice(0, LONGEST);
    const slug = (c.req.query("in") ?? "").replaceAll("\0", "").slice(0, LONGEST);
    if (typed === "") return c.json([]);
    const topics = c.req.query("for") === "#";
    return c.json(topics ? await suggestTopics(site.db, typed, slug) : await suggestNames(site.db, typed, viewer.id));
  });

  app.post("/preview", formLimit, async (c) => {
    if (!c.get("viewer")) return c.body(null, 401);
    const frame = c.get("frame");
    const form = await readForm(c);
    const groupId = await groupOf(form.line("path"));
    if (!groupId) throw new Refusal("not-found");
    const state = stateOf(form);
    state.pictures = picturesIn(state.fields);
    const source = sourceOf(state.fields, promptsOf(frame, state.fields.kind ?? ""));
    const preview = await previewOf(site, { origin: site.origin, groupId }, state, source);
    return c.html(String(previewBody(frame, preview)));
  });

  return app;

  /** The community that a composer's page writes in. */
  async function groupOf(path: string) {
    const [, where, what = ""] = path.split("/");
    if (where === "c") return (await readComposePlace(site.db, what))?.groupId;
    return where === "posts" ? (await readComposedPost(site.db, what))?.groupId : undefined;
  }
}
