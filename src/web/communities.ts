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
import { forVisitors } from "./together.ts";

/** The community's routes. An address in capitals leads to the true one. */
export function communityRoutes(site: Site): Hono<WebEnv> {
  const once = forVisitors<Shown>();
  return new Hono<WebEnv>().get("/c/:slug", varyByAccept, async (c) => {
    const { topic } = c.req.query();
    if (topic !== undefined) {
      return c.redirect(`/c/${encodeURIComponent(c.req.param("slug"))}/topics/${encodeURIComponent(topic)}`, 302);
    }
    const answer = await once(c.get("frame"), () => showCommunity(c, site));
    if (answer.is === "none") return notFound(c);
    if (answer.is === "gone") return gone(c, "community");
    return answer.is === "elsewhere" ? c.redirect(answer.path, 301) : c.html(answer.page);
  });
}

type Shown =
  | { is: "none" }
  | { is: "gone" }
  | { is: "elsewhere"; path: string }
  | { is: "page"; page: ReturnType<typeof communityPage> };

/** Reads a community and writes its page, for whoever asks. */
async function showCommunity(c: Context<WebEnv, "/c/:slug">, site: Site): Promise<Shown> {
  const slug = c.req.param("slug");
  const { before, kind } = c.req.query();
  const answer = await readCommunity(site.db, slug, before, kind);
  if (answer.is !== "shown") return answer;
  const home = `/c/${answer.community.slug}`;
  const query = new URLSearchParams({ ...(kind && { kind }), ...(before && { before }) }).toString();
  const path = query === "" ? home : `${home}?${query}`;
  if (slug !== answer.community.slug) return { is: "elsewhere", path };
  const viewerId = c.get("viewer")?.id ?? null;
  const [threads, pinned, here] = await Promise.all([
    heardBy(site.db, viewerId, answer.threads),
    heardBy(site.db, viewerId, answer.pinned),
    standing(c, site, answer.community),
  ]);
  return { is: "page", page: communityPage(c.get("frame"), { ...answer, threads, pinned }, here, path) };
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
