/** Reads each journal line in the transaction that wrote it, and notes who is to be told: in sets, and without a statement for most kinds. */
import type { Id, MakeId } from "../../../db/ids.ts";
import type { JournalLine } from "../../../db/journal.ts";
import {
  countConcerned,
  countInPoll,
  type Occasion,
  settlePost,
  settleRequest,
  settleThread,
  tellOfAccount,
  tellOfAnswer,
  tellOfInvitation,
  tellOfPoll,
  tellOfPost,
  tellOfRequest,
  welcomeMember,
} from "../../../db/queries/notifications.ts";
import type { JournalReader, Tx } from "../transact.ts";

/** Ids that are made before it is known how many look after a place: seldom more than these. */
const SPARE = 4;

/**
 * A reader of the journal that writes notifications. Nobody is told of what they did themselves, of what somebody did whom they block (or whose
 * server they block), of anything in a thread they mute, or twice of one thing; and somebody who was first seen less than a day ago
 * reaches three people at most (R34).
 */
export function openNotifier(makeId: MakeId): JournalReader {
  const spare = (n: number): Id[] => Array.from({ length: n }, makeId);

  /** One small statement finds out which of the posts concern somebody here: few of those that come from elsewhere do. */
  async function ofPosts(tx: Tx, posts: readonly Occasion[]): Promise<void> {
    if (posts.length === 0) return;
    const concerned = await countConcerned(tx, posts);
    for (const about of posts) {
      const people = concerned.get(about.postId as Id);
      if (people) await tellOfPost(tx, about, spare(people));
    }
  }

  async function staff(tx: Tx, about: Occasion, tell: (tx: Tx, about: Occasion, ids: Id[]) => Promise<number>) {
    const told = await tell(tx, about, spare(SPARE));
    if (told > SPARE) await tell(tx, about, spare(told));
  }

  async function ofLine(tx: Tx, line: JournalLine): Promise<unknown> {
    const { actorId, groupId } = line;
    if (actorId === null) return;
    switch (line.kind) {
      case "answer.accepted":
        return tellOfAnswer(tx, occasion(line, actorId), makeId());
      case "member.requested":
        return groupId === null ? undefined : staff(tx, occasion(line, actorId), tellOfRequest);
      case "account.requested":
        return staff(tx, occasion(line, actorId), tellOfAccount);
      case "member.invited":
        return groupId === null
          ? undefined
          : tellOfInvitation(tx, String(line.data.member) as Id, actorId, groupId, makeId());
      case "member.joined":
        return groupId === null ? undefined : welcomeMember(tx, groupId, actorId, makeId());
      case "poll.closed":
        return line.threadId === null
          ? undefined
          : tellOfPoll(tx, occasion(line, actorId), spare(await countInPoll(tx, line.threadId)));
      default:
        return settle(tx, line);
    }
  }

  return async (tx, told) => {
    const posts: Occasion[] = [];
    for (const { line } of told) {
      if (line.kind !== "reply.written" && line.kind !== "thread.started") await ofLine(tx, line);
      else if (line.actorId !== null && line.postId !== null && !concernsNobody(line))
        posts.push(occasion(line, line.actorId));
    }
    await ofPosts(tx, posts);
  };
}

/**
 * A thread answers nothing and nobody follows it yet: it concerns only whom it names, and its line may say that it names nobody here. What was said
 * before anybody here listened is no news.
 */
function concernsNobody({ kind, data }: JournalLine): boolean {
  return data.past === true || (kind === "thread.started" && data.named === 0);
}

function occasion({ groupId, threadId, postId }: JournalLine, fromId: Id): Occasion {
  return { fromId, groupId, threadId, postId };
}

/** Where there is nothing more to do or to read, what was told of it counts as read. */
async function settle(tx: Tx, { kind, actorId, groupId, threadId, postId }: JournalLine): Promise<void> {
  if (kind === "reply.removed" && postId !== null && threadId !== null) return settlePost(tx, postId, threadId);
  if (kind === "thread.removed" && threadId !== null) return settleThread(tx, threadId);
  if (kind === "member.refused" && groupId !== null && actorId !== null) return settleRequest(tx, groupId, actorId);
  if ((kind === "account.approved" || kind === "account.closed") && actorId !== null)
    return settleRequest(tx, null, actorId);
}
