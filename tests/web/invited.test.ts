/** Inviting somebody of this server into a community by name: how they are told, how they answer, and what nobody is told. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { shutAccount } from "../../db/queries/closing.ts";
import { readNotifications } from "../../db/views/notifications.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { logger } from "../../src/base/log.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { MOST_A_DAY } from "../../src/domain/members/invite.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { blockPerson, unblock } from "../../src/domain/people/block.ts";
import { mailDigests } from "../../src/jobs/digests.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let fay: TestPerson;
let ana: TestPerson;
let groupId: Id;
let number = 0;

beforeAll(async () => {
  site = await openSite();
  (site.house.readers as unknown[]).push(openNotifier(site.house.makeId));
  fay = await makePerson(site.house, "fay");
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding & <iron>", summary: "" })).id;
  await belongs(fay, "facilitator");
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await site.db`delete from invited`;
  ana = await makePerson(site.house, `ana${++number}`);
});

const belongs = (person: TestPerson, role: string) =>
  site.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${groupId}, ${person.id}, 'accepted', ${role}, ${`urn:${person.id}`}, now())`;
async function send(path: string, person: TestPerson | null, fields: Record<string, string> = {}) {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  return { status: response.status, to: response.headers.get("location"), text: await response.text() };
}
const page = async (path: string, person: TestPerson) =>
  (await site.app.request(path, { headers: { cookie: person.cookie } })).text();
const invite = (name: string, by = fay) => send("/c/welding/members/invite-by-name", by, { name });
const withdraw = (who: TestPerson, by = fay) => send("/c/welding/members/withdraw", by, { member: who.id });
const answer = (who: TestPerson, said: string) => send("/c/welding/invitation", who, { answer: said });
const notices = async (who: TestPerson) =>
  (await readNotifications(site.db, who.id, undefined))?.notifications.filter(({ kind }) => kind === "invitation") ??
  [];
const belonging = async ({ id }: TestPerson) =>
  (
    await site.db<{ state: string }[]>`select state from memberships where group_id = ${groupId} and actor_id = ${id}`
  )[0]?.state ?? null;
const INVITED = { status: 303, to: "/c/welding/members?done=invited" };

describe("an invitation by name", () => {
  it("is told, with who invites and whereto; one click accepts it where people join by invitation alone", async () => {
    await site.db`update communities set joining = 'invitation'`;
    expect(await invite(`@${ana.username.toUpperCase()}@commons.example`)).toMatchObject(INVITED);
    expect(await page("/c/welding/members?done=invited", fay)).toContain("Invited. They are being told.");
    const html = await page("/notifications", ana);
    expect(html).toMatch(
      /<bdi>Fay<\/bdi><\/span> invites you to <a href="\/c\/welding"><bdi>Welding &amp; &lt;iron&gt;/,
    );
    expect(html).toContain("Notices, 1 new");
    const home = await page("/c/welding", ana);
    expect(home).toContain("invites you to join this community");
    expect(await answer(ana, "accept")).toMatchObject({ status: 303, to: "/c/welding/welcome" });
    expect(await belonging(ana)).toBe("accepted");
    expect((await notices(ana)).map(({ read }) => read)).toEqual([true]);
    expect(await page("/c/welding", ana)).not.toContain("invites you to join");
    expect(await page("/c/welding/members", fay)).not.toContain("Take the invitation back");
    expect(await answer(ana, "accept")).toMatchObject({ status: 303, to: "/c/welding" });
  });

  it("lets somebody in who has asked and waits", async () => {
    await site.db`update communities set joining = 'request'`;
    await send("/c/welding/join", ana);
    expect(await belonging(ana)).toBe("pending");
    await invite(ana.username);
    await answer(ana, "accept");
    expect(await belonging(ana)).toBe("accepted");
  });

  it("comes by mail, and on the pages that are open", async () => {
    await site.db`update accounts set mail_rhythm = 'at-once' where actor_id = ${ana.id}`;
    const news = Promise.withResolvers<ReadonlySet<string>>();
    const deaf = site.live.hear((heard) => {
      if (heard?.actors.has(ana.id)) news.resolve(heard.actors);
    });
    await invite(ana.username);
    await news.promise;
    deaf();
    await mailDigests(site.house, openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN }), logger("jobs"));
    const [mail] = await site.db<{ text: string }[]>`select text_body as text from mails where actor_id = ${ana.id}`;
    expect(mail?.text).toContain(`* Fay invites you to Welding & <iron>\n  ${ORIGIN}/c/welding\n`);
  });

  it("is declined with one click, and whoever declined is let alone for a month", async () => {
    await invite(ana.username);
    expect(await answer(ana, "decline")).toMatchObject({ status: 303, to: "/c/welding" });
    expect(await page("/c/welding", ana)).not.toContain("invites you");
    expect(await belonging(ana)).toBeNull();
    expect((await notices(ana)).map(({ read }) => read)).toEqual([true]);
    expect(await page("/c/welding/members", fay)).toContain("has declined");
    expect((await answer(ana, "accept")).status).toBe(410);
    expect((await invite(ana.username)).status).toBe(409);
    await site.db`update invited set declined_at = now() - interval '31 days'`;
    expect(await invite(ana.username)).toMatchObject(INVITED);
  });

  it("is one for each person and community, whoever facilitates", async () => {
    const gil = await makePerson(site.house, `gil${number}`);
    await belongs(gil, "facilitator");
    await invite(ana.username);
    expect((await invite(ana.username, gil)).status).toBe(409);
    expect(await notices(ana)).toHaveLength(1);
    expect((await invite(fay.username, gil)).status).toBe(409);
  });

  it("is taken back with all that was told of it; made anew the same day, it is the same line once more", async () => {
    await invite(ana.username);
    expect(await page("/c/welding/members", fay)).toContain("Take the invitation back");
    expect((await withdraw(ana)).to).toBe("/c/welding/members?done");
    expect(await notices(ana)).toEqual([]);
    expect(await page("/notifications", ana)).toContain(">Notices</a>");
    expect((await answer(ana, "accept")).status).toBe(410);
    expect((await withdraw(ana)).status).toBe(409);
    expect(await invite(ana.username)).toMatchObject(INVITED);
    expect((await notices(ana)).map(({ read }) => read)).toEqual([false]);
    expect(await site.db`select from notifications where actor_id = ${ana.id}`).toHaveLength(1);
  });

  it("is void once they have joined by another way, also after they left again", async () => {
    await site.db`update communities set joining = 'open'`;
    await invite(ana.username);
    await send("/c/welding/join", ana);
    expect((await notices(ana)).map(({ read }) => read)).toEqual([true]);
    await send("/c/welding/leave", ana);
    expect((await answer(ana, "accept")).status).toBe(410);
  });

  it("reaches nobody who blocks the one who invites, who is answered as ever and sees the same", async () => {
    await blockPerson(site.house, ana.id, fay.id);
    expect(await invite(ana.username)).toMatchObject(INVITED);
    const list = await page("/c/welding/members", fay);
    expect(list).toContain(`href="/u/${ana.username}"`);
    expect(list).toContain("Take the invitation back");
    expect(await site.db`select from notifications where actor_id = ${ana.id}`).toHaveLength(0);
    expect(await page("/c/welding", ana)).not.toContain("invites you");
    expect((await answer(ana, "accept")).status).toBe(410);
    await unblock(site.house, ana.id, { id: fay.id });
    expect(await page("/c/welding", ana)).toContain("invites you");
  });

  it("counts no more once whoever made it is no facilitator, or was suspended", async () => {
    const gil = await makePerson(site.house, `gil${number}`);
    await belongs(gil, "facilitator");
    await invite(ana.username, gil);
    await site.db`update accounts set state = 'suspended' where actor_id = ${gil.id}`;
    expect(await page("/c/welding", ana)).not.toContain("invites you");
    expect((await answer(ana, "accept")).status).toBe(410);
    await site.db`update accounts set state = 'active' where actor_id = ${gil.id}`;
    await site.db`update memberships set role = 'steward' where actor_id = ${gil.id}`;
    expect((await answer(ana, "accept")).status).toBe(410);
    expect(await belonging(ana)).toBeNull();
  });

  it("is made by those whom the policy names, to people who are here, and not too often", async () => {
    const stan = await makePerson(site.house, `stan${number}`);
    await belongs(stan, "steward");
    expect((await invite(ana.username, stan)).status).toBe(403);
    expect((await withdraw(ana, stan)).status).toBe(403);
    expect(await page("/c/welding/members", stan)).not.toContain("invite-by-name");
    expect((await invite(ana.username, ana)).status).toBe(403);
    expect((await send("/c/welding/invitation", null, { answer: "accept" })).to).toMatch(/^\/sign-in/);
    for (const nobody of ["nobody", "", "ana@elsewhere.example", "a b", "<b>", "@"]) {
      const refused = await invite(nobody);
      expect(refused.status).toBe(422);
      expect(refused.text).toContain("Nobody on this server has that name.");
    }
    expect((await invite("<b>")).text).toContain('value="&lt;b&gt;"');
    await site.db`update accounts set state = 'suspended' where actor_id = ${ana.id}`;
    expect((await invite(ana.username)).status).toBe(422);

    const others = await site.db<{ id: Id }[]>`
      select actor_id as id from accounts where actor_id <> ${fay.id} and actor_id <> ${stan.id} limit ${MOST_A_DAY}`;
    for (let i = others.length; i < MOST_A_DAY; i++) others.push({ id: (await makePerson(site.house, `many${i}`)).id });
    for (const { id } of others)
      await site.db`insert into invited (group_id, actor_id, invited_by) values (${groupId}, ${id}, ${fay.id})`;
    expect((await invite(stan.username)).status).toBe(429);
    await site.db`update invited set invited_at = now() - interval '25 hours'`;
    expect((await invite((await makePerson(site.house, "late")).username)).status).toBe(303);
  });

  it("goes with the account that is closed", async () => {
    await invite(ana.username);
    await site.db.begin((tx) => shutAccount(tx, ana.id));
    expect(await site.db`select from invited`).toHaveLength(0);
  });
});
