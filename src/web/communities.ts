/** `/c/{slug}`: a community's page, which is its ActivityPub id as well. */
import { type Context, Hono } from "hono";
import type { Id } from "../../db/ids.ts";
import { type CommunityHead, readCommunity } from "../../db/views/community.ts";
import { readName } from "../../db/views/invited.ts";
import { heardBy } from "../../db/views/listed-thread.ts";
import { countRequests, readUnansweredNewcomers } from "../../db/views/members.ts";
import { postingAct } from "../domain/communities/posting.ts";
import { standingInvitation } from "../domain/members/invite.ts";
import { gone, notFound } from "./errors.ts";
import { varyByAccept } from "./headers.ts";
import { communityPage, type Standing } from "./pages/community.ts";
import { standAt } from "./place.ts";
import type { Site, WebEnv } from "./site.ts";

/** The community's routes. An address in capitals leads to the true one. */
export function communityRoutes(site: Site): Hono<WebEnv> {
  return new Hono<WebEnv>().get("/c/:slug", varyByAccept, async (c) => {
    const { before, kind, topic } = c.req.query();
    if (topic !== undefined) {
      return c.redirect(`/c/${encodeURIComponent(c.req.param("slug"))}/topics/${encodeURIComponent(topic)}`, 302);
    }
    const answer = await readCommunity(site.db, c.req.param("slug"), before, kind);
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "community");
    const home = `/c/${answer.community.slug}`;
    const query = new URLSearchParams({ ...(kind && { kind }), ...(before && { before }) }).toString();
    const path = query === "" ? home : `${home}?${query}`;
    if (c.req.param("slug") !== answer.community.slug) return c.redirect(path, 301);
    const viewerId = c.get("viewer")?.id ?? null;
    const [threads, pinned, here] = await Promise.all([
      heardBy(site.db, viewerId, answer.threads),
      heardBy(site.db, viewerId, answer.pinned),
      standing(c, site, answer.community),
    ]);
    return c.html(communityPage(c.get("frame"), { ...answer, threads, pinned }, here, path));
  });
}

/** What a visitor may do needs no look into the books. */
const VISITOR: Standing = {
  membership: null,
  newcomer: false,
  mayStart: false,
  mayEdit: false,
  mayKeepTopics: false,
  requests: null,
  newcomers: false,
  invitedBy: null,
};

async function standing(c: Context<WebEnv>, site: Site, community: CommunityHead): Promise<Standing> {
  const viewer = c.get("viewer");
  if (!viewer) return VISITOR;
  const { membership, standings, may } = await standAt(c, site, community);
  const [requests, newcomers, invitedBy] = await Promise.all([
    may("member.accept") ? countRequests(site.db, community.id) : null,
    may("newcomers.see") ? readUnansweredNewcomers(site.db, community.id, site.house.now()) : [],
    membership?.state === "accepted" ? null : inviterFor(site, community.id, viewer.id),
  ]);
  return {
    membership,
    newcomer: standings.includes("newcomer"),
    mayStart: may(postingAct(community.posting)),
    mayEdit: may("community.edit"),
    mayKeepTopics: may("topic.edit"),
    requests,
    newcomers: newcomers.length > 0,
    invitedBy,
  };
}

async function inviterFor(site: Site, groupId: Id, viewerId: Id): Promise<Standing["invitedBy"]> {
  const by = await standingInvitation(site.house, groupId, viewerId);
  return by === null ? null : readName(site.db, by);
}
