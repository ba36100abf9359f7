/** Founds a community. */

import type { Id } from "../../../db/ids.ts";
import { insertLocalActor } from "../../../db/queries/actors.ts";
import {
  type CommunityRow,
  countFounded,
  type FoundingSettings,
  findCommunityById,
  insertCommunity,
  readFounding,
} from "../../../db/queries/communities.ts";
import { upsertMembership } from "../../../db/queries/members.ts";
import { Refusal } from "../../base/errors.ts";
import { slugProblem } from "../../base/text/names.ts";
import { nameTaken } from "../accounts/create.ts";
import { notOverDaily } from "../daily.ts";
import { followUriOf } from "../members/join.ts";
import type { Act, Standing } from "../policy.ts";
import { type House, transact } from "../transact.ts";
import { checkedColour, checkedLanguage, checkedName, renderSummary } from "./settings.ts";

export interface CreateCommunity extends Partial<FoundingSettings> {
  /** `[a-z0-9_]{1,30}`; people and communities share one namespace. */
  slug: string;
  name: string;
  /** Markdown; what the community is about, in a sentence or two. */
  summary: string;
}

/** Whoever founds it on the site, and becomes its facilitator. */
export interface Founder {
  id: Id;
  uri: string;
  standings: readonly Standing[];
}

/** Communities that one person founds in a day. */
const FOUNDED_A_DAY = { most: 3, more: 1 };

/** The act that founding is on this server: its owner says who may. */
export async function foundingAct(db: House["db"]): Promise<Act> {
  return (await readFounding(db)) === "administrators" ? "community.create.restricted" : "community.create";
}

/**
 * Makes the group actor with its keys, and the community; without a founder, as somebody at the machine. Throws a Refusal when the slug is taken or
 * not possible, or the founder may not, or has founded as many as one may in a day.
 */
export async function createCommunity(house: House, act: CreateCommunity, founder?: Founder): Promise<CommunityRow> {
  const problem = slugProblem(act.slug);
  if (problem) throw new Refusal("slug-invalid", problem);
  const name = checkedName(act.name);
  const summary = renderSummary(act.summary);
  const settings: FoundingSettings = {
    colour: checkedColour(act.colour ?? null),
    language: checkedLanguage(act.language ?? null),
    joining: act.joining ?? "open",
    posting: act.posting ?? "anyone",
  };
  const how = founder ? await foundingAct(house.db) : "community.create";
  const uri = `${house.origin}/c/${act.slug}`;
  const keys = await house.makeKeys(uri);
  const id = house.makeId();
  try {
    await transact(house, how, founder?.standings ?? "operator", undefined, async (tx) => {
      if (founder) await notOverDaily(house, tx, founder, FOUNDED_A_DAY, countFounded);
      await insertLocalActor(tx, { id, uri, kind: "group", username: act.slug, name, summary, url: uri, keys });
      await insertCommunity(tx, id, act.summary, settings);
      if (founder) {
        await upsertMembership(tx, {
          groupId: id,
          actorId: founder.id,
          state: "accepted",
          role: "facilitator",
          followUri: followUriOf(founder.uri, id),
        });
      }
      return {
        result: undefined,
        line: {
          kind: "community.created",
          groupId: id,
          actorId: founder?.id ?? id,
          threadId: null,
          postId: null,
          data: { slug: act.slug },
        },
      };
    });
  } catch (error) {
    throw nameTaken(error, act.slug) ?? error;
  }
  return (await findCommunityById(house.db, id)) as CommunityRow;
}
