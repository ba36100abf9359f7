/** Looking after the server on the site: every page and every act by every role, and what each act does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { createAccount } from "../../src/domain/accounts/create.ts";
import { createInvitation } from "../../src/domain/accounts/invite.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { writeMail } from "../../src/domain/mails/write.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
const people = {} as Record<"owner" | "administrator" | "careless" | "member", TestPerson>;
let groupId: Id;

beforeAll(async () => {
  site = await openSite();
  const { house } = site;
  people.owner = await makePerson(house, "olga", { role: "owner", secondFactor: true });
  people.administrator = await makePerson(house, "adam", { role: "administrator", secondFactor: true });
  people.careless = await makePerson(house, "carl", { role: "owner" });
  people.member = await makePerson(house, "mira", { secondFactor: true });
  groupId = (await createCommunity(house, { slug: "welding", name: "Welding", summary: "" })).id;
});
afterAll(() => site?.[Symbol.asyncDispose]());

const get = (path: string, person: TestPerson | null) =>
  site.app.request(path, { headers: person ? { cookie: person.cookie } : {} });
const post = (path: string, person: TestPerson | null, fields: Record<string, string> = {}) =>
  site.app.request(path, formOf(ORIGIN, person, fields));
const read = async (path: string, person: TestPerson) => (await get(path, person)).text();

let asked = 0;
const ask = (answer = "Pumps") =>
  createAccount(site.house, "anyone", {
    username: `asker${++asked}x`,
    name: "Asker",
    role: "member",
    state: "asked",
    email: `asker${asked}@mail.example`,
    emailConfirmed: false,
    passwordHash: null,
    answer,
  });
async function mailRow(state: "failed" | "waiting" = "failed"): Promise<string> {
  const text = "Follow <https> https://commons.example/reset?token=abc&x=1\n";
  await writeMail(site.db, site.house, {
    to: "ana@mail.example",
    actorId: null,
    purpose: "x",
    subject: "Reset <b>",
    text,
  });
  const [row] = await site.db<{ id: string }[]>`select id from mails order by id desc limit 1`;
  if (state === "failed")
    await site.db`update mails set failed_at = now(), last_error = '550 <no>' where id = ${row?.id ?? ""}`;
  return row?.id ?? "";
}
const invitation = () =>
  createInvitation(site.house, people.owner.id, { groupId: null, role: "member", uses: 1, days: 7, note: "" });

describe("who may", () => {
  /** For each page and act: the statuses for owner, administrator, owner without second factor, member, and nobody (303 leads to signing in). */
  const settings = { name: "", registration: "approval", question: "", founding: "members" };
  const staff = [403, 403, 303];
  it.each([
    ["see the settings", async (who) => get("/admin", who), [200, 200, ...staff]],
    ["see people", async (who) => get("/admin/people", who), [200, 200, ...staff]],
    ["see one", async (who) => get("/admin/people/mira", who), [200, 200, ...staff]],
    ["see invitations", async (who) => get("/admin/invitations", who), [200, 200, ...staff]],
    ["see what was done", async (who) => get("/admin/audit", who), [200, 200, ...staff]],
    ["see mail", async (who) => get("/admin/mail", who), [200, 403, ...staff]],
    ["read a mail", async (who) => get(`/admin/mail/${await mailRow()}`, who), [200, 403, ...staff]],
    ["have one tried again", async (who) => post(`/admin/mail/${await mailRow()}/again`, who), [303, 403, ...staff]],
    ["save settings", async (who) => post("/admin", who, settings), [303, 303, ...staff]],
    ["approve", async (who) => post(`/admin/people/${await ask()}/approve`, who), [303, 303, ...staff]],
    ["refuse", async (who) => post(`/admin/people/${await ask()}/refuse`, who), [303, 303, ...staff]],
    ["invite", async (who) => post("/admin/invitations", who, { uses: "2", days: "7" }), [303, 303, ...staff]],
    ["revoke", async (who) => post(`/admin/invitations/${await invitation()}/revoke`, who), [303, 303, ...staff]],
    ["suspend a member", async (who) => post(`/admin/people/${await victim()}/suspend`, who), [303, 303, ...staff]],
    [
      "suspend an administrator",
      async (who) => post(`/admin/people/${await victim("administrator")}/suspend`, who),
      [303, 403, ...staff],
    ],
    [
      "restore",
      async (who) => post(`/admin/people/${await victim("member", "suspended")}/restore`, who),
      [303, 303, ...staff],
    ],
    [
      "promote",
      async (who) => post(`/admin/people/${await victim()}/role`, who, { role: "administrator" }),
      [303, 403, ...staff],
    ],
  ] satisfies [string, (who: TestPerson | null) => Promise<Response>, number[]][])(
    "%s",
    async (what, act, expected) => {
      const statuses: number[] = [];
      for (const who of [people.owner, people.administrator, people.careless, people.member, null]) {
        const response = await act(who);
        if (who === null) expect(response.headers.get("location"), what).toContain("/sign-in");
        if (response.status === 200) expect(response.headers.get("cache-control"), what).toBe("no-store");
        statuses.push(response.status);
      }
      expect(statuses).toEqual(expected);
    },
  );

  let victims = 0;
  async function victim(role: "member" | "administrator" = "member", state = "active"): Promise<string> {
    const { id, username } = await makePerson(site.house, `victim${++victims}x`, { role });
    await site.db`update accounts set state = ${state} where actor_id = ${id}`;
    return username;
  }
});

