/** Founds a community. */

import { insertLocalActor } from "../../../db/queries/actors.ts";
import { type CommunityRow, findCommunityById, insertCommunity } from "../../../db/queries/communities.ts";
import { Refusal } from "../../base/errors.ts";
import { renderMarkdown } from "../../base/text/markdown.ts";
import { displayName, slugProblem } from "../../base/text/names.ts";
import { nameTaken } from "../accounts/create.ts";
import { type House, transact } from "../transact.ts";

export interface CreateCommunity {
  /** `[a-z0-9_]{1,30}`; people and communities share one namespace. */
  slug: string;
  name: string;
  /** Markdown; what the community is about, in a sentence or two. */
  summary: string;
}

const MAX_SUMMARY = 5_000;

/** Makes the group actor with its keys, and the community. Throws a Refusal when the slug is taken or not possible. */
export async function createCommunity(house: House, act: CreateCommunity): Promise<CommunityRow> {
  const problem = slugProblem(act.slug);
  if (problem) throw new Refusal("slug-invalid", problem);
  const name = displayName(act.name);
  if (name === "") throw new Refusal("name-missing");
  if (act.summary.length > MAX_SUMMARY)
    throw new Refusal("too-long", `A summary has at most ${MAX_SUMMARY} characters.`);
  const uri = `${house.origin}/c/${act.slug}`;
  const keys = await house.makeKeys(uri);
  const id = house.makeId();
  try {
    await transact(house, "community.create", "operator", undefined, async (tx) => {
      const summary = renderMarkdown(act.summary);
      await insertLocalActor(tx, { id, uri, kind: "group", username: act.slug, name, summary, url: uri, keys });
      await insertCommunity(tx, id, act.summary);
      return {
        result: undefined,
        line: {
          kind: "community.created",
          groupId: id,
          actorId: id,
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
