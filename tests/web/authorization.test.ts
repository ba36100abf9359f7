/**
 * Who may do what, over HTTP, as one matrix: every act of the policy that has a route, for everybody, upon everything that makes a difference.
 * The cells are written by hand: they are what should be so, not what the policy's table happens to say.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { ACTS, type Act } from "../../src/domain/policy.ts";
import { formOf } from "../support/people.ts";
import { openStage, type Stage, type Target, WHO } from "./authorization-stage.ts";
import { ORIGIN } from "./seed.ts";

type Fields = Record<string, string | string[]>;
type Request = { get: string } | { post: string; fields?: Fields };

interface Row {
  act: Act | "read";
  /** What is special about what it is done to. */
  on: string;
  /**
   * One letter for each of WHO: `+` done (2xx, or a redirect that leads on), `s` led to sign in, `h` led to their own home, `-` 403, `0` 404,
   * `g` 410, `u` 422 (what was typed is not it). In groups, for the eye: visitor, asked, suspended; stranger, newcomer, member, steward; facilitator without and with a second
   * factor; administrator without and with; owner without and with; author of the reply, asker of the thread (both have an account, and belong to no
   * community).
   */
  cells: string;
  /** What the request is about: made once for the row, or anew for each cell where the act uses it up. */
  about?: (stage: Stage) => Promise<unknown>;
  anew?: true;
  /** One after the other: each changes what the next one needs. */
  inTurn?: true;
  ask: (stage: Stage, about: never) => Request | Promise<Request>;
}

/** Acts that no page or form of the site does, and why. */
const WITHOUT_ROUTE: Partial<Record<Act, string>> = {
  "account.create": "done at the machine, by `account create`",
  "boost.add": "comes from other servers only",
  "boost.withdraw": "comes from other servers only",
  "actor.move": "comes from other servers only",
  "poll.count": "done by the clock, and by the servers of polls elsewhere",
  "poll.close": "done by the clock",
};

const talkIn = (slug: string, options?: Parameters<Stage["talk"]>[1]) => (stage: Stage) => stage.talk(slug, options);
const onReply =
  (act: string, fields: Fields = {}) =>
  (_: Stage, { reply }: Target) => ({
    post: `/posts/${reply}/${act}`,
    fields,
  });
const onThread =
  (act: string, fields: Fields = {}) =>
  (_: Stage, { slug, thread }: Target) => ({
    post: `/c/${slug}/t/${thread}/${act}`,
    fields,
  });
const written = (stage: Stage, fields: Fields = {}) => ({
  do: "publish",
  key: `key-of-the-form-${stage.fresh()}`,
  source: "Words that say something.",
  ...fields,
});
const start = (slug: string, kind: string) => (stage: Stage) => ({
  post: `/c/${slug}/new`,
  fields: written(stage, { title: "A beginning", kind }),
});
const answer = (stage: Stage, { reply }: Target) => ({ post: `/posts/${reply}/reply`, fields: written(stage) });
const settings = (slug: string) => () => ({
  post: `/c/${slug}/settings`,
  fields: {
    name: slug,
    summary: `All about ${slug}.`,
    joining: "open",
    posting: "anyone",
    "down-votes": "yes",
    ...(slug === "guarded" && { "second-factor": "yes" }),
  },
});
const server = (founding: "members" | "administrators", registration = "approval") => ({
  name: "Commons",
  registration,
  question: "",
  founding,
});