describe("requests", () => {
  it("are shown with their answer as text, and go one way or the other with a mail", async () => {
    const id = await ask("<script>alert(1)</script>");
    const page = await read("/admin/people", people.administrator);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("address not confirmed yet");
    const done = await post(`/admin/people/${id}/approve`, people.administrator);
    const location = done.headers.get("location") ?? "";
    expect(location).toMatch(/done=approved&name=asker\d+x$/);
    expect(await read(location, people.administrator)).toContain("is in, and gets a mail");
    const [mail] = await site.db`select subject, text_body from mails where actor_id = ${id}`;
    expect(mail?.subject).toContain("You are in");
    expect(mail?.text_body).toContain(`${ORIGIN}/sign-in`);
    expect((await post(`/admin/people/${id}/approve`, people.administrator)).status).toBe(409);
  });
});

describe("people", () => {
  it("are found by a part of their name, and listed in pages", async () => {
    for (let n = 0; n < 60; n++) await makePerson(site.house, `crowd_${n}`);
    const found = await read("/admin/people?search=MIRA", people.administrator);
    expect(found).toContain("@mira");
    expect(found).not.toContain("@crowd_1<");
    expect(await read("/admin/people?search=%25", people.administrator)).toContain("Nobody of that name");
    const first = await read("/admin/people", people.administrator);
    const next = /href="(\/admin\/people\?before=\d+)"/.exec(first)?.[1] ?? "";
    const second = await read(next, people.administrator);
    const names = (page: string) => [...page.matchAll(/href="\/admin\/people\/(\w+)"/g)].map(([, name]) => name);
    expect(names(first)).toHaveLength(50);
    const both = [...names(first), ...names(second)];
    expect(new Set(both).size).toBe(both.length);
  });

  it("show only what may be decided, and the last owner stays", async () => {
    expect(await read("/admin/people/olga", people.administrator)).not.toContain('<form class="form"');
    expect(await read("/admin/people/mira", people.administrator)).not.toContain('name="role"');
    expect(await read("/admin/people/mira", people.owner)).toContain('name="role"');
    await post("/admin/people/carl/role", people.owner, { role: "member" });
    const last = await post("/admin/people/olga/role", people.owner, { role: "member" });
    expect(last.status).toBe(409);
    expect(await last.text()).toContain("A server needs an owner");
  });

  it("who is suspended is signed out at once", async () => {
    const person = await makePerson(site.house, "noisy");
    expect((await get("/admin", person)).status).toBe(403);
    await post("/admin/people/noisy/suspend", people.administrator);
    expect((await get("/admin", person)).status).toBe(303);
  });
});

