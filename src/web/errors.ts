/** What visitors see when something is not there, not any more, or went wrong: one page each, in our own words. */
import { randomUUID } from "node:crypto";
import type { Context, ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { isDatabaseTrouble } from "../../db/views/reader.ts";
import { TooManyTries } from "../auth/attempts.ts";
import { Refusal, refusals } from "../base/errors.ts";
import { LANGUAGES, timesIn } from "../words/index.ts";
import { NOT_KEPT } from "./headers.ts";
import { type ErrorProps, errorPage } from "./pages/error.ts";
import type { Frame } from "./parts/layout.ts";
import type { FrameBase } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** Seconds after which a visitor may try again when it is the database that is away. */
const TRY_AGAIN = "30";

/** The 404 page. */
export function notFound(c: Context<WebEnv>): Response | Promise<Response> {
  const frame = c.get("frame");
  const { noSuchPage, noSuchPageWhy } = frame.words.errors;
  return page(c, errorPage(frame, { title: noSuchPage, sentence: noSuchPageWhy }), 404);
}

/** The 410 page for a removed thread of `community`, or for somebody whose account is gone. */
export function gone(
  c: Context<WebEnv>,
  what: "thread" | "person" | "community",
  slug?: string,
): Response | Promise<Response> {
  const frame = c.get("frame");
  const words = frame.words.errors;
  const sentence = { thread: words.goneThread, person: words.gonePerson, community: words.goneCommunity }[what];
  const way = slug === undefined ? {} : { way: { href: `/c/${slug}`, text: words.backToCommunity } };
  return page(c, errorPage(frame, { title: words.gone, sentence, ...way }), 410);
}

/** A refusal becomes its status and sentence; a database that is away is a 503; anything else is a bug: logged with the request's id, and shown only as that. */
export function onError(site: Pick<Site, "log">, base: FrameBase): ErrorHandler<WebEnv> {
  return (error, c) => {
    // Where it was the session that could not be read, there is no frame yet.
    const frame = c.get("frame") ?? visitorsFrame(base);
    const words = frame.words.errors;
    if (error instanceof Refusal) {
      if (error.code === "sign-in-first") {
        c.header("Cache-Control", NOT_KEPT);
        return c.redirect(`/sign-in?next=${encodeURIComponent(backTo(c))}`, 303);
      }
      sayWhen(c, error, site.log);
      const status = error.status as ContentfulStatusCode;
      const title = status === 404 ? words.noSuchPage : status === 410 ? words.gone : words.didNotWork;
      return page(
        c,
        errorPage(frame, { title, sentence: sentenceOf(frame, error), ...wayOn(c, frame, error) }),
        status,
      );
    }
    if (error instanceof HTTPException && error.status < 500) {
      const sentence = words.notUnderstood;
      return page(c, errorPage(frame, { title: words.didNotWork, sentence }), error.status as ContentfulStatusCode);
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
    const title = away ? words.away : words.broke;
    return page(c, errorPage(frame, { title, sentence: words.notYourFault, requestId }), away ? 503 : 500);
  };
}

/** Who may do what somebody may not, where the address says what it is; and where to go from there. */
function wayOn(c: Context<WebEnv>, frame: Frame, { code, message }: Refusal): Partial<ErrorProps> {
  const words = frame.words.errors;
  if (code === "second-factor-first")
    return { way: { href: "/settings/security", text: frame.words.signIn.toSecurity } };
  if (code !== "not-allowed" || message !== refusals[code].sentence) return {};
  const [, first, which] = c.req.path.split("/");
  if (first === "admin") return { sentence: words.onlyKeepers, way: { href: "/about", text: words.whoKeeps } };
  if (first === "c") return { sentence: words.onlyCarers, way: { href: `/c/${which}/members`, text: words.whoCares } };
  if (first === "posts")
    return { sentence: words.onlyAuthors, way: { href: `/posts/${which}`, text: words.backToPost } };
  return {};
}

/** Says with a refusal when to try again, and to the log that somebody does too much. */
export function sayWhen(c: Context<WebEnv>, error: Refusal, log?: Site["log"]): void {
  if (error.retryAfterS !== null) c.header("Retry-After", String(error.retryAfterS));
  if (!(error instanceof TooManyTries)) return;
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  if (error.tell) log?.info("Refused: {method} {path} came too often.", { method: c.req.method, path: c.req.path });
}

/** What a Refusal says, in the reader's language; a sentence of its own is in English, and better than a general one there. */
export function sentenceOf(frame: Frame, error: Refusal): string {
  return frame.language.tag === "en" ? error.message : frame.words.errors.sentences[error.code];
}

/** Where somebody goes on who signs in: the page they asked for, or the one whose form they sent. */
function backTo(c: Context<WebEnv>): string {
  if (c.req.method === "GET") return c.get("frame").here;
  const from = URL.parse(c.req.header("referer") ?? "");
  return from ? from.pathname + from.search : "/";
}

function visitorsFrame(base: FrameBase): Frame {
  const language = LANGUAGES[0];
  return { ...base, language, words: language.words, times: timesIn(language.tag, "UTC"), viewer: null, here: "/" };
}

function page(c: Context<WebEnv>, body: string, status: ContentfulStatusCode): Response | Promise<Response> {
  c.header("Cache-Control", NOT_KEPT);
  return c.html(body, status);
}
