/** `/settings`: what somebody says about themselves, how the site looks to them, whom they have blocked, their data, and the way out. */
import { type Context, Hono } from "hono";
import { type ProfileSettings, parseId, readBlocks, readProfile, readTies } from "../../db/views/settings.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { confirmIdentity, hasJustShown } from "../auth/identity.ts";
import { Refusal } from "../base/errors.ts";
import { blockTyped, unblock } from "../domain/people/block.ts";
import { closeAccount } from "../domain/people/close.ts";
import { exportOf } from "../domain/people/export.ts";
import {
  chooseAppearance,
  dropPicture,
  MOST_BIO,
  MOST_LANGUAGES,
  MOST_LINKS,
  saveProfile,
  setPicture,
} from "../domain/people/profile.ts";
import { LANGUAGES } from "../words/index.ts";
import { attempt, type Form, formLimit, readForm, uploadLimit } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { closedPage, closePage } from "./pages/close.ts";
import { exportPage } from "./pages/export.ts";
import { appearancePage, blocksPage, type ProfileForm, profilePage } from "./pages/settings.ts";
import { LANGUAGE_TAGS } from "./parts/languages.ts";
import { forgetSession, signedIn } from "./session.ts";
import { fromOf, sayingWhen } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

type C = Context<WebEnv>;

/** Lists that are typed, with their commas and line breaks. */
const LONGEST_LIST = 1_000;
const LONGEST_ALIASES = 3_000;

export function settingsRoutes(site: Site): Hono<WebEnv> {
  const { db, house } = site;
  const app = new Hono<WebEnv>();

  app.get("/settings", async (c) => {
    const saved = await readProfile(db, signedIn(c).id);
    const done = c.req.query("saved") === undefined ? undefined : c.get("frame").words.settings.saved;
    return c.html(profilePage(c.get("frame"), saved, formOf(saved), { done }));
  });

  app.post("/settings", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    return attempt(
      c,
      async () => {
        await saveProfile(house, viewer.id, said(typed(form)));
        return c.redirect("/settings?saved", 303);
      },
      async (problem) => profilePage(c.get("frame"), await readProfile(db, viewer.id), again(form), { problem }),
    );
  });

  app.post("/settings/picture", uploadLimit, async (c) => {
    const viewer = signedIn(c);
    const file = (await readForm(c)).file("picture");
    return attempt(
      c,
      async () => {
        if (!file) throw new Refusal("picture-invalid", c.get("frame").words.settings.pictureMissing);
        await setPicture(house, viewer.id, new Uint8Array(await file.arrayBuffer()));
        return c.redirect("/settings#your-picture", 303);
      },
      async (pictureProblem) => {
        const saved = await readProfile(db, viewer.id);
        return profilePage(c.get("frame"), saved, formOf(saved), { pictureProblem });
      },
    );
  });

  app.post("/settings/picture/remove", async (c) => {
    await dropPicture(house, signedIn(c).id);
    return c.redirect("/settings#your-picture", 303);
  });

  app.get("/settings/appearance", (c) => {
    signedIn(c);
    const done = c.req.query("saved") === undefined ? undefined : c.get("frame").words.settings.saved;
    return c.html(appearancePage(c.get("frame"), { done }));
  });

  app.post("/settings/appearance", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const language = LANGUAGES.find(({ tag }) => tag === form.line("language"))?.tag ?? null;
    const appearance = form.choice("appearance", ["auto", "light", "dark"]);
    await chooseAppearance(house, viewer.id, { language, appearance });
    return c.redirect("/settings/appearance?saved", 303);
  });

  app.get("/settings/blocks", async (c) => {
    const blocks = await readBlocks(db, signedIn(c).id);
    const words = c.get("frame").words.settings;
    const done = { blocked: words.blockDone, unblocked: words.unblockDone }[c.req.query("done") ?? ""];
    return c.html(blocksPage(c.get("frame"), blocks, "", { done }));
  });

  app.post("/settings/blocks", formLimit, async (c) => {
    const viewer = signedIn(c);
    const what = (await readForm(c)).line("what", 320);
    return attempt(
      c,
      async () => {
        await blockTyped(house, viewer.id, what);
        return c.redirect("/settings/blocks?done=blocked", 303);
      },
      async (problem, code) => {
        const frame = c.get("frame");
        const why = code === "not-found" ? frame.words.settings.unknownHandle : problem;
        return blocksPage(frame, await readBlocks(db, viewer.id), what, { problem: why });
      },
    );
  });

  app.post("/settings/blocks/remove", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const id = parseId(form.line("person", 20));
    await unblock(house, viewer.id, id ? { id } : { host: form.line("host", 260) });
    return c.redirect("/settings/blocks?done=unblocked", 303);
  });

  app.get("/settings/export", async (c) => {
    const viewer = signedIn(c);
    const away = mustShow(c, viewer);
    if (away) return away;
    return c.html(exportPage(c.get("frame"), { asks: !(await hasJustShown(db, viewer)) }));
  });

  app.post("/settings/export", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    return attempt(
      c,
      async () => {
        await confirm(c, viewer, form);
        c.header("Cache-Control", NOT_KEPT);
        c.header("Content-Type", "application/json; charset=utf-8");
        c.header("Content-Disposition", `attachment; filename="${viewer.username}.json"`);
        return c.body(ReadableStream.from(encoded(exportOf(house, viewer.id))));
      },
      async (problem) => exportPage(c.get("frame"), { asks: !(await hasJustShown(db, viewer)), problem }),
    );
  });

  app.get("/settings/close", async (c) => {
    const viewer = signedIn(c);
    const away = mustShow(c, viewer);
    if (away) return away;
    const [ties, fresh] = await Promise.all([readTies(db, viewer.id), hasJustShown(db, viewer)]);
    return c.html(closePage(c.get("frame"), { ...ties, asks: !fresh }));
  });

  app.post("/settings/close", formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    return attempt(
      c,
      async () => {
        await confirm(c, viewer, form);
        await closeAccount(house, viewer.id, form.line("name"));
        forgetSession(c, site);
        return c.html(closedPage(c.get("frame")));
      },
      async (problem) => {
        const [ties, fresh] = await Promise.all([readTies(db, viewer.id), hasJustShown(db, viewer)]);
        return closePage(c.get("frame"), { ...ties, asks: !fresh, problem });
      },
    );
  });

  function confirm(c: C, viewer: Viewer, form: Form): Promise<void> {
    return sayingWhen(c, () => confirmIdentity(house, viewer, form.raw("password"), fromOf(c, site)));
  }

  return app;
}

