/** `/c/{slug}/{join,leave,invitation,members,requests,welcome,newcomers}`: who belongs to a community, and who comes in. */
import { Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { readCommunitySettings } from "../../db/views/community.ts";
import { parseId } from "../../db/views/compose.ts";
import { readInvited } from "../../db/views/invited.ts";
import {
  readFirstSteps,
  readMembers,
  readRequests,
  readTeam,
  readUnansweredNewcomers,
} from "../../db/views/members.ts";
import { Refusal } from "../base/errors.ts";
import { createInvitation } from "../domain/accounts/invite.ts";
import { acceptMember, refuseMember } from "../domain/members/decide.ts";
import { declineInvitation, inviteByName, joinByInvitation, withdrawInvitation } from "../domain/members/invite.ts";
import { askToJoin } from "../domain/members/join.ts";
import { leaveCommunity } from "../domain/members/leave.ts";
import { giveRole, removeMember } from "../domain/members/roles.ts";
import { noteWelcomed } from "../domain/members/welcome.ts";
import { notFound } from "./errors.ts";
import { attempt, type Form, formLimit, readForm } from "./forms.ts";
import { invitationLink } from "./invitation-link.ts";
import { joinPage, type MembersProps, membersPage, newcomersPage, requestsPage, welcomePage } from "./pages/members.ts";
import { type Place, placeOf } from "./place.ts";
import type { Site, WebEnv } from "./site.ts";

/** The routes of members. */
export function memberRoutes(site: Site): Hono<WebEnv> {
  const app = new Hono<WebEnv>();

  app.get("/c/:slug/join", async (c) => {
    const { community, membership, allow } = await placeOf(c, site, c.req.param("slug"));
    allow("community.join");
    if (membership) return c.redirect(`/c/${community.slug}`, 303);
    const { questions } = await readCommunitySettings(site.db, community.id);
    return c.html(joinPage(c.get("frame"), community, community.joining === "request" ? questions : [], []));
  });

  app.post("/c/:slug/join", formLimit, async (c) => {
    const { community, membership, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.join");
    const form = await readForm(c);
    const answers = [0, 1, 2].map((i) => form.line(`answer-${i}`, 4_000));
    const act = async () => {
      const who = { groupId: community.id, actorId: viewer.id, actorUri: viewer.uri };
      // The button of a page that is a while old: they are in already, or have asked.
      const state = membership?.state ?? (await askToJoin(site.house, { ...who, answers }));
      return c.redirect(`/c/${community.slug}${state === "accepted" && !membership ? "/welcome" : ""}`, 303);
    };
    return attempt(c, act, async (problem, code) => {
      const { questions } = await readCommunitySettings(site.db, community.id);
      const asked = community.joining === "request" ? questions : [];
      return joinPage(c.get("frame"), community, asked, answers, { problem, code });
    });
  });

  app.post("/c/:slug/leave", formLimit, async (c) => {
    const { community, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.leave");
    await leaveCommunity(site.house, { groupId: community.id, actorId: viewer.id });
    return c.redirect(`/c/${community.slug}`, 303);
  });

  const showMembers = async (
    place: Place,
    after: string | undefined,
    more: Pick<MembersProps, "link" | "problem" | "done" | "typed"> = {},
  ): Promise<MembersProps | null> => {
    const { community, may, membership, standings } = place;
    const afterId = after === undefined ? null : parseId(after);
    if (after !== undefined && !afterId) return null;
    const among =
      membership?.state === "accepted" || standings.some((one) => one === "owner" || one === "administrator");
    const [team, invited, others] = await Promise.all([
      readTeam(site.db, community.id),
      may("member.invite") ? readInvited(site.db, community.id) : [],
      among ? readMembers(site.db, community.id, afterId) : null,
    ]);
    return {
      community,
      team,
      invited,
      others: others && { ...others, first: after === undefined },
      may: { promote: may("member.promote"), remove: may("member.remove"), invite: may("member.invite") },
      ...more,
    };
  };

  app.get("/c/:slug/members", async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const words = c.get("frame").words.members;
    const asked = c.req.query("done");
    const done = asked === undefined ? undefined : asked === "invited" ? words.wasInvited : words.changed;
    const props = await showMembers(place, c.req.query("after"), { done });
    return props ? c.html(membersPage(c.get("frame"), props)) : notFound(c);
  });

  app.post("/c/:slug/members/role", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.promote");
    const form = await readForm(c);
    const role = (["facilitator", "steward", "member"] as const).find((one) => one === form.line("role"));
    if (!role) throw new Refusal("input-invalid");
    const act = async () => {
      await giveRole(site.house, { ...about(place, viewer.id, form), role });
      return c.redirect(`/c/${place.community.slug}/members?done`, 303);
    };
    return attempt(c, act, async (problem) => {
      return membersPage(c.get("frame"), (await showMembers(place, undefined, { problem })) as MembersProps);
    });
  });

  app.post("/c/:slug/members/remove", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.remove");
    const form = await readForm(c);
    const act = async () => {
      await removeMember(site.house, about(place, viewer.id, form));
      return c.redirect(`/c/${place.community.slug}/members?done`, 303);
    };
    return attempt(c, act, async (problem) => {
      return membersPage(c.get("frame"), (await showMembers(place, undefined, { problem })) as MembersProps);
    });
  });

  app.post("/c/:slug/members/invite-by-name", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.invite");
    const typed = (await readForm(c)).line("name");
    const act = async () => {
      const { community, standings } = place;
      await inviteByName(site.house, { groupId: community.id, by: viewer.id, standings, typed });
      return c.redirect(`/c/${community.slug}/members?done=invited`, 303);
    };
    return attempt(c, act, async (problem) => {
      return membersPage(c.get("frame"), (await showMembers(place, undefined, { problem, typed })) as MembersProps);
    });
  });

  app.post("/c/:slug/members/withdraw", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.invite");
    const invitee = about(place, viewer.id, await readForm(c));
    await withdrawInvitation(site.house, invitee);
    site.live.tell([invitee.actorId]);
    return c.redirect(`/c/${place.community.slug}/members?done`, 303);
  });

  app.post("/c/:slug/invitation", formLimit, async (c) => {
    const { community, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.join");
    const form = await readForm(c);
    const answer = (["accept", "decline"] as const).find((one) => one === form.line("answer"));
    if (!answer) throw new Refusal("input-invalid");
    const who = { groupId: community.id, actorId: viewer.id, actorUri: viewer.uri };
    if (answer === "accept") {
      const end = await joinByInvitation(site.house, who);
      return c.redirect(`/c/${community.slug}${end === "joined" ? "/welcome" : ""}`, 303);
    }
    await declineInvitation(site.house, who);
    site.live.tell([viewer.id]);
    return c.redirect(`/c/${community.slug}`, 303);
  });

  // The link is shown once, in the answer itself: kept in an address it would stay in the browser's history.
  app.post("/c/:slug/members/invite", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.invite");
    const form = await readForm(c);
    const [uses, days, note] = [Number(form.line("uses")), Number(form.line("days")), form.line("note")];
    const show = async (more: Pick<MembersProps, "link" | "problem">) =>
      membersPage(c.get("frame"), (await showMembers(place, undefined, more)) as MembersProps);
    const act = async () => {
      const groupId = place.community.id;
      const id = await createInvitation(site.house, viewer.id, { groupId, role: "member", uses, days, note });
      const expiresAt = Date.now() + days * 24 * 3_600_000;
      return c.html(await show({ link: await invitationLink(site, { id, expiresAt }) }));
    };
    return attempt(c, act, (problem) => show({ problem }));
  });

  app.get("/c/:slug/requests", async (c) => {
    const { community, allow } = await placeOf(c, site, c.req.param("slug"));
    allow("member.accept");
    const words = c.get("frame").words.members;
    const answered = { accept: words.accepted, refuse: words.refused }[c.req.query("done") ?? ""];
    const [requests, { questions }] = await Promise.all([
      readRequests(site.db, community.id),
      readCommunitySettings(site.db, community.id),
    ]);
    return c.html(requestsPage(c.get("frame"), community, requests, questions, { done: answered }));
  });

  app.post("/c/:slug/requests", formLimit, async (c) => {
    const place = await placeOf(c, site, c.req.param("slug"));
    const viewer = place.allow("member.accept");
    const form = await readForm(c);
    const answer = (["accept", "refuse"] as const).find((one) => one === form.line("answer"));
    if (!answer) throw new Refusal("input-invalid");
    const decide = answer === "accept" ? acceptMember : refuseMember;
    await decide(site.house, about(place, viewer.id, form));
    return c.redirect(`/c/${place.community.slug}/requests?done=${answer}`, 303);
  });

  app.get("/c/:slug/welcome", async (c) => {
    const { community, membership, allow } = await placeOf(c, site, c.req.param("slug"));
    const viewer = allow("community.join");
    if (membership?.state !== "accepted") return c.redirect(`/c/${community.slug}`, 303);
    const [{ welcome }, steps] = await Promise.all([
      readCommunitySettings(site.db, community.id),
      readFirstSteps(site.db, community.id, viewer.id),
    ]);
    if (!membership.welcomed) await noteWelcomed(site.house, community.id, viewer.id);
    return c.html(welcomePage(c.get("frame"), community, welcome, steps));
  });

  app.get("/c/:slug/newcomers", async (c) => {
    const { community, allow } = await placeOf(c, site, c.req.param("slug"));
    allow("newcomers.see");
    const threads = await readUnansweredNewcomers(site.db, community.id, site.house.now());
    return c.html(newcomersPage(c.get("frame"), community, threads));
  });

  return app;
}

function about({ community, standings }: Place, by: Id, form: Form) {
  const actorId = parseId(form.line("member"));
  if (!actorId) throw new Refusal("input-invalid");
  return { groupId: community.id, actorId, by, standings };
}
