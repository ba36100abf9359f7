/** Invitations, suspension and roles: who may, what it ends, and what happens when two do it at once. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import { findAccount, findAccountByName } from "../../db/queries/accounts.ts";
import { updateRole, upsertMembership } from "../../db/queries/members.ts";
import { readInvitation } from "../../db/views/invitations.ts";
import { viewerOf } from "../../src/auth/sessions.ts";
import {
  acceptInvitation,
  type CreateInvitation,
  createInvitation,
  revokeInvitation,
} from "../../src/domain/accounts/invite.ts";
import { setAccountRole } from "../../src/domain/accounts/promote.ts";
import { register } from "../../src/domain/accounts/register.ts";
import { restoreAccount, suspendAccount } from "../../src/domain/accounts/suspend.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { saveServerSettings } from "../../src/domain/server/settings.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let owner: TestPerson;
let admin: TestPerson;
let other: TestPerson;
let facilitator: TestPerson;
let groupId: Id;
const journal: JournalLine[] = [];

beforeAll(async () => {
  stage = await openTestHouse({ readers: [async (_tx, told) => void journal.push(...told.map(({ line }) => line))] });
  const { house, db } = stage;
  owner = await makePerson(house, "olga", { role: "owner" });
  admin = await makePerson(house, "adam", { role: "administrator" });
  other = await makePerson(house, "mira");
  facilitator = await makePerson(house, "faye");
  groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
  await upsertMembership(db, { groupId, actorId: facilitator.id, state: "accepted", followUri: "https://x.example/f" });
  await updateRole(db, groupId, facilitator.id, "facilitator");
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const invitation = (more: Partial<CreateInvitation> = {}): CreateInvitation => ({
  groupId: null,
  role: "member",
  uses: 1,
  days: 7,
  note: "",
  ...more,
});

let people = 0;
function invited(invitationId: Id, username = `guest${++people}x`, email = `${username}@mail.example`) {
  return register(stage.house, {
    username,
    name: "",
    email,
    password: "three ordinary words",
    answer: "",
    language: "en",
    invitationId,
    count: () => {},
    letters: {
      confirm: async () => ({ subject: "Confirm", text: "link" }),
      taken: () => ({ subject: "Taken", text: "taken" }),
    },
  });
}

const membership = async (actorId: Id) => {
  const [row] =
    await stage.db`select state, role from memberships where group_id = ${groupId} and actor_id = ${actorId}`;
  return row ?? null;
};
const usesLeft = async (id: Id) => {
  const [row] = await stage.db<{ uses: number }[]>`select uses_left as uses from invitations where id = ${id}`;
  return row?.uses;
};

describe("an invitation", () => {
  test.each([
    ["an administrator", () => admin, {}, null],
    ["an owner to a community", () => owner, { groupId: true }, null],
    ["a member", () => other, {}, "not-allowed"],
    ["a member to a community", () => other, { groupId: true }, "not-allowed"],
    ["a facilitator to the server", () => facilitator, {}, "not-allowed"],
    ["a facilitator to their community, in any role", () => facilitator, { groupId: true, role: "facilitator" }, null],
    [
      "an administrator who does not facilitate, above member",
      () => admin,
      { groupId: true, role: "steward" },
      "not-allowed",
    ],
    ["anybody, above member and into nothing", () => owner, { role: "steward" }, "not-allowed"],
    ["an administrator, for nobody", () => admin, { uses: 0 }, "input-invalid"],
    ["an administrator, for ever", () => admin, { days: 91 }, "input-invalid"],
    ["an administrator, for part of a day", () => admin, { days: 0.5 }, "input-invalid"],
  ] as const)("by %s", async (_who, by, more, code) => {
    const { groupId: into, ...rest } = { groupId: false, ...more };
    const made = createInvitation(stage.house, by().id, invitation({ ...rest, groupId: into ? groupId : null }));
    if (code) await expect(made).rejects.toMatchObject({ code });
    else expect(await usesLeft(await made)).toBe(1);
  });

  test("lets one in at once, into the community, in the role it gives", async () => {
    const id = await createInvitation(stage.house, facilitator.id, invitation({ groupId, role: "steward" }));
    journal.length = 0;
    const registered = await invited(id, "gwen");
    if (registered.is !== "active") throw new Error("she waits");
    expect(await findAccount(stage.db, registered.id)).toMatchObject({ state: "active", emailConfirmedAt: null });
    expect(await membership(registered.id)).toEqual({ state: "accepted", role: "steward" });
    expect(journal.map(({ kind }) => kind)).toEqual(["member.joined", "account.created"]);
    expect(
      await stage.db`select from journal where kind = 'member.joined' and actor_id = ${registered.id}`,
    ).toHaveLength(1);
  });

  test("gives no role that its maker may not give any more", async () => {
    const former = await makePerson(stage.house, "former", { role: "administrator" });
    await upsertMembership(stage.db, {
      groupId,
      actorId: former.id,
      state: "accepted",
      followUri: "https://x.example/g",
      role: "facilitator",
    });
    const id = await createInvitation(stage.house, former.id, invitation({ groupId, role: "facilitator" }));
    await updateRole(stage.db, groupId, former.id, "member");
    const registered = await invited(id);
    expect(registered.is === "active" && (await membership(registered.id))).toEqual({
      state: "accepted",
      role: "member",
    });
  });

  test("lets nobody in once its maker may not invite any more", async () => {
    const [demoted, lead] = [
      await makePerson(stage.house, "demoted", { role: "administrator" }),
      await makePerson(stage.house, "lead"),
    ];
    const followUri = "https://x.example/h";
    const facilitates = { groupId, actorId: lead.id, state: "accepted", followUri, role: "facilitator" } as const;
    await upsertMembership(stage.db, facilitates);
    const ids = [demoted, lead].map((by) => createInvitation(stage.house, by.id, invitation({ groupId, uses: 5 })));
    const [ofDemoted, ofLead] = (await Promise.all(ids)) as [Id, Id];
    const state = async (id: Id) => (await readInvitation(stage.db, id))?.state;
    expect([await state(ofDemoted), await state(ofLead)]).toEqual(["usable", "usable"]);
    await setAccountRole(stage.house, owner.id, demoted.id, "member");
    await updateRole(stage.db, groupId, lead.id, "member");
    const late = await makePerson(stage.house, "late");
    for (const id of [ofDemoted, ofLead]) {
      expect(await state(id)).toBe("revoked");
      await expect(invited(id, "too_late")).rejects.toMatchObject({ code: "invitation-invalid" });
      await expect(acceptInvitation(stage.house, late.id, id)).rejects.toMatchObject({ code: "invitation-invalid" });
      expect(await usesLeft(id)).toBe(5);
    }
  });

  test("with one use left lets in one of two who come at once, and leaves nothing of the other", async () => {
    const id = await createInvitation(stage.house, admin.id, invitation({ groupId, uses: 1 }));
    const ends = await Promise.allSettled([invited(id, "race_one"), invited(id, "race_two")]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends.find((end) => end.status === "rejected")).toMatchObject({ reason: { code: "invitation-invalid" } });
    const there = await Promise.all(["race_one", "race_two"].map((name) => findAccountByName(stage.db, name)));
    expect(there.filter((account) => account !== null)).toHaveLength(1);
    expect(await usesLeft(id)).toBe(0);
  });

  test("is not used up by a name that is taken", async () => {
    const id = await createInvitation(stage.house, admin.id, invitation());
    await expect(invited(id, "mira")).rejects.toMatchObject({ code: "slug-taken" });
    expect(await usesLeft(id)).toBe(1);
  });

  test("lets in also whose address is taken, without it, and tells its owner", async () => {
    const id = await createInvitation(stage.house, admin.id, invitation());
    const registered = await invited(id, "second_mira", "mira@mail.example");
    expect(registered.is === "active" && (await findAccount(stage.db, registered.id))).toMatchObject({ email: null });
    expect(
      await stage.db`select from mails where purpose = 'address-taken' and to_address = 'mira@mail.example'`,
    ).toHaveLength(1);
    expect(await usesLeft(id)).toBe(0);
  });

  test("cannot be used once it was revoked, has expired, or its maker is suspended", async () => {
    const maker = await makePerson(stage.house, "maker", { role: "administrator" });
    const make = (by: TestPerson) => createInvitation(stage.house, by.id, invitation({ groupId }));
    const [revoked, expired, orphaned] = [await make(admin), await make(admin), await make(maker)];
    await revokeInvitation(stage.house, admin.id, revoked);
    await stage.db`update invitations set expires_at = now() where id = ${expired}`;
    await suspendAccount(stage.house, owner.id, maker.id);
    for (const id of [revoked, expired, orphaned]) {
      await expect(invited(id)).rejects.toMatchObject({ code: "invitation-invalid" });
      await expect(acceptInvitation(stage.house, other.id, id)).rejects.toMatchObject({ code: "invitation-invalid" });
    }
    await restoreAccount(stage.house, owner.id, maker.id);
    await expect(invited(orphaned)).rejects.toMatchObject({ code: "invitation-invalid" });
    await expect(revokeInvitation(stage.house, admin.id, revoked)).rejects.toMatchObject({ code: "already-done" });
  });

  test("makes a member of somebody who is here, whoever else may join, and is used up once", async () => {
    await stage.db`update communities set joining = 'invitation' where actor_id = ${groupId}`;
    const id = await createInvitation(stage.house, facilitator.id, invitation({ groupId, uses: 5 }));
    expect(await acceptInvitation(stage.house, other.id, id)).toBe(groupId);
    expect(await membership(other.id)).toEqual({ state: "accepted", role: "member" });
    await expect(acceptInvitation(stage.house, other.id, id)).rejects.toMatchObject({ code: "already-done" });
    expect(await usesLeft(id)).toBe(4);
  });

  test("never lowers a role", async () => {
    const id = await createInvitation(stage.house, admin.id, invitation({ groupId, uses: 5 }));
    await expect(acceptInvitation(stage.house, facilitator.id, id)).rejects.toMatchObject({ code: "already-done" });
    expect(await membership(facilitator.id)).toEqual({ state: "accepted", role: "facilitator" });
  });

  test("is taken by nobody from elsewhere", async () => {
    const stranger = await stage.person("remote");
    const id = await createInvitation(stage.house, admin.id, invitation({ groupId }));
    await expect(acceptInvitation(stage.house, stranger, id)).rejects.toMatchObject({ code: "not-allowed" });
  });

  test("is revoked by administrators and the community's facilitators only", async () => {
    const id = await createInvitation(stage.house, admin.id, invitation({ groupId }));
    await expect(revokeInvitation(stage.house, other.id, id)).rejects.toMatchObject({ code: "not-allowed" });
    await revokeInvitation(stage.house, facilitator.id, id);
    const site = await createInvitation(stage.house, admin.id, invitation());
    await expect(revokeInvitation(stage.house, facilitator.id, site)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("suspending", () => {
  test("ends every session at once, and is written down", async () => {
    const victim = await makePerson(stage.house, "victim");
    expect(await viewerOf(stage.db, victim.token)).not.toBeNull();
    await suspendAccount(stage.house, admin.id, victim.id);
    expect(await viewerOf(stage.db, victim.token)).toBeNull();
    expect(await stage.db`select from sessions where actor_id = ${victim.id}`).toHaveLength(0);
    const [audited] = await stage.db`select act, actor_id, subject_id from audit order by id desc limit 1`;
    expect(audited).toEqual({ act: "account.suspended", actor_id: admin.id, subject_id: victim.id });
    await expect(suspendAccount(stage.house, admin.id, victim.id)).rejects.toMatchObject({ code: "already-done" });
    await restoreAccount(stage.house, admin.id, victim.id);
    expect(await findAccount(stage.db, victim.id)).toMatchObject({ state: "active" });
  });

  test.each([
    ["a member anybody", () => other, () => facilitator],
    ["an administrator the owner", () => admin, () => owner],
    ["an administrator themself", () => admin, () => admin],
    ["the owner themself", () => owner, () => owner],
  ] as const)("%s may not", async (_who, by, whom) => {
    await expect(suspendAccount(stage.house, by().id, whom().id)).rejects.toMatchObject({ code: "not-allowed" });
    expect(await findAccount(stage.db, whom().id)).toMatchObject({ state: "active" });
  });
});

describe("roles", () => {
  test("only owners give them", async () => {
    for (const by of [admin, other])
      await expect(setAccountRole(stage.house, by.id, other.id, "administrator")).rejects.toMatchObject({
        code: "not-allowed",
      });
    await setAccountRole(stage.house, owner.id, other.id, "administrator");
    expect(await findAccount(stage.db, other.id)).toMatchObject({ role: "administrator" });
    await setAccountRole(stage.house, owner.id, other.id, "member");
  });

  test("with the role go the invitations to the server that came of it", async () => {
    const former = await makePerson(stage.house, "former_admin", { role: "administrator" });
    const id = await createInvitation(stage.house, former.id, invitation());
    await setAccountRole(stage.house, owner.id, former.id, "member");
    await expect(invited(id)).rejects.toMatchObject({ code: "invitation-invalid" });
  });

  test("the last owner stays one, and of two who step down at once one does", async () => {
    await expect(setAccountRole(stage.house, owner.id, owner.id, "member")).rejects.toMatchObject({
      code: "last-owner",
    });
    const second = await makePerson(stage.house, "second", { role: "owner" });
    const ends = await Promise.allSettled([
      setAccountRole(stage.house, owner.id, second.id, "member"),
      setAccountRole(stage.house, second.id, owner.id, "member"),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = await stage.db`select from accounts where role = 'owner' and state = 'active'`;
    expect(left).toHaveLength(1);
    await stage.db`update accounts set role = 'owner' where actor_id = ${owner.id}`;
  });

  test("the settings of the server are administrators' business", async () => {
    const settings = { name: "Commons", registration: "open", question: "Why?", founding: "administrators" } as const;
    await expect(saveServerSettings(stage.house, other.id, settings)).rejects.toMatchObject({ code: "not-allowed" });
    await saveServerSettings(stage.house, admin.id, settings);
    const [row] = await stage.db`select name, registration, registration_question as question, founding from instance`;
    expect(row).toEqual(settings);
  });
});
