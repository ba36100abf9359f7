/** Which groups are communities of this server: asked for every letter, so it is remembered. */

import type { Id } from "../db/ids.ts";
import type { Db, Queryable } from "../db/open.ts";
import { findCommunitiesAmong, findCommunity, findCommunityById } from "../db/queries/communities.ts";
import { memory } from "./memory.ts";

export interface Groups {
  /**
   * Id and uri of a community of this server, or null for a group elsewhere. Neither ever changes. Asked inside a transaction it is looked up
   * there: transactions that each wait for one more connection of the pool would wait for each other.
   */
  byId(db: Queryable, id: Id): Promise<{ id: Id; uri: string } | null>;
  /** The first of `uris` that is a community of this server, or null; `restricted` where not everybody may start threads. */
  firstOf(uris: readonly string[]): Promise<{ id: Id; uri: string; restricted: boolean } | null>;
  /** Whether there is a community of that name. */
  exists(slug: string): Promise<boolean>;
}

const KEEP_MS = 60_000;
/** What a facilitator may change at any time. */
const KEEP_RULES_MS = 5_000;

/** What was not found is asked again each time: it may be in the making in a transaction that we cannot see yet. */
export function openGroups(db: Db): Groups {
  const ids = memory<{ id: Id; uri: string }>(10_000, KEEP_MS);
  const byUri = memory<{ id: Id; uri: string; restricted: boolean }>(10_000, KEEP_RULES_MS);
  const slugs = memory<true>(10_000, KEEP_MS);
  return {
    async byId(at, id) {
      const known = ids.get(id);
      if (known) return known;
      const community = await findCommunityById(at, id);
      if (!community) return null;
      const group = { id, uri: community.uri };
      ids.set(id, group);
      return group;
    },
    async firstOf(uris) {
      const known = byUri.get(uris[0] ?? "");
      if (known) return known;
      const [community] = await findCommunitiesAmong(db, uris);
      if (!community) return null;
      const { id, uri, posting } = community;
      const found = { id, uri, restricted: posting !== "anyone" };
      byUri.set(uri, found);
      return found;
    },
    async exists(slug) {
      if (slugs.get(slug)) return true;
      if (!(await findCommunity(db, slug))) return false;
      slugs.set(slug, true);
      return true;
    },
  };
}
