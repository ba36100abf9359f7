/** `/setup`: the first owner makes their account, by the link that the program printed. */
import { Hono } from "hono";
import { readSettings } from "../../db/views/instance.ts";
import { startSession } from "../auth/sessions.ts";
import { requireSetup, setUpOwner } from "../auth/setup.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { confirmLetter, serverName } from "./mails.ts";
import { setupPage } from "./pages/setup.ts";
import { fromOf, welcome } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

export function setupRoutes(site: Site): Hono<WebEnv> {
  const { house, tokens } = site;
  const app = new Hono<WebEnv>();

  app.get("/setup", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const token = c.req.query("token") ?? "";
    await requireSetup(house, tokens, token);
    return c.html(setupPage(c.get("frame"), { token, username: "", name: "", email: "" }));
  });

  app.post("/setup", formLimit, async (c) => {
    const form = await readForm(c);
    const token = form.raw("token", 4_000);
    await requireSetup(house, tokens, token);
    const who = {
      username: form.line("username").toLowerCase(),
      name: form.line("name"),
      email: form.line("email", 254),
    };
    return attempt(
      c,
      async () => {
        const language = c.get("frame").language.tag;
        const server = serverName(site, await readSettings(site.db));
        const actorId = await setUpOwner(
          house,
          tokens,
          token,
          { ...who, password: form.raw("password"), language },
          (id) => confirmLetter(site, server, { ...who, language, id, invited: true }),
        );
        const session = await startSession(house, { actorId, secondFactor: false, ...fromOf(c, site) });
        // Whoever looks after a server needs a second factor: that is the next step.
        return welcome(c, site, session, "/settings/security");
      },
      (problem) => setupPage(c.get("frame"), { token, ...who, problem }),
    );
  });

  return app;
}