/** Whoever has a second factor shows it first. */
function mustShow(c: C, viewer: Viewer): Response | null {
  if (!viewer.hasSecondFactor || viewer.secondFactor) return null;
  return c.redirect(`/settings/security/show?next=${encodeURIComponent(c.get("frame").here)}`, 303);
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

function formOf(saved: ProfileSettings): ProfileForm {
  return {
    name: saved.name,
    bio: saved.bioSource,
    does: saved.does,
    helpsWith: saved.helpsWith.join(", "),
    wantsToLearn: saved.wantsToLearn.join(", "),
    languages: saved.languages,
    timeZone: saved.timeZone ?? "",
    links: saved.links,
    aliases: saved.alsoKnownAs.join("\n"),
  };
}

const numbers = (most: number) => Array.from({ length: most }, (_, at) => at + 1);

function typed(form: Form): ProfileForm {
  return {
    name: form.line("name"),
    bio: form.text("bio", MOST_BIO * 2),
    does: form.line("does"),
    helpsWith: form.line("helps-with", LONGEST_LIST),
    wantsToLearn: form.line("wants-to-learn", LONGEST_LIST),
    languages: numbers(MOST_LANGUAGES)
      .map((n) => form.line(`language-${n}`, 20))
      .filter((tag) => tag !== ""),
    timeZone: form.line("time-zone", 100),
    links: numbers(MOST_LINKS).map((n) => ({ label: form.line(`label-${n}`), url: form.line(`url-${n}`, 1_000) })),
    aliases: form.text("aliases", LONGEST_ALIASES),
  };
}

/** What was typed and refused; a field that is far too long is cut rather than refused once more. */
function again(form: Form): ProfileForm {
  const fields = new Map(Object.entries(form.fields()).map(([name, value]) => [name, value.slice(0, MOST_BIO * 2)]));
  const get = (name: string) => fields.get(name) ?? "";
  return {
    name: get("name"),
    bio: get("bio"),
    does: get("does"),
    helpsWith: get("helps-with"),
    wantsToLearn: get("wants-to-learn"),
    languages: numbers(MOST_LANGUAGES)
      .map((n) => get(`language-${n}`))
      .filter((tag) => tag !== ""),
    timeZone: get("time-zone"),
    links: numbers(MOST_LINKS).map((n) => ({ label: get(`label-${n}`), url: get(`url-${n}`) })),
    aliases: get("aliases"),
  };
}

function said(form: ProfileForm) {
  if (!form.languages.every((tag) => LANGUAGE_TAGS.includes(tag))) throw new Refusal("input-invalid");
  return {
    ...form,
    helpsWith: form.helpsWith.split(","),
    wantsToLearn: form.wantsToLearn.split(","),
    timeZone: form.timeZone === "" ? null : form.timeZone,
    alsoKnownAs: form.aliases.split("\n"),
  };
}
