/** Fills federation/door.ts: one line per thing a stranger may do here. */
import { DONE, type Door, DUPLICATE, ignored, type Outcome } from "../federation/door.ts";
import { Refusal } from "./base/errors.ts";
import { moveActor } from "./domain/actors/move.ts";
import { removeActor } from "./domain/actors/remove.ts";
import { updateActor } from "./domain/actors/update.ts";
import { acceptAnswer, withdrawAnswer } from "./domain/answers/accept.ts";
import { noteAnswer, noteAnswers } from "./domain/answers/elsewhere.ts";
import { boostPost, withdrawBoost } from "./domain/boosts/boost.ts";
import { joinCommunity } from "./domain/members/join.ts";
import { leaveCommunity } from "./domain/members/leave.ts";
import { followAnswered, followPerson, refuseFollow } from "./domain/people/follow.ts";
import { takePollVote } from "./domain/polls/vote.ts";
import { editPost } from "./domain/posts/edit.ts";
import { removeElsewhere, removeOwnPost } from "./domain/posts/remove.ts";
import { writeReply } from "./domain/replies/write.ts";
import { noteKept } from "./domain/threads/elsewhere.ts";
import { startThread } from "./domain/threads/start.ts";
import { AlreadySeen, type House } from "./domain/transact.ts";
import { castVote } from "./domain/votes/cast.ts";
import { withdrawVote } from "./domain/votes/withdraw.ts";

/** The door of this house. */
export function openDoor(house: House): Door {
  return {
    followed: ({ receipt: letter, groupId, state }) =>
      answer(joinCommunity(house, { groupId, actorId: letter.actorId, state, followUri: letter.uri, letter })),
    personFollowed: ({ receipt: letter, personId }) =>
      answer(followPerson(house, { personId, followerId: letter.actorId, followUri: letter.uri, letter })),
    serverFollowed: ({ receipt: letter, serverId }) =>
      answer(refuseFollow(house, { targetId: serverId, followerId: letter.actorId, followUri: letter.uri, letter })),
    followAnswered: ({ receipt: letter, groupId, followUri, accepted }) =>
      answer(followAnswered(house, { groupId, followUri, accepted, letter })),
    unfollowed: ({ receipt: letter, groupId, undone }) =>
      answer(leaveCommunity(house, { groupId, actorId: letter.actorId, undone, letter })),
    threadStarted: ({ receipt: letter, authorUri, groupId, restricted = false, past = false, text }) =>
      answer(startThread(house, { groupId, authorId: letter.actorId, authorUri, restricted, past, text, letter })),
    replied: ({ receipt: letter, groupId, threadId, parentId, past = false, text }) =>
      answer(writeReply(house, { groupId, threadId, parentId, authorId: letter.actorId, past, text, letter })),
    edited: ({ receipt: letter, post, text }) => answer(editPost(house, { post, by: letter.actorId, text, letter })),
    removed: ({ receipt: letter, post, uri, ownerUri }) =>
      answer(removeOwnPost(house, { post, uri, by: letter.actorId, ownerUri, letter })),
    voted: ({ receipt: letter, post, kind, emoji }) =>
      answer(castVote(house, { post, by: letter.actorId, kind, emoji, uri: letter.uri, letter })),
    voteWithdrawn: ({ receipt: letter, post, kind, emoji, undone }) =>
      answer(withdrawVote(house, { post, by: letter.actorId, kind, emoji, undone, letter })),
    pollVoted: ({ receipt: letter, post, uri, option }) =>
      answer(takePollVote(house, { threadId: post.id, by: letter.actorId, uri, option, letter })),
    answerChosen: ({ receipt: letter, post, chosen }) =>
      answer((chosen ? acceptAnswer : withdrawAnswer)(house, { postId: post.id, by: letter.actorId, letter })),
    answerPassedOn: ({ receipt: letter, post, by, as, chosen }) =>
      answer(noteAnswer(house, { post, by, as, chosen, letter })),
    answersListed: ({ post, answers }) => answer(noteAnswers(house, { post, answers })),
    threadKept: ({ receipt: letter, post, by, keep }) => answer(noteKept(house, { post, by, keep, letter })),
    removedThere: ({ receipt: letter, post, by, reason }) =>
      answer(removeElsewhere(house, { post, by, reason, letter })),
    boosted: ({ receipt: letter, post }) =>
      answer(boostPost(house, { post, by: letter.actorId, uri: letter.uri, letter })),
    boostWithdrawn: ({ receipt: letter, post, undone }) =>
      answer(withdrawBoost(house, { post, by: letter.actorId, undone, letter })),
    actorUpdated: ({ receipt: letter, actor }) =>
      answer(updateActor(house, { actorId: letter.actorId, actor, letter })),
    actorRemoved: ({ receipt: letter, uri }) => answer(removeActor(house, { actorId: letter.actorId, uri })),
    actorMoved: ({ receipt: letter, target }) => answer(moveActor(house, { actorId: letter.actorId, target, letter })),
  };
}

/** A use case's end in the words of the door. What is refused changes nothing, and its sender has no reason to try again. */
async function answer(act: Promise<unknown>): Promise<Outcome> {
  try {
    await act;
    return DONE;
  } catch (error) {
    if (error instanceof AlreadySeen) return DUPLICATE;
    if (error instanceof Refusal) return ignored(error.message);
    throw error;
  }
}
