/** `/settings/security`: what keeps one's account safe, and what is done about it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Context, Hono } from "hono";
import { parseId, readSecurity } from "../../db/views/security.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { askForAddress } from "../auth/address.ts";
import { changePassword, confirmIdentity, hasJustShown, showCode } from "../auth/identity.ts";
import {
  addPasskey,
  beginSetup as beginPasskey,
  beginShow,
  namePasskey,
  removePasskey,
  showPasskey,
} from "../auth/passkeys.ts";
import { beginSetup, confirmSetup, readSetup, renewCodes, turnOff } from "../auth/second-factor.ts";
import { endOtherSessions, endSessionOf } from "../auth/sessions.ts";
import { Refusal } from "../base/errors.ts";
import { dropAddress } from "../domain/accounts/change-email.ts";
import { attempt, type Form, formLimit, nextPath, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { addressLetters, noticeBy } from "./notices.ts";
import { addressPage, removeAddressPage } from "./pages/address.ts";
import * as pages from "./pages/second-factor.ts";
import { securityPage } from "./pages/security.ts";
import { browserIn } from "./parts/user-agent.ts";
import { ANSWER_MS } from "./recover.ts";
import { signedIn } from "./session.ts";
import { fromOf, LONGEST_CREDENTIAL, sayingWhen } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

const HOME = "/settings/security";
type C = Context<WebEnv>;
type Asking = { asks: boolean; problem?: string };

export function securityRoutes(site: Site): Hono<WebEnv> {
  const { db, house, tokens } = site;
  const app = new Hono<WebEnv>();

  app.use(`${HOME}/*`, async (c, next) => {
    c.header("Cache-Control", NOT_KEPT);
    await next();
  });

  const done = (c: C, what: string) => c.redirect(`${HOME}?done=${what}`, 303);

  /** A page that asks who it is before it does something; who has to show a second factor first is sent to do so. */
  const asking = async (c: C, page: (viewer: Viewer, asking: Asking) => string | Promise<string>) => {
    const viewer = signedIn(c);
    const fresh = await hasJustShown(db, viewer);
    const mustShow = viewer.hasSecondFactor && !viewer.secondFactor;
    if (mustShow || (!fresh && viewer.hasSecondFactor && !(await readSecurity(db, viewer.id)).hasPassword))
      return toShow(c, c.get("frame").here);
    return c.html(await page(viewer, { asks: !fresh }));
  };

  /** The form of such a page: confirms who it is, then acts; what is refused is shown on the page again. */
  const acting = async (
    c: C,
    act: (viewer: Viewer, form: Form) => Promise<Response>,
    page: (viewer: Viewer, asking: Asking) => string | Promise<string>,
  ) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          if (viewer.hasSecondFactor && !viewer.secondFactor) return toShow(c, HOME);
          await confirmIdentity(house, viewer, form.raw("password"), fromOf(c, site));
          return act(viewer, form);
        }),
      async (problem) => page(viewer, { asks: !(await hasJustShown(db, viewer)), problem }),
    );
  };

  app.get(HOME, async (c) => {
    const viewer = signedIn(c);
    c.header("Cache-Control", NOT_KEPT);
    const said: Record<string, string> = c.get("frame").words.signIn.done;
    const asked = c.req.query("done") ?? "";
    const note = Object.hasOwn(said, asked) ? said[asked] : undefined;
    return c.html(securityPage(c.get("frame"), { ...(await readSecurity(db, viewer.id)), viewer, done: note }));
  });

  app.get(`${HOME}/password`, async (c) => {
    const { hasPassword } = await readSecurity(db, signedIn(c).id);
    return asking(c, () => pages.passwordPage(c.get("frame"), { hasPassword }));
  });
  app.post(`${HOME}/password`, formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    return attempt(
      c,
      () =>
        sayingWhen(c, async () => {
          if (viewer.hasSecondFactor && !viewer.secondFactor) return toShow(c, `${HOME}/password`);
          const passwords = { old: form.raw("password"), new: form.raw("new-password") };
          await changePassword(house, viewer, passwords, fromOf(c, site), noticeBy(c));
          return done(c, "password");
        }),
      async (problem) => {
        const { hasPassword } = await readSecurity(db, viewer.id);
        return pages.passwordPage(c.get("frame"), { hasPassword, problem });
      },
    );
  });

  const changePage = (c: C, email: string) => async (viewer: Viewer, asks: Asking) => {
    const has = (await readSecurity(db, viewer.id)).email !== null;
    return addressPage(c.get("frame"), { ...asks, has, email });
  };
  app.get(`${HOME}/address`, (c) => asking(c, changePage(c, "")));
  app.post(`${HOME}/address`, formLimit, async (c) => {
    const email = (await readForm(c)).line("email");
    return acting(
      c,
      async (viewer) => {
        // As long for an address that somebody else has, to which nothing is written.
        const asked = askForAddress(house, tokens, viewer, email, fromOf(c, site), addressLetters(c));
        await Promise.all([asked, sleep(ANSWER_MS)]);
        return done(c, "address");
      },
      changePage(c, email),
    );
  });
  app.get(`${HOME}/address/remove`, (c) => asking(c, (_, asks) => removeAddressPage(c.get("frame"), asks)));
  app.post(`${HOME}/address/remove`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => {
        await dropAddress(house, viewer.id, noticeBy(c));
        return done(c, "no-address");
      },
      (_, asks) => removeAddressPage(c.get("frame"), asks),
    ),
  );

  app.get(`${HOME}/totp`, async (c) => {
    const { totp } = await readSecurity(db, signedIn(c).id);
    return asking(c, (_, asks) => (totp ? pages.endTotpPage : pages.beginTotpPage)(c.get("frame"), asks));
  });
  app.post(`${HOME}/totp/begin`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => {
        await beginSetup(house, viewer);
        return c.redirect(`${HOME}/totp/confirm`, 303);
      },
      (_, asks) => pages.beginTotpPage(c.get("frame"), asks),
    ),
  );
  app.get(`${HOME}/totp/confirm`, async (c) => {
    const setup = await readSetup(house, signedIn(c));
    return setup ? c.html(pages.confirmTotpPage(c.get("frame"), setup)) : c.redirect(HOME, 303);
  });
  app.post(`${HOME}/totp/confirm`, formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const setup = await readSetup(house, viewer);
    if (!setup) return c.redirect(HOME, 303);
    return attempt(
      c,
      async () => {
        const codes = await confirmSetup(house, viewer, form.line("code"), noticeBy(c));
        return c.html(pages.codesPage(c.get("frame"), codes, "kept"));
      },
      (problem) => pages.confirmTotpPage(c.get("frame"), { ...setup, problem }),
    );
  });
  app.post(`${HOME}/totp/end`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => {
        await turnOff(house, viewer, noticeBy(c));
        return done(c, "totp");
      },
      (_, asks) => pages.endTotpPage(c.get("frame"), asks),
    ),
  );

  app.get(`${HOME}/codes`, (c) => asking(c, (_, asks) => pages.beginCodesPage(c.get("frame"), asks)));
  app.post(`${HOME}/codes`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => c.html(pages.codesPage(c.get("frame"), await renewCodes(house, viewer, noticeBy(c)), "kept")),
      (_, asks) => pages.beginCodesPage(c.get("frame"), asks),
    ),
  );

  app.get(`${HOME}/passkeys/new`, (c) => asking(c, (_, asks) => pages.beginPasskeyPage(c.get("frame"), asks)));
  // The token of the ceremony is handed out only here: it proves that they proved who they are.
  const makePage = async (c: C, viewer: Viewer, name: string, problem?: string) =>
    pages.makePasskeyPage(c.get("frame"), { ...(await beginPasskey(house, tokens, viewer)), name, problem });
  app.post(`${HOME}/passkeys/new`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => c.html(await makePage(c, viewer, browserIn(c.get("frame"), c.req.header("user-agent") ?? ""))),
      (_, asks) => pages.beginPasskeyPage(c.get("frame"), asks),
    ),
  );
  app.post(`${HOME}/passkeys`, formLimit, async (c) => {
    const viewer = signedIn(c);
    const form = await readForm(c);
    const name = form.line("name", 60) || c.get("frame").words.signIn.passkeyDefault;
    return attempt(
      c,
      async () => {
        const codes = await addPasskey(house, tokens, viewer, { ...answerIn(form), name }, noticeBy(c));
        return codes ? c.html(pages.codesPage(c.get("frame"), codes, "passkey")) : done(c, "passkey");
      },
      (problem) => pages.beginPasskeyPage(c.get("frame"), { asks: true, problem }),
    );
  });
  app.post(`${HOME}/passkeys/:id/rename`, formLimit, async (c) => {
    const viewer = signedIn(c);
    await namePasskey(house, viewer, c.req.param("id"), (await readForm(c)).line("name", 60));
    return done(c, "renamed");
  });
  const removePage = (c: C, id: string) => async (viewer: Viewer, asks: Asking) => {
    const passkey = (await readSecurity(db, viewer.id)).passkeys.find((one) => one.id === id);
    if (!passkey) throw new Refusal("not-found");
    return pages.removePasskeyPage(c.get("frame"), { ...passkey, ...asks });
  };
  app.get(`${HOME}/passkeys/:id/remove`, (c) => asking(c, removePage(c, c.req.param("id"))));
  app.post(`${HOME}/passkeys/:id/remove`, formLimit, (c) =>
    acting(
      c,
      async (viewer) => {
        await removePasskey(house, viewer, c.req.param("id"), noticeBy(c));
        return done(c, "removed");
      },
      removePage(c, c.req.param("id")),
    ),
  );

  app.post(`${HOME}/sessions/end-others`, async (c) => {
    await endOtherSessions(db, signedIn(c));
    return done(c, "sessions");
  });
  app.post(`${HOME}/sessions/:id/end`, async (c) => {
    const viewer = signedIn(c);
    const id = parseId(c.req.param("id"));
    if (id === null || !(await endSessionOf(db, viewer, id))) throw new Refusal("not-found");
    return done(c, "session");
  });

  const showPage = async (c: C, viewer: Viewer, next: string, problem?: string) => {
    const { passkeys, totp, codesLeft } = await readSecurity(db, viewer.id);
    const passkey = passkeys.length === 0 ? null : await beginShow(house, tokens, viewer);
    return pages.showPage(c.get("frame"), { passkey, code: totp || codesLeft > 0, next, problem });
  };
  app.get(`${HOME}/show`, async (c) => {
    const viewer = signedIn(c);
    if (!viewer.hasSecondFactor) return c.redirect(HOME, 303);
    return c.html(await showPage(c, viewer, afterShowing(c.req.query("next"))));
  });
  const showing = (path: string, show: (c: C, viewer: Viewer, form: Form) => Promise<void>) =>
    app.post(path, formLimit, async (c) => {
      const viewer = signedIn(c);
      const form = await readForm(c);
      const next = afterShowing(form.raw("next", 1_000));
      return attempt(
        c,
        () =>
          sayingWhen(c, async () => {
            await show(c, viewer, form);
            return c.redirect(next, 303);
          }),
        (problem) => showPage(c, viewer, next, problem),
      );
    });
  showing(`${HOME}/show`, (c, viewer, form) => showCode(house, viewer, form.line("code"), fromOf(c, site)));
  showing(`${HOME}/show-passkey`, (_, viewer, form) => showPasskey(house, tokens, viewer, answerIn(form)));

  return app;
}

function toShow(c: C, next: string): Response {
  return c.redirect(`${HOME}/show?next=${encodeURIComponent(next)}`, 303);
}

function afterShowing(next: string | undefined): string {
  const path = nextPath(next);
  return path === "/" ? `${HOME}?done=shown` : path;
}

function answerIn(form: Form): { credential: string; token: string } {
  return { credential: form.raw("credential", LONGEST_CREDENTIAL), token: form.raw("token", 4_000) };
}
