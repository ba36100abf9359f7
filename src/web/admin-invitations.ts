/** `/admin/invitations`: invitations to the server, and to its communities. */
import { type Context, Hono } from "hono";

import { listDestinations, listInvitations, parseId } from "../../db/views/invitations.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { createInvitation, revokeInvitation } from "../domain/accounts/invite.ts";
import type { Act } from "../domain/policy.ts";
import { notFound } from "./errors.ts";
import { attempt, formLimit, readForm } from "./forms.ts";
import { invitationLink } from "./invitation-link.ts";
import { type InvitationFields, invitationsPage } from "./pages/admin-invitations.ts";
import type { Site, WebEnv } from "./site.ts";

const INVITATIONS = "/admin/invitations";

export function adminInvitationRoutes(site: Site, keeper: (c: Context<WebEnv>, act: Act) => Viewer): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  async function list(c: Context<WebEnv>, viewer: Viewer, again?: { typed: InvitationFields; problem: string }) {
    const [invitations, destinations] = await Promise.all([listInvitations(site.db, null), listDestinations(site.db)]);
    const linked = await Promise.all(
      invitations.map(async (invitation) => ({
        ...invitation,
        // With the link to a role, whoever reads it here could take that role.
        link:
          invitation.state === "usable" && (invitation.role === "member" || invitation.by.username === viewer.username)
            ? await invitationLink(site, invitation)
            : null,
      })),
    );
    const done = (["made", "revoked"] as const).find((known) => known === c.req.query("done")) ?? null;
    return invitationsPage(c.get("frame"), { viewer, invitations: linked, destinations, done, ...again });
  }

  app.get(INVITATIONS, async (c) => c.html(await list(c, keeper(c, "account.invite"))));

  app.post(INVITATIONS, formLimit, async (c) => {
    const viewer = keeper(c, "account.invite");
    const form = await readForm(c);
    const typed: InvitationFields = {
      uses: form.line("uses", 10),
      days: form.line("days", 10),
      note: form.line("note", 200),
      group: form.line("group", 30),
      role: form.choice("role", ["member", "steward", "facilitator"]),
    };
    return attempt(
      c,
      async () => {
        await createInvitation(site.house, viewer.id, {
          groupId: parseId(typed.group),
          role: typed.role,
          uses: Number(typed.uses),
          days: Number(typed.days),
          note: typed.note,
        });
        return c.redirect(`${INVITATIONS}?done=made`, 303);
      },
      (problem) => list(c, viewer, { typed, problem }),
    );
  });

  app.post(`${INVITATIONS}/:id/revoke`, formLimit, async (c) => {
    const viewer = keeper(c, "account.invite");
    const id = parseId(c.req.param("id"));
    if (!id) return notFound(c);
    await revokeInvitation(site.house, viewer.id, id);
    return c.redirect(`${INVITATIONS}?done=revoked`, 303);
  });

  return app;
}
