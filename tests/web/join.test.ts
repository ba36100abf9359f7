/** Becoming a member on the site: each way in, as a page and as a form, without script. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { type Settings, saveSettings } from "../../db/queries/settings.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { createInvitation, revokeInvitation } from "../../src/domain/accounts/invite.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { web } from "../../src/web/index.ts";
import { invitationLink } from "../../src/web/invitation-link.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

let site: TestSite;
let admin: TestPerson;
let groupId: Id;
/** On the same database, where no sign-ups were counted yet. */
let app: TestSite["app"];
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });

beforeAll(async () => {
  site = await openSite();
  admin = await makePerson(site.house, "keeper", { role: "administrator" });
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "Joining metal." })).id;
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  app = web(testSite(site.db, { house: site.house }));
  await site.db`delete from mails`;
  await site.db`delete from sign_in_attempts`;
});

const mode = (registration: Settings["registration"], question = "") =>
  saveSettings(site.db, ORIGIN, { name: "The Commons", registration, question, founding: "members" });

const fields = (username: string, more: Record<string, string> = {}) => ({
  username,
  name: "Ana",
  email: `${username}@mail.example`,
  password: "three ordinary words",
  ...more,
});
const post = (body: Record<string, string>, person: TestPerson | null = null) =>
  app.request("/join", formOf(ORIGIN, person, body));

