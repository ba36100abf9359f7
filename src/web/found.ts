/** `/communities/new` and `/c/{slug}/settings`: founding a community, and deciding about it. */
import { type Context, Hono } from "hono";
import { type CommunityHead, readCommunitySettings } from "../../db/views/community.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { createCommunity, foundingAct } from "../domain/communities/create.ts";
import { editCommunity } from "../domain/communities/edit.ts";
import { storePicture } from "../domain/media/store.ts";
import { may, type Standing } from "../domain/policy.ts";
import { standingsOf } from "../domain/standing.ts";
import { slugOf } from "../domain/topics/edit.ts";
import { attempt, type Form, formLimit, readForm, uploadLimit } from "./forms.ts";
import { foundPage, mayNotFoundPage, NEW_COMMUNITY, settingsOf, settingsPage } from "./pages/found.ts";
import { placeOf } from "./place.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

const JOINING = ["open", "request", "invitation"] as const;
const POSTING = ["anyone", "members", "facilitators"] as const;

/** The routes of founding and of settings. */
export function foundRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/communities/new", async (c) => {
    const standings = await standingsOf(site.db, signedIn(c).id, { groupId: null });
    if (!may(await foundingAct(site.house.db), standings)) return c.html(mayNotFoundPage(c.get("frame")), 403);
    return c.html(foundPage(c.get("frame"), NEW_COMMUNITY));
  });

  app.post("/communities/new", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const typed = {
      name: form.line("name"),
      slug: form.line("slug").replace(/^@/, ""),
      summary: form.text("summary"),
      language: form.line("language"),
      colour: form.line("colour"),
      joining: form.choice("joining", JOINING),
      posting: form.choice("posting", POSTING),
    };
    const act = async () => {
      const standings = await standingsOf(site.db, viewer.id, { groupId: null });
      const slug = typed.slug === "" ? slugOf(typed.name) : typed.slug;
      const community = await createCommunity(
        site.house,
        { ...typed, slug, colour: colourIn(form, null), language: typed.language === "" ? null : typed.language },
        { id: viewer.id, uri: viewer.uri, standings },
      );
      return c.redirect(`/c/${community.slug}/settings?founded`, 303);
    };
    return attempt(c, act, (problem, code) => foundPage(c.get("frame"), typed, { problem, code }));
  });

  app.get("/c/:slug/settings", async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    place.allow("community.edit");
    const { community } = place;
    const values = settingsOf(community, await readCommunitySettings(site.db, community.id));
    const done = (["founded", "saved"] as const).find((what) => c.req.query(what) !== undefined);
    return c.html(settingsPage(c.get("frame"), community, values, { done }));
  });

  app.post("/c/:slug/settings", uploadLimit, async (c) => {
    const { community, standings, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.edit");
    return saveSettings(c, site, { community, viewer, standings });
  });

  return app;
}

async function saveSettings(
  c: Context<WebEnv>,
  site: Site,
  who: { community: CommunityHead; viewer: Viewer; standings: readonly Standing[] },
): Promise<Response> {
  const { community, viewer, standings } = who;
  const form = await readForm(c);
  const typed = {
    name: form.line("name"),
    summary: form.text("summary"),
    language: form.line("language"),
    colour: form.line("colour"),
    joining: form.choice("joining", JOINING),
    posting: form.choice("posting", POSTING),
    rules: form.text("rules"),
    questions: form.text("questions"),
    welcome: form.text("welcome"),
    downVotes: form.ticked("down-votes"),
    manyAnswers: form.ticked("many-answers"),
    secondFactor: form.ticked("second-factor"),
  };
  const act = async () => {
    // Whoever asks it of the others shows one first: else they would lock themselves out.
    if (typed.secondFactor && !community.secondFactor && !viewer.secondFactor) throw new Refusal("second-factor-first");
    const pictureId = await pictureIn(form, site, viewer);
    await editCommunity(site.house, {
      ...typed,
      groupId: community.id,
      by: viewer.id,
      standings,
      summarySource: typed.summary,
      welcomeSource: typed.welcome,
      colour: colourIn(form, community.colour),
      rules: typed.rules.split("\n"),
      questions: typed.questions.split("\n"),
      ...(pictureId !== undefined && { pictureId }),
    });
    return c.redirect(`/c/${community.slug}/settings?saved`, 303);
  };
  return attempt(c, act, (problem, code) => settingsPage(c.get("frame"), community, typed, { problem, code }));
}

/** The colour that was chosen; `before` where the field came back as it was shown. */
function colourIn(form: Form, before: string | null): string | null {
  const colour = form.line("colour").toLowerCase();
  return colour === "" || colour === form.line("colour-shown").toLowerCase() ? before : colour;
}

async function pictureIn(form: Form, site: Site, viewer: Viewer) {
  const file = form.file("picture");
  if (!file) return form.ticked("picture-remove") ? null : undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  return (await storePicture(site.house, { ownerId: viewer.id, purpose: "community", bytes, description: "" })).id;
}
