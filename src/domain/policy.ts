/** Who may do what: one table of acts and standings, pure. Everything that changes anything asks here first. */

/**
 * How the one who acts stands to what is acted upon. One person may stand in several ways: the author of a thread may be a steward, too.
 * `operator` works at the machine; `owner` and `administrator` look after the server; `facilitator`, `steward`, `member` and `newcomer` belong
 * to the community; `author` wrote it or is it; `asker` opened the thread; `local` has an account here; `anyone` is anyone on the fediverse.
 */
export const STANDINGS = [
  "operator",
  "owner",
  "administrator",
  "facilitator",
  "steward",
  "member",
  "newcomer",
  "author",
  "asker",
  "local",
  "anyone",
] as const;
export type Standing = (typeof STANDINGS)[number];

const STAFF = ["operator", "owner", "administrator"] as const;
const FACILITATORS = ["operator", "facilitator"] as const;
const STEWARDS = [...FACILITATORS, "steward"] as const;
const MEMBERS = [...STEWARDS, "member", "newcomer"] as const;
const AUTHOR = ["author"] as const;
const EVERYONE = ["author", "anyone"] as const;

/** Where an act has a condition (a closed community, a locked thread), it is an act of its own. */
const POLICY = {
  "community.create": [...STAFF, "local"],
  "community.create.restricted": STAFF,
  "community.edit": FACILITATORS,
  "community.join": EVERYONE,
  "community.leave": EVERYONE,
  "charter.write": FACILITATORS,
  "topic.edit": STEWARDS,
  "member.accept": FACILITATORS,
  "member.remove": FACILITATORS,
  "member.promote": FACILITATORS,
  "member.invite": FACILITATORS,
  "newcomers.see": STEWARDS,
  "thread.start": EVERYONE,
  "thread.start.members": MEMBERS,
  "thread.start.facilitators": FACILITATORS,
  "thread.pin": FACILITATORS,
  "thread.lock": FACILITATORS,
  "thread.move": FACILITATORS,
  "thread.retitle": [...STEWARDS, "asker"],
  "thread.classify": [...STEWARDS, "asker"],
  "reply.write": EVERYONE,
  "reply.write.locked": FACILITATORS,
  "post.edit": AUTHOR,
  "post.remove": AUTHOR,
  "post.remove.others": FACILITATORS,
  "answer.accept": [...STEWARDS, "asker"],
  "answer.worked": EVERYONE,
  "vote.cast": EVERYONE,
  "vote.withdraw": EVERYONE,
  "poll.vote": EVERYONE,
  "poll.count": ["operator", "author"],
  "poll.close": ["operator"],
  "boost.add": EVERYONE,
  "boost.withdraw": EVERYONE,
  "actor.update": AUTHOR,
  "actor.remove": AUTHOR,
  "actor.move": AUTHOR,
  "actor.follow": EVERYONE,
  "account.create": STAFF,
  "account.register": ["anyone"],
  "account.approve": STAFF,
  "account.suspend": STAFF,
  "account.promote": ["operator", "owner"],
  "account.invite": STAFF,
  "server.settings": STAFF,
  "server.mail": ["operator", "owner"],
} as const satisfies Record<string, readonly Standing[]>;

/** What somebody does here. */
export type Act = keyof typeof POLICY;

export const ACTS = Object.keys(POLICY) as readonly Act[];

/** Whether someone who stands so may do this. */
export function may(act: Act, standing: Standing | readonly Standing[]): boolean {
  const allowed: readonly Standing[] = POLICY[act];
  return typeof standing === "string" ? allowed.includes(standing) : standing.some((one) => allowed.includes(one));
}