describe("invitations", () => {
  it("are made with a link that works, and shown again when something is wrong", async () => {
    const wrong = await post("/admin/invitations", people.administrator, {
      uses: "0",
      days: "7",
      note: "For <friends>",
    });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain("For &lt;friends&gt;");
    const fields = { uses: "3", days: "7", note: "For welders", group: groupId, role: "member" };
    expect((await post("/admin/invitations", people.administrator, fields)).status).toBe(303);
    const page = await read("/admin/invitations", people.administrator);
    expect(page).toContain("For welders");
    const link = /commons\.example(\/join\?invitation=[\w.-]+)/.exec(page)?.[1] ?? "";
    expect(await (await get(link, null)).text()).toContain("Join Welding");
    const above = await post("/admin/invitations", people.administrator, { ...fields, role: "facilitator" });
    expect(above.status).toBe(403);
  });

  it("to a role show their link to who made them only, and may be revoked by others all the same", async () => {
    const lead = await makePerson(site.house, "lead");
    const followUri = "https://x.example/l";
    const facilitates = { groupId, actorId: lead.id, state: "accepted", followUri, role: "facilitator" } as const;
    await upsertMembership(site.db, facilitates);
    const id = await createInvitation(site.house, lead.id, {
      groupId,
      role: "facilitator",
      uses: 1,
      days: 7,
      note: "To lead with me",
    });
    const page = await read("/admin/invitations", people.administrator);
    const item = page.slice(page.indexOf("To lead with me")).split("</li>")[0];
    expect(item).not.toContain("/join?invitation=");
    expect(item).toContain(`/admin/invitations/${id}/revoke`);
  });
});

describe("mail", () => {
  it("is shown escaped, with links to click, and reading it is written down", async () => {
    const id = await mailRow("waiting");
    const list = await read("/admin/mail", people.owner);
    expect(list).toContain("Reset &lt;b&gt;");
    expect(list).not.toContain("token=abc");
    const page = await read(`/admin/mail/${id}`, people.owner);
    expect(page).toContain('<a href="https://commons.example/reset?token=abc&amp;x=1"');
    expect(page).toContain("&lt;https&gt;");
    expect(await site.db`select from audit where act = 'mail.read' and data->>'mail' = ${id}`).toHaveLength(1);
    expect((await get("/admin/mail/1", people.owner)).status).toBe(404);
  });
});

describe("what was done", () => {
  it("names who did it and upon whom, in words", async () => {
    await makePerson(site.house, "seen");
    await post("/admin/people/seen/suspend", people.administrator);
    const page = await read("/admin/audit", people.administrator);
    expect(page).toMatch(/<bdi>@adam<\/bdi> suspended somebody \(<bdi>@seen<\/bdi>\)/);
  });

  it("has words in every language for every act this part does", async () => {
    const { LANGUAGES } = await import("../../src/words/index.ts");
    const acts = (await site.db<{ act: string }[]>`select distinct act from audit`).map(({ act }) => act);
    for (const { tag, words } of LANGUAGES)
      for (const act of acts) expect(words.admin.acts[act], `${tag} ${act}`).toBeTypeOf("string");
  });
});

it("the settings say that registration closed itself, until somebody has decided about it", async () => {
  const { owner } = people;
  await site.db`insert into audit (id, act) values (${site.house.makeId()}, 'registration.closed-itself')`;
  expect(await read("/admin", owner)).toContain("none of you signed in for a week");
  const saved = await post("/admin", owner, { name: "", registration: "approval", question: "", founding: "members" });
  expect(saved.status).toBe(303);
  expect(await read("/admin", owner)).not.toContain("none of you signed in for a week");
});
