/** Begins a thread, as people of this server do it. */
import type { Id } from "../../../db/ids.ts";
import { insertOwnPoll } from "../../../db/queries/polls.ts";
import { findGroup, insertOwnThread, type ThreadKind, writeTopics } from "../../../db/queries/writing.ts";
import { Refusal } from "../../base/errors.ts";
import { type Act, may, type Standing } from "../policy.ts";
import { type AskedPoll, checkedPoll } from "../polls/rules.ts";
import { type Composed, finish, newOwnPost, once, type Posted, postUri, prepare } from "../posts/compose.ts";
import { checkedLink, checkedTitle } from "../posts/words.ts";
import { standingsOf } from "../standing.ts";
import { type House, transact } from "../transact.ts";

export { THREAD_KINDS, type ThreadKind } from "../../../db/queries/writing.ts";

export interface ComposeThread extends Composed {
  groupId: Id;
  title: string;
  kind: ThreadKind;
  topicIds: readonly Id[];
  /** What a thread of the kind `link` is about; other kinds need none. */
  linkUrl: string | null;
  /** What a thread of the kind `poll` asks; other kinds need none. */
  poll?: AskedPoll | null;
  /** The hidden key of the form. */
  submissionKey: string;
}

/** Writes the thread and its opening post. Throws a Refusal when they may not begin one here, or not of this kind. */
export async function composeThread(house: House, viewerId: Id, act: ComposeThread): Promise<Posted> {
  return once(house, viewerId, act.submissionKey, async () => {
    const group = await findGroup(house.db, act.groupId);
    if (!group) throw new Refusal("not-found");
    const standings = await standingsOf(house.db, viewerId, { groupId: act.groupId });
    const title = checkedTitle(act.title);
    const linkUrl = checkedLink(act.linkUrl, act.kind === "link");
    if (act.kind === "poll" && !act.poll) throw new Refusal("poll-options");
    const poll = act.kind === "poll" && act.poll ? checkedPoll(act.poll, house.now()) : null;
    const prepared = await prepare(house, act.groupId, viewerId, { ...withLink(act), wordless: poll !== null });
    const id = house.makeId();
    return transact(house, startingAct(group.posting, act.kind, standings), standings, undefined, async (tx) => {
      const post = newOwnPost(house, id, viewerId, await prepared.text(tx));
      await insertOwnThread(tx, post, { groupId: act.groupId, title, kind: act.kind, linkUrl });
      if (poll) await insertOwnPoll(tx, id, poll);
      await writeTopics(tx, id, act.topicIds);
      await finish(tx, viewerId, act.submissionKey, id, prepared.words.mentions);
      return {
        result: id,
        line: {
          kind: "thread.started",
          groupId: act.groupId,
          actorId: viewerId,
          threadId: id,
          postId: id,
          data: { uri: postUri(house.origin, id), authorUri: prepared.authorUri },
        },
      };
    });
  });
}

/** Which act it is to begin a thread of this kind in a community where these may; throws a Refusal that says who may. */
export function startingAct(
  posting: "anyone" | "members" | "facilitators",
  kind: ThreadKind,
  standings: readonly Standing[],
): Act {
  if (!standings.includes("local")) throw new Refusal("not-allowed");
  if (posting === "facilitators" && !may("thread.start.facilitators", standings))
    throw new Refusal("facilitators-only");
  if (posting === "members" && !may("thread.start.members", standings)) throw new Refusal("members-only");
  if (kind === "announcement" && !may("thread.start.facilitators", standings))
    throw new Refusal("announcement-restricted");
  if (posting === "facilitators" || kind === "announcement") return "thread.start.facilitators";
  return posting === "members" ? "thread.start.members" : "thread.start";
}

/** A link may stand for itself. */
function withLink(act: ComposeThread): Composed {
  return act.kind === "link" && act.source.trim() === "" && act.linkUrl
    ? { ...act, source: `<${act.linkUrl.trim()}>` }
    : act;
}
