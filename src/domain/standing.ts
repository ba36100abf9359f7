/** How somebody stands to a community and to what is in it: the words that the policy's table is written in. */
import type { Id } from "../../db/ids.ts";
import type { Queryable } from "../../db/open.ts";
import { readStanding, type StandingRow } from "../../db/queries/standings.ts";
import type { Standing } from "./policy.ts";

/** What the act is about, as far as it makes a difference who wrote it. */
export interface About {
  groupId: Id | null;
  /** Who wrote the post. */
  authorId?: Id | null;
  /** Who opened the thread. */
  askerId?: Id | null;
}

/** All the ways in which `actorId` stands to it. */
export async function standingsOf(db: Queryable, actorId: Id, about: About): Promise<Standing[]> {
  return standings(await readStanding(db, actorId, about.groupId), actorId, about);
}

/** The same from a row that was read already. */
export function standings(row: StandingRow, actorId: Id, about: Omit<About, "groupId">): Standing[] {
  const all: Standing[] = ["anyone"];
  if (row.accountRole) all.push("local");
  if (row.accountRole === "owner" || row.accountRole === "administrator") all.push(row.accountRole);
  if (row.memberRole) all.push(row.memberRole === "member" && row.newcomer ? "newcomer" : row.memberRole);
  if (about.authorId === actorId) all.push("author");
  if (about.askerId === actorId) all.push("asker");
  return all;
}
