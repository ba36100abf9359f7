/** Which actors are people of this server: asked for every act, so it is remembered. */
import type { Id } from "../db/ids.ts";
import type { Db, Queryable } from "../db/open.ts";
import { findOwnAuthor, findOwnPerson } from "../db/queries/people.ts";
import { memory } from "./memory.ts";

export interface People {
  /** Id and uri of somebody who has or had an account here, or null. Neither ever changes. Asked inside a transaction it is looked up there. */
  byId(db: Queryable, id: Id): Promise<{ id: Id; uri: string } | null>;
  /** Whether somebody of that name is here. */
  exists(username: string): Promise<boolean>;
}

const KEEP_MS = 60_000;

/** Whoever was not found is asked for again each time. */
export function openPeople(db: Db): People {
  const ids = memory<{ id: Id; uri: string }>(10_000, KEEP_MS);
  const names = memory<true>(10_000, KEEP_MS);
  return {
    async byId(at, id) {
      const known = ids.get(id);
      if (known) return known;
      const found = await findOwnAuthor(at, id);
      if (found) ids.set(id, found);
      return found;
    },
    async exists(username) {
      if (names.get(username)) return true;
      if (!(await findOwnPerson(db, username))) return false;
      names.set(username, true);
      return true;
    },
  };
}
