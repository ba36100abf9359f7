/** `/forgot` and `/reset`: a new password by a link. */
import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { mailPasswordLink, readPasswordLink, setPasswordByLink } from "../auth/recover.ts";
import { languageOf } from "../words/index.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { noticeBy } from "./notices.ts";
import { forgotPage, resetPage } from "./pages/recover.ts";
import { fromOf, sayingWhen } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

/** Milliseconds that every answer takes, so that it does not tell whether there was a mail to write. */
export const ANSWER_MS = 300;

export function recoverRoutes(site: Site): Hono<WebEnv> {
  const { house, tokens } = site;
  const app = new Hono<WebEnv>();

  app.get("/forgot", (c) => c.html(forgotPage(c.get("frame"), { email: "", sent: false })));

  app.post("/forgot", formLimit, async (c) => {
    const form = await readForm(c);
    const email = form.line("email", 254);
    const { host, words } = c.get("frame");
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          const wrote = mailPasswordLink(house, tokens, email, fromOf(c, site), ({ username, language }, link) => {
            const theirs = language === null ? words.signIn : languageOf(language).words.signIn;
            return { subject: theirs.mailSubject(host), text: theirs.mailText(username, host, link) };
          });
          await Promise.all([wrote, sleep(ANSWER_MS)]);
          return c.html(forgotPage(c.get("frame"), { email: "", sent: true }));
        }),
      (problem) => forgotPage(c.get("frame"), { email, sent: false, problem }),
    );
  });

  app.get("/reset", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const token = c.req.query("token") ?? "";
    const { username } = await readPasswordLink(house, tokens, token);
    return c.html(resetPage(c.get("frame"), { token, username }));
  });

  app.post("/reset", formLimit, async (c) => {
    const form = await readForm(c);
    const token = form.raw("token", 4_000);
    const { username } = await readPasswordLink(house, tokens, token);
    return attempt(
      c,
      async () => {
        await setPasswordByLink(house, tokens, token, form.raw("new-password"), noticeBy(c));
        return c.redirect("/sign-in?done=password", 303);
      },
      (problem) => resetPage(c.get("frame"), { token, username, problem }),
    );
  });

  return app;
}
