/** `/join` and `/confirm-email`: becoming a member, by whatever way is open, or by an invitation. */

import type { Context } from "hono";
import { Hono } from "hono";
import { readSettings } from "../../db/views/instance.ts";
import { type Invitation, type InvitationState, readInvitation } from "../../db/views/invitations.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { spendAddressLink } from "../auth/address.ts";
import { countAsking } from "../auth/attempts.ts";
import { startSession } from "../auth/sessions.ts";
import { Refusal } from "../base/errors.ts";
import { confirmEmail } from "../domain/accounts/confirm-email.ts";
import { acceptInvitation } from "../domain/accounts/invite.ts";
import { register } from "../domain/accounts/register.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { NOT_KEPT } from "./headers.ts";
import { confirmLetter, serverName, takenLetter } from "./mails.ts";
import { noticeBy } from "./notices.ts";
import {
  confirmedPage,
  confirmPage,
  invitedPage,
  type JoinFields,
  type JoinProps,
  joinPage,
  sentPage,
  unusablePage,
} from "./pages/join.ts";
import { keepSession } from "./session.ts";
import { fromOf, sayingWhen } from "./sign-in.ts";
import type { Site, WebEnv } from "./site.ts";

const MOST_NAME = 100;
const MOST_ANSWER = 2_000;

type Ctx = Context<WebEnv>;

export function joinRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  /** The invitation that a token names, or why it is none that can be used. */
  async function invitationOf(token: string): Promise<Invitation | Exclude<InvitationState, "usable"> | "unknown"> {
    try {
      const { invitation: id } = await site.tokens.read("invitation", token);
      const invitation = await readInvitation(site.db, id);
      if (!invitation) return "unknown";
      return invitation.state === "usable" ? invitation : invitation.state;
    } catch (error) {
      if (error instanceof Refusal) return isExpired(token) ? "expired" : "unknown";
      throw error;
    }
  }

  /** What the page for this visitor is made of; null when an answer was given already. */
  async function propsFor(
    token: string,
  ): Promise<{ props: JoinProps } | { unusable: Exclude<InvitationState, "usable"> | "unknown" }> {
    const settings = await readSettings(site.db);
    const server = serverName(site, settings);
    const { registration, question } = settings;
    if (token === "") return { props: { server, registration, question, invitation: null, token } };
    const invitation = await invitationOf(token);
    if (typeof invitation === "string") return { unusable: invitation };
    return { props: { server, registration, question, invitation, token } };
  }

  app.get("/join", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const token = c.req.query("invitation") ?? "";
    const viewer = c.get("viewer");
    if (viewer && token === "") return c.redirect("/home", 303);
    const found = await propsFor(token);
    if ("unusable" in found) return c.html(unusablePage(c.get("frame"), found.unusable), 410);
    if (viewer) return c.html(invitedPage(c.get("frame"), found.props));
    return c.html(joinPage(c.get("frame"), found.props));
  });

  app.post("/join", formLimit, async (c) => {
    const form = await readForm(c);
    const token = form.raw("invitation", 4_000);
    const found = await propsFor(token);
    if ("unusable" in found) return c.html(unusablePage(c.get("frame"), found.unusable), 410);
    const { props } = found;
    const viewer = c.get("viewer");
    if (viewer) return accept(c, viewer, props);
    // People do not see this field; programs that fill in whatever there is do.
    if (form.raw("website", 10_000) !== "") return c.redirect("/join/sent", 303);

    const typed: JoinFields = {
      username: form.line("username").toLowerCase().replace(/^@/, ""),
      name: form.line("name", MOST_NAME),
      email: form.line("email"),
      answer: form.text("answer", MOST_ANSWER).trim(),
    };
    return attempt(
      c,
      () => enter(c, props, typed, form.raw("password")),
      (problem, code) => joinPage(c.get("frame"), { ...props, typed, problem, code }),
    );
  });

  async function enter(
    c: Ctx,
    { server, invitation }: JoinProps,
    typed: JoinFields,
    password: string,
  ): Promise<Response> {
    const from = fromOf(c, site);
    const { tag } = c.get("frame").language;
    const who = { username: typed.username, name: typed.name, email: typed.email, language: tag };
    const registered = await register(site.house, {
      ...who,
      answer: typed.answer,
      password,
      invitationId: invitation?.id ?? null,
      count: () => sayingWhen(c, () => countAsking(site.house, "sign-up", from)),
      letters: {
        confirm: (id) => confirmLetter(site, server, { ...who, id, invited: invitation !== null }),
        taken: (owner) => takenLetter(site, server, owner),
      },
    });
    if (registered.is === "waiting") return c.redirect("/join/sent", 303);
    const session = { actorId: registered.id, secondFactor: false, ...from };
    keepSession(c, site, await startSession(site.house, session));
    return c.redirect(invitation?.group ? `/c/${invitation.group.slug}/welcome` : "/home", 303);
  }

  async function accept(c: Ctx, viewer: Viewer, props: JoinProps): Promise<Response> {
    const { invitation } = props;
    if (!invitation?.group) return c.redirect("/home", 303);
    const { slug } = invitation.group;
    try {
      await acceptInvitation(site.house, viewer.id, invitation.id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "already-done") return c.redirect(`/c/${slug}`, 303);
      if (error.code === "invitation-invalid") return c.html(unusablePage(c.get("frame"), "used"), 410);
      throw error;
    }
    return c.redirect(`/c/${slug}/welcome`, 303);
  }

  app.get("/join/sent", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const { registration } = await readSettings(site.db);
    return c.html(sentPage(c.get("frame"), registration === "approval"));
  });

  // The link of a mail only asks: programs that look at mail before people do follow links, too.
  app.get("/confirm-email", async (c) => {
    c.header("Cache-Control", NOT_KEPT);
    const token = c.req.query("token") ?? "";
    const { email } = await site.tokens.read("confirm-email", token);
    return c.html(confirmPage(c.get("frame"), { token, email }));
  });

  app.post("/confirm-email", formLimit, async (c) => {
    const token = (await readForm(c)).raw("token", 4_000);
    const confirmed = await confirmEmail(site.house, (tx) => spendAddressLink(tx, site.tokens, token), noticeBy(c));
    return c.html(confirmedPage(c.get("frame"), confirmed.changed ? "changed" : confirmed.state));
  });

  return app;
}

/** Whether what a token says of its own end lies in the past; it was read before, and is not good. */
function isExpired(token: string): boolean {
  try {
    const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp?: unknown };
    return typeof payload.exp === "number" && payload.exp * 1_000 <= Date.now();
  } catch {
    return false;
  }
}
