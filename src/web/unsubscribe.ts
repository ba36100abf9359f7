/**
 * `/unsubscribe?token=…`: ends the mails to whoever the token was made for. Mail programs post to it by themselves, without a cookie, and
 * want no redirect (RFC 8058 section 3.2); people see a page with one button, since programs that look at links must not end anything.
 */
import { type Context, Hono } from "hono";
import { Refusal } from "../base/errors.ts";
import { unsubscribe } from "../domain/notifications/unsubscribe.ts";
import { formLimit } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { linkTooOldPage, unsubscribedPage, unsubscribePage } from "./pages/unsubscribe.ts";
import type { Site, WebEnv } from "./site.ts";

export function unsubscribeRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/unsubscribe", (c) =>
    withToken(c, async (token) => {
      await site.tokens.read("unsubscribe", token);
      return unsubscribePage(c.get("frame"), token);
    }),
  );

  app.post("/unsubscribe", formLimit, (c) =>
    withToken(c, async (token) => {
      const { actor } = await site.tokens.read("unsubscribe", token);
      await unsubscribe(site.house, actor);
      return unsubscribedPage(c.get("frame"));
    }),
  );

  return app;
}

/** The page that `show` makes for the token, or one that says that it is no good. Neither is kept: the address is a key. */
async function withToken(c: Context<WebEnv>, show: (token: string) => Promise<string>): Promise<Response> {
  c.header("Cache-Control", NOT_KEPT);
  try {
    return c.html(await show(c.req.query("token") ?? ""));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "token-invalid") throw error;
    return c.html(linkTooOldPage(c.get("frame")), 410);
  }
}
