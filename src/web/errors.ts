/** What visitors see when something is not there, not any more, or went wrong: one page each, in our own words. */
import { randomUUID } from "node:crypto";
import type { Context, ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isDatabaseTrouble } from "../../db/views/reader.ts";
import { Refusal } from "../base/errors.ts";
import { NOT_KEPT } from "./headers.ts";
import { errorPage } from "./pages/error.ts";
import type { Frame } from "./parts/layout.ts";
import type { Site, WebEnv } from "./site.ts";

/** Seconds after which a visitor may try again when it is the database that is away. */
const TRY_AGAIN = "30";

/** The 404 page. */
export function notFound(c: Context<WebEnv>, frame: Frame): Response | Promise<Response> {
  const title = "There is no such page";
  const sentence = "The address may have been copied only in part, or what stood here never came to this server.";
  return page(c, errorPage(frame, { title, sentence }), 404);
}

/** The 410 page for a removed thread of `community`, or for somebody whose account is gone. */
export function gone(
  c: Context<WebEnv>,
  frame: Frame,
  what: "thread" | "person" | "community",
  slug?: string,
): Response | Promise<Response> {
  const sentences = {
    thread: "Its author has taken this conversation back, and what was said in it is not kept.",
    person: "This account is gone, and what it wrote here went with it.",
    community: "This community has been closed.",
  };
  return page(
    c,
    errorPage(frame, {
      title: "This is gone",
      sentence: sentences[what],
      ...(slug === undefined ? {} : { way: { href: `/c/${slug}`, text: "Back to the community" } }),
    }),
    410,
  );
}

/** A refusal becomes its status and sentence; a database that is away is a 503; anything else is a bug: logged with the request's id, and shown only as that. */
export function onError(site: Pick<Site, "log">, frame: Frame): ErrorHandler<WebEnv> {
  return (error, c) => {
    if (error instanceof Refusal) {
      const status = error.status as ContentfulStatusCode;
      const title = status === 404 ? "There is no such page" : status === 410 ? "This is gone" : "That did not work";
      return page(c, errorPage(frame, { title, sentence: error.message }), status);
    }
    if (error instanceof HTTPException && error.status < 500) {
      const sentence = error.message || "The request could not be understood.";
      return page(c, errorPage(frame, { title: "That did not work", sentence }), error.status as ContentfulStatusCode);
    }
    const requestId = c.get("requestId") ?? randomUUID();
    const away = isDatabaseTrouble(error);
    if (away) c.header("Retry-After", TRY_AGAIN);
    site.log.error(away ? "The database did not serve a page" : "A page failed", {
      error,
      requestId,
      method: c.req.method,
      path: c.req.path,
    });
    return page(
      c,
      errorPage(frame, {
        title: away ? "We cannot reach our books" : "Something broke here",
        sentence: "It is not your fault, and nothing of yours is lost. Trying again in a minute may help.",
        requestId,
      }),
      away ? 503 : 500,
    );
  };
}

function page(c: Context<WebEnv>, body: string, status: ContentfulStatusCode): Response | Promise<Response> {
  c.header("Cache-Control", NOT_KEPT);
  return c.html(body, status);
}