async function get(path: string, person?: TestPerson, language = "en") {
  const headers = { "accept-language": language, ...(person && { cookie: person.cookie }) };
  const response = await app.request(path, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function mailTo(address: string): Promise<string> {
  const [mail] = await site.db<{ text: string }[]>`
    select subject || E'\n' || text_body as text from mails where to_address = ${address} order by id desc limit 1`;
  return mail?.text ?? "";
}
const tokenIn = (text: string) => /confirm-email\?token=([\w.-]+)/.exec(text)?.[1] ?? "";

async function invite(more: Partial<Parameters<typeof createInvitation>[2]> = {}, by = admin) {
  const id = await createInvitation(site.house, by.id, {
    groupId,
    role: "member",
    uses: 1,
    days: 7,
    note: "",
    ...more,
  });
  const link = await invitationLink({ tokens, origin: ORIGIN }, { id, expiresAt: Date.now() + 7 * 86_400_000 });
  return { id, token: link.slice(link.indexOf("=") + 1), path: link.slice(ORIGIN.length) };
}

describe("a way in", () => {
  it("says plainly that there is none", async () => {
    await mode("closed");
    const closed = await get("/join");
    expect(closed.text).toContain("takes no new members now");
    expect(closed.text).not.toContain('name="password"');
    await mode("invitation");
    const invited = await get("/join");
    expect(invited.text).toContain("come by invitation");
    expect(invited.text).not.toContain('name="password"');
    expect((await post(fields("ana"))).status).toBe(403);
  });

  it("by approval asks the question and keeps what was typed when it is refused", async () => {
    await mode("approval", "What do you repair?");
    const page = await get("/join");
    expect(page.text).toContain("What do you repair?");
    expect(page.text).toContain("Ask to join");
    const refused = await post(fields("ana", { password: "short", answer: "Pumps & valves" }));
    expect(refused.status).toBe(422);
    const again = await refused.text();
    expect(again).toContain('value="ana@mail.example"');
    expect(again).toContain("Pumps &amp; valves");
    expect(again).not.toContain('short"');
    expect((await post(fields("ana", { answer: "" }))).status).toBe(422);
    const taken = await post(fields("keeper", { answer: "x" }));
    expect(taken.status).toBe(409);
    expect(await taken.text()).toContain("This name is taken");
    const done = await post(fields("ana", { answer: "Pumps" }));
    expect(done.status).toBe(303);
    expect(done.headers.get("location")).toBe("/join/sent");
    expect(done.headers.get("set-cookie")).toBeNull();
    expect((await get("/join/sent")).text).toContain("once they have decided");
  });

  it("open leads through a mail whose link asks before it does anything, and works once", async () => {
    await mode("open");
    expect((await post(fields("bo"))).status).toBe(303);
    const mail = await mailTo("bo@mail.example");
    expect(mail).toContain("Confirm your address for The Commons");
    const token = tokenIn(mail);
    for (let looks = 0; looks < 2; looks++)
      expect((await get(`/confirm-email?token=${token}`)).text).toContain("bo@mail.example");
    expect(await site.db`select from accounts where email = 'bo@mail.example' and state = 'asked'`).toHaveLength(1);
    const confirmed = await app.request("/confirm-email", formOf(ORIGIN, null, { token }));
    expect(confirmed.status).toBe(200);
    expect(await confirmed.text()).toContain("you are in");
    expect(await site.db`select from accounts where email = 'bo@mail.example' and state = 'active'`).toHaveLength(1);
    expect((await app.request("/confirm-email", formOf(ORIGIN, null, { token }))).status).toBe(410);
    expect((await get("/confirm-email?token=nonsense")).status).toBe(410);
  });

  it("carries no words of whoever types somebody's address to them", async () => {
    await mode("open");
    await post(fields("spammer", { name: "Cheap pills: https://pills.example", email: "victim@mail.example" }));
    const mail = await mailTo("victim@mail.example");
    expect(mail).toContain("Hello spammer,");
    expect(mail).not.toContain("pills");
  });

  it("answers the same whether a mail address is known here or not", async () => {
    await mode("open");
    const known = await post(fields("carla", { email: "keeper@mail.example" }));
    const unknown = await post(fields("carlo"));
    const answer = (response: Response) => [
      response.status,
      response.headers.get("location"),
      response.headers.get("set-cookie"),
    ];
    expect(answer(known)).toEqual(answer(unknown));
    expect(await mailTo("keeper@mail.example")).toContain("@keeper");
    expect(await mailTo("keeper@mail.example")).not.toContain("confirm-email");
  });

  it("takes nothing from a program that fills in whatever there is, and says nothing of it", async () => {
    await mode("open");
    const answer = await post(fields("robot", { website: "https://spam.example" }));
    expect(answer.headers.get("location")).toBe("/join/sent");
    expect(await site.db`select from actors where username = 'robot'`).toHaveLength(0);
  });

  it("is open to five from one network in half an hour, whatever they mistyped before", async () => {
    await mode("open");
    for (let n = 0; n < 8; n++) expect((await post(fields("dana", { password: "short" }))).status).toBe(422);
    const ends: number[] = [];
    for (let n = 0; n < 5; n++) ends.push((await post(fields(`dana${n}x`))).status);
    expect(ends).toEqual([303, 303, 303, 303, 303]);
    const sixth = await post(fields("dana6x"));
    expect(sixth.status).toBe(429);
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(1_000);
  });

  it("is not opened by another site's form", async () => {
    await mode("open");
    expect((await app.request("/join", formOf("https://evil.example", null, fields("eve")))).status).toBe(403);
  });

  it("speaks German and Spanish, in mails as well", async () => {
    await mode("open");
    expect((await get("/join", undefined, "de")).text).toContain("Bei The Commons mitmachen");
    expect((await get("/join", undefined, "es")).text).toContain("Únete a The Commons");
    const init = formOf(ORIGIN, null, fields("dieter"));
    await app.request("/join", {
      ...init,
      headers: { ...(init.headers as Record<string, string>), "accept-language": "de" },
    });
    expect(await mailTo("dieter@mail.example")).toContain("Bestätige deine Adresse");
  });
});

describe("an invitation", () => {
  it("brings somebody new in at once, signed in, as a member of its community, also where others must ask", async () => {
    await mode("invitation");
    const { path, token, id } = await invite();
    const page = await get(path);
    expect(page.text).toContain("Join Welding");
    expect(page.headers.get("cache-control")).toContain("no-store");
    const done = await post(fields("gina", { invitation: token }));
    expect(done.status).toBe(303);
    expect(done.headers.get("location")).toBe("/c/welding/welcome");
    expect(done.headers.get("set-cookie")).toContain("HttpOnly");
    expect(
      await site.db`select from memberships m join actors a on a.id = m.actor_id
      where a.username = 'gina' and m.group_id = ${groupId} and m.state = 'accepted'`,
    ).toHaveLength(1);
    expect((await get(path)).status).toBe(410);
    expect((await post(fields("gina_two", { invitation: token }))).status).toBe(410);
    expect(await site.db`select uses_left from invitations where id = ${id}`).toEqual([{ uses_left: 0 }]);
  });

  it("takes somebody who is signed in into the community with one button", async () => {
    await mode("closed");
    const person = await makePerson(site.house, "hugo");
    const { path, token } = await invite();
    const page = await get(path, person);
    expect(page.text).toContain("Join Welding");
    expect(page.text).not.toContain('name="password"');
    expect((await post({ invitation: token }, person)).headers.get("location")).toBe("/c/welding/welcome");
    expect(await site.db`select from memberships where actor_id = ${person.id}`).toHaveLength(1);
  });

  it("that ended says how", async () => {
    await mode("open");
    const revoked = await invite();
    await revokeInvitation(site.house, admin.id, revoked.id);
    expect(await get(revoked.path)).toMatchObject({ status: 410, text: expect.stringContaining("taken back") });
    const expired = await invite();
    await site.db`update invitations set expires_at = now() where id = ${expired.id}`;
    expect(await get(expired.path)).toMatchObject({ status: 410, text: expect.stringContaining("has expired") });
    const old = await tokens.sign("invitation", { invitation: expired.id }, -60);
    expect((await get(`/join?invitation=${old}`)).text).toContain("has expired");
    expect((await get("/join?invitation=nonsense")).text).toContain("not an invitation");
    const other = await tokens.sign("unsubscribe", { actor: admin.id }, 60);
    expect((await get(`/join?invitation=${other}`)).status).toBe(410);
  });

  it("of a closed server lets nobody register", async () => {
    await mode("closed");
    const { path, token } = await invite();
    expect((await get(path)).text).toContain("takes no new members now");
    expect((await post(fields("ivan", { invitation: token }))).status).toBe(403);
  });
});

describe("about", () => {
  it("says who runs the server and how to become a member", async () => {
    await mode("approval");
    await makePerson(site.house, "olga", { role: "owner" });
    const { text } = await get("/about");
    expect(text).toContain('<a href="/u/olga"><bdi>Olga</bdi></a>');
    expect(text).toContain('<a href="/u/keeper"><bdi>Keeper</bdi></a>');
    expect(text).toContain("somebody who looks after the server reads every request");
    await mode("closed");
    expect((await get("/about", undefined, "de")).text).toContain("Zurzeit werden keine neuen Mitglieder aufgenommen.");
  });
});
