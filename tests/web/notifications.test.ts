/** `/notifications` and how mail about it is chosen: what stands there, where it leads, and what marks it as read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN, type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let seed: Seed;
let ana: TestPerson;
let bo: TestPerson;
let welding: string;
let thread: string;
let reply: string;

beforeAll(async () => {
  site = await openSite();
  seed = seeder(site.db);
  ana = await makePerson(site.house, "ana");
  bo = await makePerson(site.house, "bo");
  welding = await seed.community("welding", "Welding", "");
  thread = await seed.thread("welding", "Thin <sheet> & warping", {
    by: "rosa@garten.example",
    at: "2026-05-01T10:00:00Z",
    html: "<p>How?</p>",
  });
  reply = await seed.reply(thread, {
    by: "rosa@garten.example",
    at: "2026-05-01T11:00:00Z",
    html: "<p>Clamp it to <strong>copper</strong>.</p>",
  });
});
afterAll(() => site?.[Symbol.asyncDispose]());

const get = (path: string, person: TestPerson | null, language = "en") =>
  site.app.request(path, { headers: { "accept-language": language, ...(person && { cookie: person.cookie }) } });
const page = async (path: string, person: TestPerson, language = "en") => (await get(path, person, language)).text();

async function tell(
  to: TestPerson,
  kind: string,
  what: { post?: string; group?: boolean; from?: string | null } = {},
): Promise<Id> {
  const id = site.house.makeId();
  const from = what.from === undefined ? (seed.people.get("rosa@garten.example") ?? null) : what.from;
  await site.db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id) values (${id}, ${to.id}, ${kind}, ${from},
    ${what.group || what.post ? welding : null}, ${what.post ? thread : null}, ${what.post ?? null})`;
  return id;
}

describe("the list", () => {
  it("leads to signing in whoever has not", async () => {
    const response = await get("/notifications", null);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/sign-in?next=%2Fnotifications");
  });

  it("says, when it is empty, what will stand there, and what to do meanwhile", async () => {
    const html = await page("/notifications", bo);
    expect(html).toContain("Nobody has answered or named you yet.");
    expect(html).toContain('<a href="/home">');
    expect(html).not.toContain("/notifications/read");
  });

  it("says each thing in words with the way to its place, escaped, and marks what is new in words", async () => {
    await tell(ana, "reply", { post: reply });
    await tell(ana, "mention", { post: thread });
    await tell(ana, "join-request", { group: true });
    await tell(ana, "welcome", { group: true, from: null });
    await tell(ana, "account-request");
    const html = await page("/notifications", ana);
    expect(html).toMatch(
      /answered in <a href="\/posts\/\d+"><bdi>Thin &lt;sheet&gt; &amp; warping<\/bdi><\/a>, which you follow/,
    );
    expect(html).toContain(`named you in <a href="/posts/${thread}">`);
    expect(html).toMatch(/asks to join <a href="\/c\/welding\/requests"><bdi>Welding<\/bdi><\/a>/);
    expect(html).toMatch(/Welcome to <a href="\/c\/welding\/welcome">/);
    expect(html).toContain('asks for <a href="/admin/people">an account here</a>');
    expect(html).toContain("Clamp it to copper.");
    expect(html.match(/<strong class="new">new<\/strong>/g)).toHaveLength(5);
    expect(html).toContain("Notices, 5 new");
    expect(html).toContain("Mark all 5 as read");
    expect(html).toContain('<meta name="robots" content="noindex">');
  });

  it("is written in the reader's language", async () => {
    const german = await page("/notifications", ana, "de");
    expect(german).toContain("Alle 5 als gelesen markieren");
    expect(german).toMatch(/hat dich erwähnt: <a/);
    expect(await page("/notifications", ana, "es")).toContain("Marcar los 5 como leídos");
  });

  it("is read by looking at it only when the button is pressed, up to what was shown", async () => {
    await page("/notifications", ana);
    const html = await page("/notifications", ana);
    expect(html).toContain("Notices, 5 new");
    const upTo = /name="up_to" value="(\d+)"/.exec(html)?.[1] ?? "";
    await tell(ana, "mention", { post: reply });
    const response = await site.app.request("/notifications/read", formOf(ORIGIN, ana, { up_to: upTo }));
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/notifications");
    expect(await page("/notifications", ana)).toContain("Notices, 1 new");
  });

  it("is read by going to the thread that it is about, by the reader themselves", async () => {
    const cleo = await makePerson(site.house, "cleo");
    await tell(cleo, "mention", { post: thread });
    await tell(cleo, "welcome", { group: true, from: null });
    await get(`/c/welding/t/${thread}`, bo);
    expect(await page("/notifications", cleo)).toContain("Notices, 2 new");
    const visit = { headers: { cookie: cleo.cookie, "accept-language": "en" } };
    expect((await site.app.request(`/c/welding/t/${thread}`, visit)).status).toBe(200);
    expect(await page("/notifications", cleo)).toContain("Notices, 1 new");
  });

  it("takes the button from our own pages only, from those who are signed in, and with sense", async () => {
    const upTo = site.house.makeId();
    const foreign = await site.app.request("/notifications/read", formOf("https://evil.example", ana, { up_to: upTo }));
    expect(foreign.status).toBe(403);
    expect((await site.app.request("/notifications/read", formOf(ORIGIN, null, { up_to: upTo }))).status).toBe(303);
    expect((await site.app.request("/notifications/read", formOf(ORIGIN, ana, { up_to: "all" }))).status).toBe(400);
    expect(await page("/notifications", ana)).toContain("Notices, 1 new");
  });

  it("never shows what others were told, nor words behind a content warning", async () => {
    const burn = await seed.reply(thread, {
      by: "rosa@garten.example",
      at: "2026-05-01T12:00:00Z",
      html: "<p>Blisters everywhere.</p>",
      warning: "burns",
    });
    await tell(bo, "mention", { post: burn });
    expect(await page("/notifications", ana)).not.toContain(burn);
    const html = await page("/notifications", bo);
    expect(html).toContain("Content warning: burns");
    expect(html).not.toContain("Blisters");
  });

  it("answers 404 to what is no place in it", async () => {
    expect((await get("/notifications?before=x", ana)).status).toBe(404);
  });
});

describe("the rhythm of mail", () => {
  const rhythm = async (person: TestPerson) =>
    (await site.db`select mail_rhythm as rhythm from accounts where actor_id = ${person.id}`)[0]?.rhythm;

  it("is shown, chosen, and said to be kept", async () => {
    const html = await page("/settings/notifications", ana);
    expect(html).toMatch(/value="daily" checked/);
    expect(html).toContain("ana@mail.example");
    expect(html).toContain('<a href="/settings/notifications" aria-current="page">');
    const response = await site.app.request("/settings/notifications", formOf(ORIGIN, ana, { rhythm: "weekly" }));
    expect(response.status).toBe(303);
    expect(await rhythm(ana)).toBe("weekly");
    const saved = await page(response.headers.get("location") ?? "", ana);
    expect(saved).toContain('role="status"');
    expect(saved).toMatch(/value="weekly" checked/);
  });

  it("stays as it is for what is no rhythm, and asks those who are not signed in to do so", async () => {
    expect((await site.app.request("/settings/notifications", formOf(ORIGIN, ana, { rhythm: "hourly" }))).status).toBe(
      400,
    );
    expect(await rhythm(ana)).toBe("weekly");
    expect((await get("/settings/notifications", null)).headers.get("location")).toContain("/sign-in");
  });

  it("says when nothing can be sent, and why", async () => {
    await site.db`update accounts set email_confirmed_at = null where actor_id = ${bo.id}`;
    expect(await page("/settings/notifications", bo)).toContain("have not confirmed the address");
    const again = () => site.app.request("/settings/notifications/confirm", formOf(ORIGIN, bo, {}));
    expect((await again()).headers.get("location")).toBe("/settings/notifications?sent");
    expect(await page("/settings/notifications?sent", bo)).toContain("The link is on its way");
    const [mail] = await site.db<{ to: string; text: string }[]>`
      select to_address as "to", text_body as text from mails where purpose = 'confirm-email' and actor_id = ${bo.id}`;
    expect(mail?.to).toBe("bo@mail.example");
    const token = /confirm-email\?token=([\w.-]+)/.exec(mail?.text ?? "")?.[1] ?? "";
    for (let i = 0; i < 4; i++) await again();
    expect((await again()).status).toBe(429);
    expect((await site.app.request("/confirm-email", formOf(ORIGIN, null, { token }))).status).toBe(200);
    expect(await page("/settings/notifications", bo)).toContain("bo@mail.example");
    await site.db`delete from sign_in_attempts`;
    expect((await again()).status).toBe(409);
    await site.db`update accounts set email = null where actor_id = ${bo.id}`;
    expect(await page("/settings/notifications", bo)).toContain("no mail address yet");
  });
});
