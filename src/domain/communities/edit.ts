/** Edits what a community is and decides: its name, its domain, who may join and start threads, its welcome. */
import type { Id } from "../../../db/ids.ts";
import { writeAudit } from "../../../db/queries/audit.ts";
import { type CommunitySettings, updateCommunity } from "../../../db/queries/communities.ts";
import type { Standing } from "../policy.ts";
import { type House, transact } from "../transact.ts";
import {
  checkedColour,
  checkedLanguage,
  checkedName,
  checkedQuestions,
  checkedRules,
  checkedWelcome,
  renderSummary,
} from "./settings.ts";

export interface EditCommunity extends Omit<CommunitySettings, "summary"> {
  groupId: Id;
  by: Id;
  standings: readonly Standing[];
  /** A picture that was put in before; null takes the picture away, absent leaves it. */
  pictureId?: Id | null;
}

/** Writes the settings; other servers are told by the journal line. Throws a Refusal for whoever may not, and for what cannot be. */
export function editCommunity(house: House, act: EditCommunity): Promise<void> {
  const { groupId, by, standings, pictureId } = act;
  return transact(house, "community.edit", standings, undefined, async (tx) => {
    await updateCommunity(tx, groupId, {
      name: checkedName(act.name),
      summarySource: act.summarySource,
      summary: renderSummary(act.summarySource),
      colour: checkedColour(act.colour),
      language: checkedLanguage(act.language),
      joining: act.joining,
      posting: act.posting,
      rules: checkedRules(act.rules),
      questions: checkedQuestions(act.questions),
      downVotes: act.downVotes,
      manyAnswers: act.manyAnswers,
      secondFactor: act.secondFactor,
      welcomeSource: checkedWelcome(act.welcomeSource),
      ...(pictureId !== undefined && { pictureId }),
    });
    const data = { joining: act.joining, posting: act.posting, secondFactor: act.secondFactor };
    await writeAudit(tx, { id: house.makeId(), actorId: by, act: "community.edited", groupId, data });
    return {
      result: undefined,
      line: { kind: "community.edited", groupId, actorId: by, threadId: null, postId: null, data: {} },
    };
  });
}