// biome-ignore format: a matrix is read in columns
const MATRIX: Row[] = [
  // Reading is for everybody, and what is gone is gone for everybody.
  { act: "read", on: "a thread", cells: "+++ ++++ ++ ++++ ++", about: talkIn("welding"), ask: (_, { slug, thread }: Target) => ({ get: `/c/${slug}/t/${thread}` }) },
  { act: "read", on: "a thread of a community for members", cells: "+++ ++++ ++ ++++ ++", about: talkIn("workshop"), ask: (_, { slug, thread }: Target) => ({ get: `/c/${slug}/t/${thread}` }) },
  { act: "read", on: "a removed thread", cells: "ggg gggg gg gggg gg", about: talkIn("welding", { removed: "thread" }), ask: (_, { slug, thread }: Target) => ({ get: `/c/${slug}/t/${thread}` }) },
  { act: "read", on: "the form of a reply", cells: "sss ++++ ++ ++++ ++", about: talkIn("welding"), ask: (_, { reply }: Target) => ({ get: `/posts/${reply}/reply` }) },
  { act: "read", on: "the form of a reply in a locked thread", cells: "sss ---- ++ ---- --", about: talkIn("welding", { locked: true }), ask: (_, { reply }: Target) => ({ get: `/posts/${reply}/reply` }) },
  { act: "read", on: "one's own drafts", cells: "sss ++++ ++ ++++ ++", ask: () => ({ get: "/drafts" }) },
  { act: "read", on: "one's own notices", cells: "sss ++++ ++ ++++ ++", ask: () => ({ get: "/notifications" }) },
  { act: "read", on: "what a removed post said before", cells: "000 0000 00 0000 00", about: talkIn("welding", { removed: "reply" }), ask: (_, { reply }: Target) => ({ get: `/posts/${reply}/history` }) },
  { act: "read", on: "the form that edits somebody's reply", cells: "sss ---- -- ---- +-", about: talkIn("welding"), ask: (_, { reply }: Target) => ({ get: `/posts/${reply}/edit` }) },
  { act: "read", on: "the form that removes a reply", cells: "sss ---- ++ ---- +-", about: talkIn("welding"), ask: (_, { reply }: Target) => ({ get: `/posts/${reply}/remove` }) },
  { act: "read", on: "who waits to join", cells: "sss ---- ++ ---- --", ask: () => ({ get: "/c/welding/requests" }) },
  { act: "read", on: "who waits to join, where facilitators need a second factor", cells: "sss ---- -+ ---- --", ask: () => ({ get: "/c/guarded/requests" }) },
  { act: "read", on: "the record of the server", cells: "sss ---- -- -+-+ --", ask: () => ({ get: "/admin/audit" }) },
  { act: "read", on: "the people of the server", cells: "sss ---- -- -+-+ --", ask: () => ({ get: "/admin/people" }) },

  // Communities.
  { act: "community.create", on: "a server where members found", cells: "sss ++++ ++ ++++ ++", ask: (stage) => ({ post: "/communities/new", fields: { name: "New", slug: stage.fresh(), summary: "New things." } }) },
  { act: "community.edit", on: "a community", cells: "sss ---- ++ ---- --", ask: settings("welding") },
  { act: "community.edit", on: "one where facilitators need a second factor", cells: "sss ---- -+ ---- --", ask: settings("guarded") },
  { act: "community.edit", on: "one that is not there", cells: "000 0000 00 0000 00", ask: settings("nowhere") },
  { act: "community.join", on: "an open one", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/c/gardens/join" }) },
  { act: "community.join", on: "one where people ask", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/c/asking/join" }) },
  { act: "community.join", on: "one where people are invited", cells: "sss ---- -- ---- --", ask: () => ({ post: "/c/walled/join" }) },
  { act: "community.leave", on: "a community", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/c/gardens/leave" }) },
  { act: "charter.write", on: "a community", cells: "sss ---- ++ ---- --", inTurn: true, async ask(stage) { const [row] = await stage.site.db<{ n: string }[]>`select count(*) as n from charters`; return { post: "/c/welding/charter/edit", fields: { purpose: `Purpose ${row?.n}`, from: row?.n ?? "0" } }; } },
  { act: "topic.edit", on: "a new topic", cells: "sss ---+ ++ ---- --", ask: (stage) => ({ post: "/c/welding/topics", fields: { name: stage.fresh() } }) },
  { act: "topic.edit", on: "a topic's name", cells: "sss ---+ ++ ---- --", anew: true, about: topic, ask: (stage, slug: string) => ({ post: `/c/welding/topics/${slug}/rename`, fields: { name: stage.fresh() } }) },
  { act: "topic.edit", on: "a topic that goes", cells: "sss ---+ ++ ---- --", anew: true, about: topic, ask: (_, slug: string) => ({ post: `/c/welding/topics/${slug}/remove` }) },
  { act: "topic.edit", on: "a topic of another community", cells: "sss ---0 00 ---- --", anew: true, about: topic, ask: (_, slug: string) => ({ post: `/c/lectures/topics/${slug}/remove` }) },

  // Members.
  { act: "member.accept", on: "somebody who asks", cells: "sss ---- ++ ---- --", anew: true, about: (stage) => stage.remoteMember("welding", "pending"), ask: (_, member: string) => ({ post: "/c/welding/requests", fields: { member, answer: "accept" } }) },
  { act: "member.accept", on: "somebody who is refused", cells: "sss ---- ++ ---- --", anew: true, about: (stage) => stage.remoteMember("welding", "pending"), ask: (_, member: string) => ({ post: "/c/welding/requests", fields: { member, answer: "refuse" } }) },
  { act: "member.accept", on: "where facilitators need a second factor", cells: "sss ---- -+ ---- --", anew: true, about: (stage) => stage.remoteMember("guarded", "pending"), ask: (_, member: string) => ({ post: "/c/guarded/requests", fields: { member, answer: "accept" } }) },
  { act: "member.remove", on: "a member", cells: "sss ---- ++ ---- --", anew: true, about: (stage) => stage.remoteMember("welding", "accepted"), ask: (_, member: string) => ({ post: "/c/welding/members/remove", fields: { member } }) },
  { act: "member.remove", on: "a member of another community", cells: "sss ---- 00 ---- --", about: (stage) => stage.remoteMember("gardens", "accepted"), ask: (_, member: string) => ({ post: "/c/welding/members/remove", fields: { member } }) },
  { act: "member.promote", on: "somebody who only asked", cells: "sss ---- 00 ---- --", about: (stage) => stage.remoteMember("welding", "pending"), ask: (_, member: string) => ({ post: "/c/welding/members/role", fields: { member, role: "facilitator" } }) },
  { act: "member.promote", on: "a member", cells: "sss ---- ++ ---- --", anew: true, about: (stage) => stage.remoteMember("welding", "accepted"), ask: (_, member: string) => ({ post: "/c/welding/members/role", fields: { member, role: "steward" } }) },
  { act: "member.promote", on: "oneself", cells: "sss ---- ++ ---- --", ask: () => ({ post: "/c/welding/members/role", fields: { member: "SELF", role: "facilitator" } }) },
  { act: "member.invite", on: "a community", cells: "sss ---- ++ ---- --", ask: () => ({ post: "/c/welding/members/invite", fields: { uses: "1", days: "3", note: "" } }) },
  { act: "member.invite", on: "somebody by name", cells: "sss ---- ++ ---- --", anew: true, about: (stage) => stage.account("active"), ask: (_, { username }: { username: string }) => ({ post: "/c/welding/members/invite-by-name", fields: { name: username } }) },
  { act: "member.invite", on: "somebody by name, where facilitators need a second factor", cells: "sss ---- -+ ---- --", anew: true, about: (stage) => stage.account("active"), ask: (_, { username }: { username: string }) => ({ post: "/c/guarded/members/invite-by-name", fields: { name: username } }) },
  { act: "member.invite", on: "somebody by name, taken back", cells: "sss ---- ++ ---- --", anew: true, about: invitee, ask: (_, member: string) => ({ post: "/c/welding/members/withdraw", fields: { member } }) },
  { act: "member.invite", on: "somebody whom another community invites", cells: "sss ---- -- ---- --", about: invitee, ask: (_, member: string) => ({ post: "/c/gardens/members/withdraw", fields: { member } }) },
  { act: "community.join", on: "one that invites somebody else", cells: "sss gggg gg gggg gg", about: invitee, ask: () => ({ post: "/c/walled/invitation", fields: { answer: "accept" } }) },
  { act: "community.join", on: "one that invites everybody here", cells: "sss ++++ ++ ++++ ++", about: everybodyInvited, ask: () => ({ post: "/c/walled/invitation", fields: { answer: "accept" } }) },
  { act: "community.leave", on: "an invitation that is declined", cells: "sss ++++ ++ ++++ ++", about: everybodyInvited, ask: () => ({ post: "/c/walled/invitation", fields: { answer: "decline" } }) },
  { act: "newcomers.see", on: "a community", cells: "sss ---+ ++ ---- --", ask: () => ({ get: "/c/welding/newcomers" }) },

  // Threads.
  { act: "thread.start", on: "a community for anyone", cells: "sss ++++ ++ ++++ ++", ask: start("welding", "discussion") },
  { act: "thread.start.members", on: "one where members begin", cells: "sss -+++ ++ ---- --", ask: start("workshop", "discussion") },
  { act: "thread.start.facilitators", on: "one where facilitators begin", cells: "sss ---- ++ ---- --", ask: start("lectures", "discussion") },
  { act: "thread.start.facilitators", on: "an announcement", cells: "sss ---- ++ ---- --", ask: start("welding", "announcement") },
  { act: "thread.start.facilitators", on: "an announcement where facilitators need a second factor", cells: "sss ---- -+ ---- --", ask: start("guarded", "announcement") },
  { act: "thread.pin", on: "a thread", cells: "sss ---- ++ ---- --", about: talkIn("welding"), ask: onThread("pin") },
  { act: "thread.pin", on: "where facilitators need a second factor", cells: "sss ---- -+ ---- --", about: talkIn("guarded"), ask: onThread("pin") },
  { act: "thread.pin", on: "a removed thread", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "thread" }), ask: onThread("pin") },
  { act: "thread.pin", on: "a thread under another community's address", cells: "sss 0000 00 0000 00", about: talkIn("welding"), ask: (_, { thread }: Target) => ({ post: `/c/other/t/${thread}/pin` }) },
  { act: "thread.lock", on: "a thread", cells: "sss ---- ++ ---- --", about: talkIn("welding"), ask: onThread("lock") },
  { act: "thread.lock", on: "one that is opened again", cells: "sss ---- ++ ---- --", about: talkIn("welding", { locked: true }), ask: onThread("unlock") },
  { act: "thread.move", on: "a thread", cells: "sss ---- ++ ---- --", anew: true, about: talkIn("welding"), ask: ({ groups }, { thread }: Target) => ({ post: `/c/welding/t/${thread}/move`, fields: { to: groups.other ?? "" } }) },
  { act: "thread.move", on: "to a community that one does not facilitate", cells: "sss ---- -- ---- --", about: talkIn("welding"), ask: ({ groups }, { thread }: Target) => ({ post: `/c/welding/t/${thread}/move`, fields: { to: groups.gardens ?? "" } }) },
  { act: "thread.retitle", on: "a thread", cells: "sss ---+ ++ ---- -+", about: talkIn("welding"), ask: onThread("retitle", { title: "A better title" }) },
  { act: "thread.retitle", on: "where facilitators need a second factor", cells: "sss ---+ -+ ---- -+", about: talkIn("guarded"), ask: onThread("retitle", { title: "A better title" }) },
  { act: "thread.classify", on: "a thread", cells: "sss ---+ ++ ---- -+", about: talkIn("welding"), ask: onThread("classify", { kind: "question" }) },
  { act: "thread.classify", on: "a thread that becomes an announcement", cells: "sss ---- ++ ---- --", anew: true, about: talkIn("welding"), ask: onThread("classify", { kind: "announcement" }) },
  { act: "post.edit", on: "the opening of a thread that becomes an announcement", cells: "sss ---- -- ---- --", about: talkIn("welding"), ask: (stage, { thread }: Target) => ({ post: `/posts/${thread}/edit`, fields: written(stage, { title: "Hear, hear", kind: "announcement" }) }) },

  // Posts.
  { act: "reply.write", on: "a thread", cells: "sss ++++ ++ ++++ ++", about: talkIn("welding"), ask: answer },
  { act: "reply.write", on: "a community where only members begin", cells: "sss ++++ ++ ++++ ++", about: talkIn("workshop"), ask: answer },
  { act: "reply.write", on: "a removed post", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "reply" }), ask: answer },
  { act: "reply.write", on: "a reply in a removed thread", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "thread" }), ask: answer },
  { act: "reply.write.locked", on: "a locked thread", cells: "sss ---- ++ ---- --", about: talkIn("welding", { locked: true }), ask: answer },
  { act: "reply.write.locked", on: "where facilitators need a second factor", cells: "sss ---- -+ ---- --", about: talkIn("guarded", { locked: true }), ask: answer },
  { act: "post.edit", on: "a reply", cells: "sss ---- -- ---- +-", about: talkIn("welding"), ask: (stage, { reply }: Target) => ({ post: `/posts/${reply}/edit`, fields: written(stage) }) },
  { act: "post.edit", on: "the opening of a thread", cells: "sss ---- -- ---- -+", about: talkIn("welding"), ask: (stage, { thread }: Target) => ({ post: `/posts/${thread}/edit`, fields: written(stage, { title: "Why, again?", kind: "question" }) }) },
  { act: "post.edit", on: "a reply in a locked thread", cells: "sss ---- -- ---- +-", about: talkIn("welding", { locked: true }), ask: (stage, { reply }: Target) => ({ post: `/posts/${reply}/edit`, fields: written(stage) }) },
  { act: "post.edit", on: "a removed reply", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "reply" }), ask: (stage, { reply }: Target) => ({ post: `/posts/${reply}/edit`, fields: written(stage) }) },
  { act: "post.remove", on: "the opening of a thread, one's own or as a facilitator", cells: "sss ---- ++ ---- -+", anew: true, about: talkIn("welding"), ask: (_, { thread }: Target) => ({ post: `/posts/${thread}/remove`, fields: { reason: "" } }) },
  { act: "post.remove.others", on: "a reply", cells: "sss ---- ++ ---- +-", anew: true, about: talkIn("welding"), ask: onReply("remove", { reason: "Advertising." }) },
  { act: "post.remove.others", on: "where facilitators need a second factor", cells: "sss ---- -+ ---- +-", anew: true, about: talkIn("guarded"), ask: onReply("remove", { reason: "" }) },
  { act: "post.remove.others", on: "a reply that is removed already", cells: "sss gggg ++ gggg +g", about: talkIn("welding", { removed: "reply" }), ask: onReply("remove", { reason: "" }) },

  // Answers and votes.
  { act: "answer.accept", on: "a reply to a question", cells: "sss ---+ ++ ---- -+", anew: true, about: talkIn("welding"), ask: onReply("accept") },
  { act: "answer.accept", on: "one that is withdrawn", cells: "sss ---+ ++ ---- -+", about: talkIn("welding"), ask: onReply("unaccept") },
  { act: "answer.accept", on: "where facilitators need a second factor", cells: "sss ---+ -+ ---- -+", anew: true, about: talkIn("guarded"), ask: onReply("accept") },
  { act: "answer.accept", on: "a removed reply", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "reply" }), ask: onReply("accept") },
  { act: "answer.worked", on: "a reply", cells: "sss ++++ ++ ++++ -+", about: talkIn("welding"), ask: onReply("worked") },
  { act: "answer.worked", on: "a removed reply", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "reply" }), ask: onReply("worked") },
  { act: "vote.cast", on: "a reply", cells: "sss ++++ ++ ++++ -+", about: talkIn("welding"), ask: onReply("vote", { kind: "up" }) },
  { act: "vote.cast", on: "against it", cells: "sss ++++ ++ ++++ -+", about: talkIn("welding"), ask: onReply("vote", { kind: "down" }) },
  { act: "vote.cast", on: "a reply in a locked thread", cells: "sss ++++ ++ ++++ -+", about: talkIn("welding", { locked: true }), ask: onReply("vote", { kind: "up" }) },
  { act: "vote.cast", on: "a reaction", cells: "sss ++++ ++ ++++ -+", about: talkIn("welding"), ask: onReply("react", { emoji: "👍" }) },
  { act: "vote.cast", on: "a removed reply", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "reply" }), ask: onReply("vote", { kind: "up" }) },
  { act: "vote.cast", on: "a reply in a removed thread", cells: "sss gggg gg gggg gg", about: talkIn("welding", { removed: "thread" }), ask: onReply("vote", { kind: "up" }) },
  { act: "vote.cast", on: "a post that never was", cells: "sss 0000 00 0000 00", ask: () => ({ post: "/posts/1/vote", fields: { kind: "up" } }) },
  { act: "vote.withdraw", on: "a reply", cells: "sss ++++ ++ ++++ ++", about: talkIn("welding"), ask: onReply("unvote", { kind: "up" }) },
  { act: "poll.vote", on: "a poll", cells: "sss ++++ ++ ++++ ++", about: talkIn("welding", { kind: "poll" }), ask: (_, { thread }: Target) => ({ post: `/posts/${thread}/poll`, fields: { option: "0" } }) },
  { act: "poll.vote", on: "a removed poll", cells: "sss gggg gg gggg gg", about: talkIn("welding", { kind: "poll", removed: "thread" }), ask: (_, { thread }: Target) => ({ post: `/posts/${thread}/poll`, fields: { option: "0" } }) },
  { act: "poll.vote", on: "a poll that is closed", cells: "sss ---- -- ---- --", about: closedPoll, ask: (_, { thread }: Target) => ({ post: `/posts/${thread}/poll`, fields: { option: "0" } }) },

  // People.
  { act: "actor.follow", on: "a community elsewhere", cells: "sss ++++ ++ ++++ ++", about: groupElsewhere, ask: () => ({ post: "/c/tig@elsewhere.example/join" }) },
  { act: "account.register", on: "a server that takes requests", cells: "+++ hhhh hh hhhh hh", ask: (stage) => ({ post: "/join", fields: registration(stage) }) },

  { act: "actor.update", on: "one's own page", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/settings", fields: { name: "Somebody" } }) },
  { act: "actor.update", on: "one's own eyes", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/settings/appearance", fields: { appearance: "dark" } }) },
  { act: "actor.update", on: "somebody else's session, which is not theirs to end", cells: "sss 0000 00 0000 00", about: othersSession, ask: (_, id: string) => ({ post: `/settings/security/sessions/${id}/end` }) },
  { act: "actor.update", on: "a notice of their own, or nobody's", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/notifications/1/read" }) },
  { act: "actor.update", on: "a device that tells them nothing any more", cells: "sss ++++ ++ ++++ ++", ask: () => ({ post: "/settings/notifications/devices/remove", fields: { device: "1" } }) },
  { act: "actor.remove", on: "somebody else's account, which its form cannot name", cells: "sss uuuu uu uuuu uu", ask: () => ({ post: "/settings/close", fields: { name: "a_somebody_else" } }) },

  // Looking after the server.
  { act: "account.approve", on: "a request", cells: "sss ---- -- -+-+ --", anew: true, about: (stage) => stage.account("asked"), ask: (_, { id }: { id: string }) => ({ post: `/admin/people/${id}/approve` }) },
  { act: "account.approve", on: "a request that is refused", cells: "sss ---- -- -+-+ --", anew: true, about: (stage) => stage.account("asked"), ask: (_, { id }: { id: string }) => ({ post: `/admin/people/${id}/refuse` }) },
  { act: "account.suspend", on: "a member", cells: "sss ---- -- -+-+ --", anew: true, about: (stage) => stage.account("active"), ask: (_, { username }: { username: string }) => ({ post: `/admin/people/${username}/suspend` }) },
  { act: "account.suspend", on: "an owner", cells: "sss ---- -- ---+ --", anew: true, about: otherOwner, ask: (_, { username }: { username: string }) => ({ post: `/admin/people/${username}/suspend` }) },
  { act: "account.promote", on: "a member", cells: "sss ---- -- ---+ --", anew: true, about: (stage) => stage.account("active"), ask: (_, { username }: { username: string }) => ({ post: `/admin/people/${username}/role`, fields: { role: "administrator" } }) },
  { act: "account.invite", on: "the server", cells: "sss ---- -- -+-+ --", ask: () => ({ post: "/admin/invitations", fields: { uses: "1", days: "3", note: "", group: "", role: "member" } }) },
  { act: "server.mail", on: "what was sent", cells: "sss ---- -- ---+ --", ask: () => ({ get: "/admin/mail" }) },
  { act: "server.settings", on: "the server", cells: "sss ---- -- -+-+ --", ask: () => ({ post: "/admin", fields: server("members") }) },
  { act: "server.settings", on: "a server that closes, and leaves founding to those who look after it", cells: "sss ---- -- -+-+ --", ask: () => ({ post: "/admin", fields: server("administrators", "closed") }) },
  { act: "community.create.restricted", on: "that server", cells: "sss ---- -- ++++ --", ask: (stage) => ({ post: "/communities/new", fields: { name: "New", slug: stage.fresh(), summary: "New things." } }) },
  { act: "account.register", on: "that server", cells: "--- hhhh hh hhhh hh", ask: (stage) => ({ post: "/join", fields: registration(stage) }) },
];

function registration(stage: Stage): Fields {
  const username = stage.fresh();
  return { username, name: "New", email: `${username}@mail.example`, password: "nine purple kettles", answer: "" };
}

/** Somebody whom the community welding invites. */
async function invitee(stage: Stage): Promise<string> {
  const { id } = await stage.account("active");
  await inviteTo(stage, "welding", [id]);
  return id;
}

function everybodyInvited(stage: Stage): Promise<void> {
  return inviteTo(
    stage,
    "walled",
    Object.values(stage.people).flatMap((person) => person?.id ?? []),
  );
}

/** By a facilitator of the community who is none of the matrix's people. */
async function inviteTo({ site: { db }, groups, account }: Stage, slug: string, people: Id[]): Promise<void> {
  const [groupId, by] = [groups[slug] as Id, (await account("active")).id];
  await upsertMembership(db, {
    groupId,
    actorId: by,
    state: "accepted",
    followUri: `urn:by:${by}`,
    role: "facilitator",
  });
  await db`delete from invited where group_id = ${groupId} and actor_id = any(${people}::bigint[])`;
  await db`insert into invited (group_id, actor_id, invited_by) select ${groupId}, p, ${by} from unnest(${people}::bigint[]) p`;
}

async function topic({ site, groups, fresh }: Stage): Promise<string> {
  const slug = fresh();
  await site.db`insert into topics (id, group_id, slug, name) values (${site.house.makeId()}, ${groups.welding ?? null}, ${slug}, ${slug})`;
  return slug;
}

async function closedPoll(stage: Stage): Promise<Target> {
  const target = await stage.talk("welding", { kind: "poll" });
  await stage.site.db`update polls set closes_at = now() - interval '1 minute' where thread_id = ${target.thread}`;
  return target;
}

async function othersSession({ site, people }: Stage): Promise<string> {
  const [row] = await site.db<
    { id: string }[]
  >`select id from sessions where actor_id = ${people.suspended?.id ?? null}`;
  return row?.id ?? "";
}

async function otherOwner({ account, site }: Stage) {
  const made = await account("active");
  await site.db`update accounts set role = 'owner' where actor_id = ${made.id as never}`;
  return made;
}

async function groupElsewhere(stage: Stage): Promise<void> {
  const id = await stage.remoteMember("gardens", "pending");
  await stage.site.db`update actors set kind = 'group', username = 'tig' where id = ${id}`;
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What an answer says, as a letter of the matrix. */
function letterOf(answer: Response): string {
  const location = answer.headers.get("location") ?? "";
  if (location.startsWith("/sign-in")) return answer.status === 303 ? "s" : `${answer.status} to sign in`;
  if (location === "/home") return "h";
  if (answer.status === 200 || answer.status === 303 || answer.status === 204) return "+";
  return { 403: "-", 404: "0", 410: "g", 422: "u" }[answer.status] ?? `(${answer.status})`;
}

async function send(row: Row, about: unknown, index: number): Promise<string> {
  const who = stage.people[WHO[index] ?? "visitor"];
  const request = await row.ask(stage, about as never);
  const headers: Record<string, string> = who ? { cookie: who.cookie } : {};
  if ("get" in request) return letterOf(await stage.site.app.request(request.get, { headers }));
  const fields = { ...request.fields };
  if (fields.member === "SELF") fields.member = who?.id ?? "1";
  return letterOf(await stage.site.app.request(request.post, formOf(ORIGIN, who, fields)));
}

/** How many lines of the journal each of the matrix's people wrote, or are the subject of. */
async function lines(): Promise<Map<string, number>> {
  const rows = await stage.site.db<
    { id: string; n: number }[]
  >`select actor_id as id, count(*)::int as n from journal where actor_id is not null group by actor_id`;
  return new Map(rows.map(({ id, n }) => [id, n]));
}

describe("who may do what", () => {
  it("has a row, or a reason to have none, for every act of the policy", () => {
    const rows = new Set(MATRIX.map(({ act }) => act));
    const missing = ACTS.filter((act) => !rows.has(act) && !(act in WITHOUT_ROUTE));
    expect(missing).toEqual([]);
    expect(ACTS.filter((act) => rows.has(act) && act in WITHOUT_ROUTE)).toEqual([]);
    for (const { act, on, cells } of MATRIX)
      expect(cells.replaceAll(" ", ""), `${act}: ${on}`).toHaveLength(WHO.length);
  });

  it.each(MATRIX.map((row) => [`${row.act}: ${row.on}`, row] as const))("%s", async (_, row) => {
    const expected = [...row.cells.replaceAll(" ", "")];
    // Of what visitors write, only so much is kept in an hour.
    await stage.site.db`delete from drafts where actor_id is null`;
    const about = row.about && !row.anew ? await row.about(stage) : undefined;
    // Made one after the other: some of them pass through a membership.
    const each: unknown[] = [];
    for (const _who of WHO) each.push(row.anew ? await row.about?.(stage) : about);
    const before = await lines();
    const got: string[] = [];
    if (row.inTurn) for (const [index] of WHO.entries()) got.push(await send(row, each[index], index));
    else got.push(...(await Promise.all(WHO.map((_who, index) => send(row, each[index], index)))));
    const told = (letters: readonly string[]) => Object.fromEntries(WHO.map((who, index) => [who, letters[index]]));
    expect(told(got)).toEqual(told(expected));
    // Whoever was refused did nothing, whatever the page said.
    const after = await lines();
    for (const [index, who] of WHO.entries()) {
      const id = stage.people[who]?.id;
      if (id !== undefined && expected[index] !== "+") expect(after.get(id) ?? 0, who).toBe(before.get(id) ?? 0);
    }
  });
});
