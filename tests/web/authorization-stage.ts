/** The stage of the authorization matrix: somebody of every standing, a community of every kind, and fresh things to act upon. */
import type { Id } from "../../db/ids.ts";
import { saveRemoteActor } from "../../db/queries/actors.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { ensurePeer } from "../../db/queries/peers.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread, type ThreadKind } from "../../src/domain/threads/compose.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { openSite, type TestSite } from "./site.ts";

/** In the order of the matrix's columns. `2f`: they have shown a second factor in this session. */
export const WHO = [
  "visitor",
  "asked",
  "suspended",
  "stranger",
  "newcomer",
  "member",
  "steward",
  "facilitator",
  "facilitator2f",
  "administrator",
  "administrator2f",
  "owner",
  "owner2f",
  "author",
  "asker",
] as const;
export type Who = (typeof WHO)[number];

/** What a cell's request acts upon. */
export interface Target {
  slug: string;
  thread: Id;
  /** A reply in it, by the author; the thread is the asker's. */
  reply: Id;
}

export interface Stage extends AsyncDisposable {
  site: TestSite;
  people: Record<Who, TestPerson | null>;
  groups: Record<string, Id>;
  /** A word that nothing else here is called by. */
  fresh(): string;
  talk(slug: string, options?: { kind?: ThreadKind; locked?: boolean; removed?: "reply" | "thread" }): Promise<Target>;
  /** Somebody elsewhere who is a member of the community, or has asked to be. */
  remoteMember(slug: string, state: "accepted" | "pending"): Promise<Id>;
  account(state: "asked" | "active"): Promise<{ id: Id; username: string }>;
}

/** Communities by what is special about them; all but the last three have the same people in the same roles. */
const COMMUNITIES = {
  welding: {},
  workshop: { posting: "members" },
  lectures: { posting: "facilitators" },
  guarded: {},
  other: {},
  gardens: {},
  asking: { joining: "request" },
  walled: { joining: "invitation" },
} as const;
const ALIKE = new Set(["welding", "workshop", "lectures", "guarded"]);

export async function openStage(): Promise<Stage> {
  const site = await openSite();
  const { house, db } = site;
  let counter = 0;
  const fresh = () => `fresh${++counter}`;
  const groups: Record<string, Id> = {};
  for (const [slug, more] of Object.entries(COMMUNITIES))
    groups[slug] = (await createCommunity(house, { slug, name: slug, summary: `All about ${slug}.`, ...more })).id;
  await db`update communities set second_factor = true where actor_id = ${groups.guarded ?? null}`;

  const people = { visitor: null } as Record<Who, TestPerson | null>;
  for (const who of WHO.slice(1)) {
    const [role] = who.split("2f");
    people[who] = await makePerson(house, `a_${who}`, {
      role: role === "owner" || role === "administrator" ? role : "member",
      secondFactor: who.endsWith("2f"),
    });
  }
  for (const state of ["asked", "suspended"] as const)
    await db`update accounts set state = ${state} where actor_id = ${people[state]?.id ?? null}`;

  async function join(slug: string, who: Who, role: "member" | "steward" | "facilitator"): Promise<void> {
    const [groupId, actorId] = [groups[slug] as Id, people[who]?.id as Id];
    await upsertMembership(db, { groupId, actorId, state: "accepted", followUri: `urn:${slug}:${who}`, role });
    if (who !== "newcomer")
      await db`update memberships set accepted_at = now() - interval '40 days' where actor_id = ${actorId} and state = 'accepted'`;
  }
  for (const slug of ALIKE) {
    await join(slug, "newcomer", "member");
    await join(slug, "member", "member");
    await join(slug, "steward", "steward");
    await join(slug, "facilitator", "facilitator");
    await join(slug, "facilitator2f", "facilitator");
  }
  // Where threads are moved to.
  await join("other", "facilitator", "facilitator");
  await join("other", "facilitator2f", "facilitator");

  const words = { warning: "", language: "en", pictures: [], topicIds: [], linkUrl: null };
  const [author, asker] = [people.author as TestPerson, people.asker as TestPerson];
  const peer = await ensurePeer(db, house.makeId(), "elsewhere.example");

  return {
    site,
    people,
    groups,
    fresh,
    async talk(slug, { kind = "question", locked = false, removed } = {}) {
      const groupId = groups[slug] as Id;
      // Where only members begin threads, the asker is one for as long as that takes.
      const closed = slug === "workshop" || slug === "lectures";
      if (closed) await join(slug, "asker", "facilitator");
      const { id: thread } = await composeThread(house, asker.id, {
        ...words,
        groupId,
        title: `Why ${fresh()}?`,
        source: "Nobody knows.",
        kind,
        submissionKey: `thread-${fresh()}-of-the-stage`,
        ...(kind === "poll" && { poll: { options: "Yes\nNo", multiple: false, days: 3 as const } }),
      });
      if (closed) await db`delete from memberships where actor_id = ${asker.id} and group_id = ${groupId}`;
      const { id: reply } = await composeReply(house, author.id, {
        ...words,
        parentId: thread,
        source: "Somebody does.",
        submissionKey: `reply-${fresh()}-of-the-stage`,
      });
      if (locked) await db`update threads set locked_at = now() where id = ${thread}`;
      if (removed === "reply") await withdrawOwnPost(house, author, reply);
      if (removed === "thread") await withdrawOwnPost(house, asker, thread);
      return { slug, thread, reply };
    },
    async remoteMember(slug, state) {
      const name = fresh();
      const uri = `https://elsewhere.example/users/${name}`;
      const { id } = await saveRemoteActor(db, house.makeId(), {
        uri,
        peerId: peer.id,
        kind: "person",
        username: name,
        name,
        summary: "",
        url: uri,
        iconUrl: null,
        inboxUri: "https://elsewhere.example/inbox",
        followersUri: null,
        movedTo: null,
        keys: [],
      });
      const groupId = groups[slug] as Id;
      await upsertMembership(db, { groupId, actorId: id, state, followUri: `${uri}#follow` });
      return id;
    },
    async account(state) {
      const username = fresh();
      const email = `${username}@mail.example`;
      const person = { username, name: "", role: "member" as const, email, emailConfirmed: true, passwordHash: null };
      return { id: await createAccount(house, "operator", { ...person, state }), username };
    },
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  };
}
