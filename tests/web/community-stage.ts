/** The stage of the community pages' tests: a community, and somebody of each standing. */
import { afterAll, beforeAll } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

export const PEOPLE = ["visitor", "stranger", "member", "newcomer", "steward", "facilitator", "administrator"] as const;
export type Who = (typeof PEOPLE)[number];

export interface CommunityStage {
  site: TestSite;
  groupId: Id;
  /** Null: a visitor, who has no account. */
  people: Record<Who, TestPerson | null>;
  get(path: string, who?: Who | TestPerson, headers?: Record<string, string>): Promise<Response>;
  read(path: string, who?: Who | TestPerson, headers?: Record<string, string>): Promise<string>;
  post(path: string, who: Who | TestPerson, fields?: Record<string, string | readonly string[]>): Promise<Response>;
}

/** Sets the stage for a test file: `/c/welding` on https://commons.example. */
export function setCommunityStage(): CommunityStage {
  const stage = {} as CommunityStage;
  const of = (who: Who | TestPerson) => (typeof who === "string" ? stage.people[who] : who);
  beforeAll(async () => {
    const site = await openSite();
    const { house, db } = site;
    const { id: groupId } = await createCommunity(house, {
      slug: "welding",
      name: "Welding",
      summary: "Joining metal.",
    });
    const people: Partial<Record<Who, TestPerson | null>> = { visitor: null };
    for (const who of PEOPLE) {
      if (who === "visitor") continue;
      const person = await makePerson(house, `a_${who}`, { role: who === "administrator" ? who : "member" });
      people[who] = person;
      if (who === "stranger" || who === "administrator") continue;
      const role = who === "newcomer" ? "member" : who;
      await upsertMembership(db, { groupId, actorId: person.id, state: "accepted", followUri: who, role });
    }
    // The plain member is no newcomer any more.
    await db`
      update memberships set accepted_at = now() - interval '40 days' where actor_id = ${people.member?.id ?? null}`;
    const get: CommunityStage["get"] = async (path, who = "visitor", headers = {}) => {
      const person = of(who);
      return site.app.request(path, { headers: { ...(person && { cookie: person.cookie }), ...headers } });
    };
    Object.assign(stage, {
      site,
      groupId,
      people,
      get,
      read: async (...asked: Parameters<typeof get>) => (await get(...asked)).text(),
      post: async (path: string, who: Who | TestPerson, fields = {}) =>
        site.app.request(path, formOf(ORIGIN, of(who), fields)),
    });
  });
  afterAll(() => stage.site?.[Symbol.asyncDispose]());
  return stage;
}
