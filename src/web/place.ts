/** The community that a request is about, and what whoever looks may do there. */
import type { Context } from "hono";
import { type CommunityHead, readCommunityHead } from "../../db/views/community.ts";
import { type OwnMembership, readOwnMembership } from "../../db/views/members.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import { Refusal } from "../base/errors.ts";
import { type Act, may, type Standing } from "../domain/policy.ts";
import { standingsOf } from "../domain/standing.ts";
import { signedIn } from "./session.ts";
import type { Site, WebEnv } from "./site.ts";

export interface Place {
  community: CommunityHead;
  /** Null: a visitor. */
  viewer: Viewer | null;
  membership: OwnMembership | null;
  standings: readonly Standing[];
  /** Whether the policy lets the viewer do this here: what they may not, their page does not show. */
  may(act: Act): boolean;
  /** The viewer, who may do this here. Throws a Refusal that leads to signing in, that asks for the second factor, or that says no. */
  allow(act: Act): Viewer;
}

/** The community of this address, as the viewer stands to it. Throws a Refusal when it is not here, or not any more. */
export async function placeOf(c: Context<WebEnv>, site: Site, slug: string): Promise<Place> {
  const community = await readCommunityHead(site.db, slug);
  if (!community) throw new Refusal("not-found");
  if (community.gone) throw new Refusal("gone");
  return standAt(c, site, community);
}

/** How the viewer stands to a community that was read already. */
export async function standAt(c: Context<WebEnv>, site: Site, community: CommunityHead): Promise<Place> {
  const viewer = c.get("viewer");
  const [standings, membership] = viewer
    ? await Promise.all([
        standingsOf(site.db, viewer.id, { groupId: community.id }),
        readOwnMembership(site.db, community.id, viewer.id),
      ])
    : [["anyone"] as const, null];
  return {
    community,
    viewer,
    membership,
    standings,
    may: (act) => viewer !== null && may(act, standings),
    allow(act) {
      const who = signedIn(c);
      if (!may(act, standings)) throw new Refusal("not-allowed");
      if (needsSecondFactor(community, who, standings, act)) throw new Refusal("second-factor-first");
      return who;
    },
  };
}

/** Throws the Refusal that asks for a second factor, where it is only as facilitators that somebody does `act` and the community asks those for one. */
export async function requireProof(site: Site, viewer: Viewer, slug: string, act: Act): Promise<void> {
  const community = await readCommunityHead(site.db, slug);
  if (!community?.secondFactor || viewer.secondFactor) return;
  const standings = await standingsOf(site.db, viewer.id, { groupId: community.id });
  if (needsSecondFactor(community, viewer, standings, act)) throw new Refusal("second-factor-first");
}

/** Where a community asks its facilitators for a second factor, what only they may do needs one. */
export function needsSecondFactor(
  community: Pick<CommunityHead, "secondFactor">,
  viewer: Pick<Viewer, "secondFactor">,
  standings: readonly Standing[],
  act: Act,
): boolean {
  if (!community.secondFactor || viewer.secondFactor) return false;
  return !may(
    act,
    standings.filter((standing) => standing !== "facilitator"),
  );
}
