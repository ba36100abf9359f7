/** `/sign-in`, its second step, and `/sign-out`. */
import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { type From, TooManyTries } from "../auth/attempts.ts";
import { KNOWN_S, knownDevice } from "../auth/devices.ts";
import { beginSignIn, signInByPasskey } from "../auth/passkeys.ts";
import { endSession, viewerOf } from "../auth/sessions.ts";
import { SECOND_STEP_S, signInByCode, signInByPassword } from "../auth/sign-in.ts";
import { sayWhen } from "./errors.ts";
import { attempt, formLimit, nextPath, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { codePage, signInPage } from "./pages/sign-in.ts";
import { forgetSession, keepSession, sessionToken } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

/** A credential as JSON is about 1 kB, a large key's 10. */
export const LONGEST_CREDENTIAL = 30_000;

export function signInRoutes(site: Site): Hono<WebEnv> {
  const { house, tokens } = site;
  const app = new Hono<WebEnv>();

  const page = async (c: Context<WebEnv>, name: string, next: string, problem?: string) =>
    signInPage(c.get("frame"), {
      name,
      next,
      passkey: await beginSignIn(house, tokens),
      problem,
      done:
        c.req.method === "GET" && c.req.query("done") === "password"
          ? c.get("frame").words.signIn.resetDone
          : undefined,
    });

  app.get("/sign-in", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const next = nextPath(c.req.query("next"));
    if (c.get("viewer")) return c.redirect(onward(next), 303);
    return c.html(await page(c, "", next));
  });

  app.post("/sign-in", formLimit, async (c) => {
    const form = await readForm(c);
    const name = form.line("name");
    const next = nextPath(form.raw("next", 1_000));
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          const done = await signInByPassword(house, tokens, { name, password: form.raw("password") }, fromOf(c, site));
          if ("session" in done) return welcome(c, site, done.session, next);
          setCookie(c, secondStepCookie(site), done.secondStep, { ...cookieOptions(site), maxAge: SECOND_STEP_S });
          return c.redirect(`/sign-in/code?next=${encodeURIComponent(next)}`, 303);
        }),
      (problem) => page(c, name, next, problem),
    );
  });

  app.post("/sign-in/passkey", formLimit, async (c) => {
    const form = await readForm(c);
    const next = nextPath(form.raw("next", 1_000));
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          const answer = { credential: form.raw("credential", LONGEST_CREDENTIAL), token: form.raw("token", 4_000) };
          return welcome(c, site, await signInByPasskey(house, tokens, answer, fromOf(c, site)), next);
        }),
      (problem, code) => page(c, "", next, code === "token-invalid" ? c.get("frame").words.signIn.tooLate : problem),
    );
  });

  app.get("/sign-in/code", (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const next = nextPath(c.req.query("next"));
    if (getCookie(c, secondStepCookie(site)) === undefined)
      return c.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
    return c.html(codePage(c.get("frame"), { next }));
  });

  app.post("/sign-in/code", formLimit, async (c) => {
    const form = await readForm(c);
    const next = nextPath(form.raw("next", 1_000));
    const forget = () => void deleteCookie(c, secondStepCookie(site), cookieOptions(site));
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          const token = getCookie(c, secondStepCookie(site)) ?? "";
          const session = await signInByCode(house, tokens, { token, code: form.line("code") }, fromOf(c, site));
          forget();
          return welcome(c, site, session, next);
        }),
      (problem, code) => {
        if (code === "wrong-credentials" || code === "too-many-tries")
          return codePage(c.get("frame"), { next, problem });
        forget();
        return page(c, "", next, code === "token-invalid" ? c.get("frame").words.signIn.tooLate : problem);
      },
    );
  });

  app.post("/sign-out", async (c) => {
    const token = sessionToken(c, site);
    if (token !== undefined) await endSession(site.db, token);
    forgetSession(c, site);
    // Nor does the back button show what was theirs (Clear Site Data, W3C).
    c.header("Clear-Site-Data", '"cache"');
    return c.redirect("/", 303);
  });

  return app;
}

/** Hands the browser its new session, and ends the one it had: nobody carries on in a session that somebody else began. */
export async function welcome(c: Context<WebEnv>, site: Site, session: string, next: string): Promise<Response> {
  const old = sessionToken(c, site);
  if (old !== undefined) await endSession(site.db, old);
  keepSession(c, site, session);
  const viewer = await viewerOf(site.db, session);
  if (viewer) {
    const known = await knownDevice(site.tokens, viewer.id);
    setCookie(c, deviceCookie(site), known, { ...cookieOptions(site), maxAge: KNOWN_S });
  }
  return c.redirect(onward(next), 303);
}

/** Where a request comes from. */
export function fromOf(c: Context<WebEnv>, site: Pick<Site, "addressOf" | "origin">): From {
  const address = site.addressOf(c.env, c.req.header("x-forwarded-for"));
  const device = getCookie(c, deviceCookie(site));
  return { address, userAgent: c.req.header("user-agent") ?? "", device };
}

/** Says with the refusal when to try again. */
export async function sayingWhen<T>(c: Context<WebEnv>, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TooManyTries) sayWhen(c, error);
    throw error;
  }
}

/** Whoever came from nowhere in particular is led home. */
function onward(next: string): string {
  return next === "/" ? "/home" : next;
}

function deviceCookie(site: Pick<Site, "origin">): string {
  return site.origin.startsWith("https:") ? "__Host-known-device" : "known-device";
}

function secondStepCookie(site: Pick<Site, "origin">): string {
  return site.origin.startsWith("https:") ? "__Host-second-step" : "second-step";
}

function cookieOptions(site: Pick<Site, "origin">) {
  return { path: "/", httpOnly: true, sameSite: "Strict", secure: site.origin.startsWith("https:") } as const;
}
