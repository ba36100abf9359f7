/** Letters about accepted answers: to those who know such a thing, to microblogs as a note by the community, and in the question itself. */
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import type { Queryable } from "../../db/open.ts";
import { answerNoteUri } from "../../db/queries/answers.ts";
import { queueForAudience } from "../../db/queries/deliveries.ts";
import { type Answer, readAcceptedAnswer, readAnswer, readOwnPost } from "../../db/queries/own-posts.ts";
import type { Mark } from "../../db/queries/received.ts";
import { answerNote } from "../objects/answer.ts";
import { KNOW_ANSWERS } from "../software.ts";
import { moderation, undoActivity, updateActivity } from "./activities.ts";
import { type Deed, firstHand, hostOf, passedOn, type Said } from "./authored.ts";
import type { Desk } from "./desk.ts";
import { aroundActivity } from "./letters.ts";

/** An answer is accepted, or no longer. */
export interface Answered {
  line: JournalLine;
  /** By which somebody elsewhere said so. */
  letter: Mark | undefined;
  /** Who of this server did it, or caused it; null: somebody elsewhere. */
  person: Deed["person"] | null;
  group: Deed["group"];
}

/** Writes the letters that follow, in the transaction that did it. */
export async function answered(desk: Desk, tx: Queryable, news: Answered): Promise<void> {
  const { line, group } = news;
  const answer = line.postId && (await readAnswer(tx, line.postId));
  if (!answer) return;
  await told(desk, tx, news, answer);
  if (group.own) await noted(desk, tx, news, answer);
  // Of one that is replaced, the question speaks once: when it names the other.
  if (line.data.replaced !== true) await questionEdited(desk, tx, news, answer);
}

/**
 * ChooseAnswer, and Undo of it: passed on as it came, or said by who did it here. What ceased to be an answer because of what somebody elsewhere did,
 * the community takes back itself.
 */
async function told(desk: Desk, tx: Queryable, { line, letter, person, group }: Answered, answer: Answer) {
  const accepted = line.kind === "answer.accepted";
  const concerned = [answer.questionAuthor, answer.answerAuthor];
  const alsoTo = concerned.map(({ id }) => id);
  if (letter) {
    if (!group.own || !letter.announceable) return;
    const forum = { ...aroundActivity(group.uri, line.id), id: desk.makeId(), actorId: group.id, letterId: letter.id };
    await queueForAudience(tx, { groupId: group.id, aboutId: answer.threadId, forum, alsoTo, software: KNOW_ANSWERS });
    return;
  }
  const by = person ?? (group.own && !accepted ? group : null);
  if (!by) return;
  const about = { actor: by.uri, object: answer.answerUri, group: group.uri, to: concerned.map(({ uri }) => uri) };
  const chosen = moderation("ChooseAnswer", about, (line.data.noteId as Id | null) ?? line.id);
  const said: Said = () => (accepted ? chosen : undoActivity(chosen, line.id));
  const common = { line, group, authorId: by.id, said, alsoTo, software: KNOW_ANSWERS };
  if (group.own) return passedOn(desk, tx, { ...common, microblog: null });
  const forum = { id: desk.makeId(), actorId: by.id, body: JSON.stringify(said("forum")) };
  await queueForAudience(tx, {
    groupId: null,
    aboutId: answer.threadId,
    forum,
    alsoTo: [...alsoTo, group.id],
    software: KNOW_ANSWERS,
  });
}

/** The note by the community, or that it is gone. */
async function noted(desk: Desk, tx: Queryable, { line, group }: Answered, answer: Answer): Promise<void> {
  const noteId = line.data.noteId as Id | null;
  if (noteId === null) return;
  const accepted = line.kind === "answer.accepted" ? await readAcceptedAnswer(tx, noteId) : null;
  const note = answerNote(desk.origin, accepted ?? { ...answer, noteId, acceptedAt: new Date(0) });
  const { "@context": context, to, cc, audience, published } = note;
  const id = answerNoteUri(desk.origin, noteId);
  const said = { "@context": context, actor: group.uri, to, cc, audience };
  const letter = accepted
    ? { ...said, id: `${id}#create`, type: "Create", published, object: note }
    : { ...said, id: `${id}#delete`, type: "Delete", object: id };
  await queueForAudience(tx, {
    groupId: group.id,
    aboutId: answer.threadId,
    microblog: { id: desk.makeId(), actorId: group.id, body: JSON.stringify(letter) },
    alsoTo: [answer.questionAuthor.id, answer.answerAuthor.id],
  });
}

/** A question that was asked here names its answers. */
async function questionEdited(desk: Desk, tx: Queryable, { line, group }: Answered, answer: Answer): Promise<void> {
  const question = await readOwnPost(tx, answer.threadId);
  if (!question) return;
  const said: Said = (face) => updateActivity(question, hostOf(desk), face, line.id);
  await firstHand(desk, tx, { line, group, authorId: question.author.id, said, alsoTo: [] });
  await passedOn(desk, tx, { line, group, authorId: question.author.id, said, microblog: null });
}
