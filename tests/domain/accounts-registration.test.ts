/** Registering: every mode, every refusal, and that nobody learns whose mail address is known here. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import { findAccount, findAccountByName } from "../../db/queries/accounts.ts";
import { deleteAskedAccount } from "../../db/queries/registrations.ts";
import { type Settings, saveSettings } from "../../db/queries/settings.ts";
import { approveAccount, refuseAccount } from "../../src/domain/accounts/approve.ts";
import { cleanUpAccounts } from "../../src/domain/accounts/clean-up.ts";
import { confirmEmail } from "../../src/domain/accounts/confirm-email.ts";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { type Register, register } from "../../src/domain/accounts/register.ts";
import { closedBy } from "../../src/jobs/keepers.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson, plainNotice, type TestPerson } from "../support/people.ts";

let stage: TestHouse;
let admin: TestPerson;
const journal: JournalLine[] = [];

beforeAll(async () => {
  stage = await openTestHouse({ readers: [async (_tx, told) => void journal.push(...told.map(({ line }) => line))] });
  admin = await makePerson(stage.house, "keeper", { role: "administrator" });
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  journal.length = 0;
  await stage.db`delete from mails`;
});

function mode(registration: Settings["registration"], question = ""): Promise<void> {
  return saveSettings(stage.db, stage.house.origin, { name: "", registration, question, founding: "members" });
}

function applicant(username: string, more: Partial<Register> = {}): Register {
  return {
    username,
    name: username,
    email: `${username}@mail.example`,
    password: "three ordinary words",
    answer: "",
    language: "en",
    invitationId: null,
    count: () => {},
    letters: {
      confirm: async (id) => ({ subject: "Confirm", text: `link for ${id}` }),
      taken: (owner) => ({ subject: "Taken", text: `by ${owner.username}` }),
    },
    ...more,
  };
}

const mails = () => stage.db<{ to: string; purpose: string; text: string }[]>`
  select to_address as "to", purpose, text_body as text from mails order by id`;
const link = (actor: Id, email: string) => async () => ({ actor, email, changes: false });
const decision = (accountId: Id) => ({
  by: admin.id,
  accountId,
  letter: (who: { username: string }) => ({ subject: "Decided", text: who.username }),
});

async function idOf(username: string): Promise<Id> {
  const account = await findAccountByName(stage.db, username);
  if (!account) throw new Error(`${username} has no account`);
  return account.id;
}

describe("by approval", () => {
  beforeAll(() => mode("approval", "What do you repair?"));

  test("somebody asks, administrators hear of it, and approval lets them in with a mail", async () => {
    expect(await register(stage.house, applicant("ana", { answer: "Pumps." }))).toEqual({ is: "waiting" });
    const id = await idOf("ana");
    expect(journal.map(({ kind, actorId }) => [kind, actorId])).toEqual([["account.requested", id]]);
    expect(await findAccount(stage.db, id)).toMatchObject({ state: "asked", answer: "Pumps.", role: "member" });
    expect(await mails()).toEqual([{ to: "ana@mail.example", purpose: "confirm-email", text: `link for ${id}` }]);

    expect(await confirmEmail(stage.house, link(id, "ana@mail.example"), plainNotice)).toEqual({
      username: "ana",
      state: "asked",
    });
    await approveAccount(stage.house, decision(id));
    expect(await findAccount(stage.db, id)).toMatchObject({ state: "active" });
    expect(journal.at(-1)).toMatchObject({ kind: "account.approved", actorId: id });
    expect((await mails()).map(({ purpose }) => purpose)).toEqual(["confirm-email", "approved"]);
    const [audited] = await stage.db`select act, actor_id, subject_id from audit order by id desc limit 1`;
    expect(audited).toEqual({ act: "account.approved", actor_id: admin.id, subject_id: id });
  });

  test("refusing forgets them, tells them, and frees the name", async () => {
    await register(stage.house, applicant("bo", { answer: "Nothing." }));
    const id = await idOf("bo");
    await refuseAccount(stage.house, decision(id));
    expect(await findAccount(stage.db, id)).toBeNull();
    expect(await stage.db`select from actors where id = ${id}`).toHaveLength(0);
    expect((await mails()).map(({ to, purpose }) => [to, purpose])).toEqual([
      ["bo@mail.example", "confirm-email"],
      ["bo@mail.example", "refused"],
    ]);
    expect(await register(stage.house, applicant("bo", { answer: "Again." }))).toEqual({ is: "waiting" });
  });

  test("of two who decide at once, one does", async () => {
    await register(stage.house, applicant("caro", { answer: "Bikes." }));
    const id = await idOf("caro");
    const ends = await Promise.allSettled([
      approveAccount(stage.house, decision(id)),
      refuseAccount(stage.house, decision(id)),
      approveAccount(stage.house, decision(id)),
    ]);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("members decide nothing", async () => {
    await register(stage.house, applicant("dora", { answer: "Roofs." }));
    const id = await idOf("dora");
    const member = await makePerson(stage.house, "somebody_here");
    for (const decide of [approveAccount, refuseAccount])
      await expect(decide(stage.house, { ...decision(id), by: member.id })).rejects.toMatchObject({
        code: "not-allowed",
      });
    expect(await findAccount(stage.db, id)).toMatchObject({ state: "asked" });
  });

  test.each([
    ["the question is not answered", { answer: "" }, "answer-missing"],
    ["the name is not possible", { username: "Not Possible" }, "slug-invalid"],
    ["the name means something", { username: "admin" }, "slug-invalid"],
    ["the name looks like another", { username: "keeper_" }, "slug-taken"],
    ["the address is none", { email: "nobody" }, "email-invalid"],
    ["the address would end its header", { email: "a@b.example\r\nBcc: c@d.example" }, "email-invalid"],
    ["everybody has the password", { password: "password123" }, "password-weak"],
  ] satisfies [string, Partial<Register>, string][])("is refused when %s", async (_why, more, code) => {
    await expect(register(stage.house, applicant("eva", { answer: "x", ...more }))).rejects.toMatchObject({ code });
    expect(await mails()).toHaveLength(0);
  });
});

describe("open", () => {
  beforeAll(() => mode("open"));

  test("the confirmed address lets them in, and only then is anything told of them", async () => {
    expect(await register(stage.house, applicant("finn"))).toEqual({ is: "waiting" });
    const id = await idOf("finn");
    expect(journal).toEqual([]);
    expect(await findAccount(stage.db, id)).toMatchObject({ state: "asked", emailConfirmedAt: null });
    await expect(confirmEmail(stage.house, link(id, "other@mail.example"), plainNotice)).rejects.toMatchObject({
      code: "token-invalid",
    });
    expect(await confirmEmail(stage.house, link(id, "finn@mail.example"), plainNotice)).toEqual({
      username: "finn",
      state: "active",
    });
    expect(journal.map(({ kind }) => kind)).toEqual(["account.created"]);
    expect(await findAccount(stage.db, id)).toMatchObject({ state: "active" });
  });

  test("an address that is taken looks the same to whoever tries, and its owner is told", async () => {
    const first = await register(stage.house, applicant("gita"));
    await stage.db`delete from mails`;
    expect(await register(stage.house, applicant("gita_again", { email: "Gita@mail.example" }))).toEqual(first);
    expect(await findAccountByName(stage.db, "gita_again")).toBeNull();
    expect(await mails()).toEqual([{ to: "gita@mail.example", purpose: "address-taken", text: "by gita" }]);
  });

  test("a name that is taken is said whether the address is taken or not", async () => {
    for (const email of ["gita@mail.example", "new@mail.example"])
      await expect(register(stage.house, applicant("finn", { email }))).rejects.toMatchObject({ code: "slug-taken" });
    expect(await mails()).toHaveLength(0);
  });

  test("of two with one address at once one is made", async () => {
    const same = { email: "twice@mail.example" };
    const both = [applicant("hanna", same), applicant("ilse", same)].map((act) => register(stage.house, act));
    expect(await Promise.all(both)).toEqual([{ is: "waiting" }, { is: "waiting" }]);
    const made = await stage.db`select from accounts where email = 'twice@mail.example'`;
    expect(made).toHaveLength(1);
    expect((await mails()).map(({ purpose }) => purpose).sort()).toEqual(["address-taken", "confirm-email"]);
  });

  test("whose link has expired may register anew with the same name and address, and nobody else's is taken away", async () => {
    await register(stage.house, applicant("jana"));
    await expect(register(stage.house, applicant("jana"))).rejects.toMatchObject({ code: "slug-taken" });
    const first = await idOf("jana");
    await stage.db`update accounts set created_at = now() - interval '49 hours' where actor_id = ${first}`;
    expect(await register(stage.house, applicant("jana"))).toEqual({ is: "waiting" });
    const second = await idOf("jana");
    expect(second).not.toBe(first);
    await confirmEmail(stage.house, link(second, "jana@mail.example"), plainNotice);
    await stage.db`update accounts set created_at = now() - interval '49 hours' where actor_id = ${second}`;
    await expect(register(stage.house, applicant("jana"))).rejects.toMatchObject({ code: "slug-taken" });
  });

  test("an address that somebody here claimed and never confirmed is not theirs for ever", async () => {
    const squatter = await makePerson(stage.house, "squatter", { email: "lea@mail.example" });
    await stage.db`update accounts set email_confirmed_at = null where actor_id = ${squatter.id}`;
    await register(stage.house, applicant("lea"));
    expect(await findAccountByName(stage.db, "lea")).toBeNull();
    // Whoever still waits for approval keeps an address no longer than others do.
    for (const state of ["active", "asked"]) {
      await stage.db`
        update accounts set created_at = now() - interval '49 hours', state = ${state}, approved_at = null, email = 'lea@mail.example'
        where actor_id = ${squatter.id}`;
      await register(stage.house, applicant("lea"));
      expect(await findAccountByName(stage.db, "lea")).toMatchObject({ email: "lea@mail.example" });
      expect(await findAccountByName(stage.db, "squatter")).toMatchObject({ email: null, state });
      await deleteAskedAccount(stage.db, await idOf("lea"));
    }
  });

  test("whoever has an address is told once a day that others try it", async () => {
    await makePerson(stage.house, "nora");
    await stage.db`delete from mails`;
    for (let n = 0; n < 3; n++) await register(stage.house, applicant(`nora_${n}x`, { email: "nora@mail.example" }));
    expect(await mails()).toHaveLength(1);
  });

  test("whoever registers too often is stopped before the work", async () => {
    const count = () => {
      throw new Error("too often");
    };
    await expect(register(stage.house, applicant("jo", { count }))).rejects.toThrow("too often");
    expect(await findAccountByName(stage.db, "jo")).toBeNull();
  });
});

describe("closed doors", () => {
  test("by invitation nobody comes in without one", async () => {
    await mode("invitation");
    await expect(register(stage.house, applicant("kim"))).rejects.toMatchObject({ code: "registration-closed" });
  });

  test("closed, an invitation does not help either", async () => {
    await mode("closed");
    const invitation = { groupId: null, role: "member" as const, uses: 1, days: 1, note: "" };
    const invitationId = await createInvitation(stage.house, admin.id, invitation);
    for (const id of [null, invitationId])
      await expect(register(stage.house, applicant("lea", { invitationId: id }))).rejects.toMatchObject({
        code: "registration-closed",
      });
  });
});

describe("every night", () => {
  test("who never confirmed is forgotten after a week, who still waits for approval is not", async () => {
    await mode("open");
    await register(stage.house, applicant("mona"));
    await register(stage.house, applicant("nils"));
    await mode("approval");
    await register(stage.house, applicant("olga"));
    const old = ["mona", "olga"];
    await stage.db`update accounts set created_at = now() - interval '8 days'
      where actor_id in (select id from actors where username = any(${old}))`;
    await stage.db`insert into mails (id, to_address, purpose, subject, text_body, created_at)
      values (1, 'x@mail.example', 'x', 'x', 'x', now() - interval '31 days')`;
    expect(await cleanUpAccounts(stage.house, closedBy(stage.house.origin))).toEqual({
      unconfirmed: 1,
      mails: 1,
      registrationClosed: false,
    });
    expect(await findAccountByName(stage.db, "mona")).toBeNull();
    for (const kept of ["nils", "olga"]) expect(await findAccountByName(stage.db, kept)).not.toBeNull();
  });

  test("a door that no administrator watches for a week is not open any more, and it is written down", async () => {
    await mode("open");
    expect((await cleanUpAccounts(stage.house, closedBy(stage.house.origin))).registrationClosed).toBe(false);
    await stage.db`update accounts set email = 'keeper@mail.example', email_confirmed_at = now() where actor_id = ${admin.id}`;
    await stage.db`update accounts set created_at = now() - interval '60 days', seen_at = now() - interval '8 days' where role <> 'member'`;
    expect((await cleanUpAccounts(stage.house, closedBy(stage.house.origin))).registrationClosed).toBe(true);
    expect(await stage.db`select registration from instance`).toEqual([{ registration: "approval" }]);
    const mails =
      await stage.db`select to_address, subject, text_body from mails where purpose = 'registration-closed'`;
    expect(mails).toEqual([
      {
        to_address: "keeper@mail.example",
        subject: "commons.example takes new people on request only",
        text_body: expect.stringMatching(/for 7 days[\s\S]*\nhttps:\/\/commons\.example\/admin\n$/),
      },
    ]);
    const [audited] = await stage.db`select act, actor_id from audit order by id desc limit 1`;
    expect(audited).toEqual({ act: "registration.closed-itself", actor_id: null });
    expect((await cleanUpAccounts(stage.house, closedBy(stage.house.origin))).registrationClosed).toBe(false);
  });
});
