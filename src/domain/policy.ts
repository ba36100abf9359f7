/** Who may do what: one table of acts and standings, pure. Everything that changes anything asks here first. */

/** What somebody does here. */
export type Act =
  | "community.create"
  | "community.join"
  | "community.leave"
  | "thread.start"
  | "reply.write"
  | "post.edit"
  | "post.remove"
  | "vote.cast"
  | "vote.withdraw"
  | "boost.add"
  | "boost.withdraw"
  | "actor.update"
  | "actor.remove"
  | "actor.move";

/** How the one who acts stands to what is acted upon: `operator` runs the server, `author` wrote it or is it, `anyone` is anyone. */
export type Standing = "operator" | "author" | "anyone";

const POLICY: Record<Act, readonly Standing[]> = {
  "community.create": ["operator"],
  "community.join": ["author", "anyone"],
  "community.leave": ["author", "anyone"],
  "thread.start": ["author", "anyone"],
  "reply.write": ["author", "anyone"],
  "post.edit": ["author"],
  "post.remove": ["author"],
  "vote.cast": ["author", "anyone"],
  "vote.withdraw": ["author", "anyone"],
  "boost.add": ["author", "anyone"],
  "boost.withdraw": ["author", "anyone"],
  "actor.update": ["author"],
  "actor.remove": ["author"],
  "actor.move": ["author"],
};

/** Whether someone of this standing may do this. */
export function may(act: Act, standing: Standing): boolean {
  return POLICY[act].includes(standing);
}
