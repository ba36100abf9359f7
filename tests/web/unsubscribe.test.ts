/** Ending mails from a mail: by a mail program (RFC 8058), by hand, with links that are no good, and once more. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openTokens } from "../../src/auth/tokens.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let ana: TestPerson;
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN });

beforeAll(async () => {
  site = await openSite();
  ana = await makePerson(site.house, "ana");
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(() => site.db`update accounts set mail_rhythm = 'daily'`);

const address = async (seconds = 3_600) =>
  `/unsubscribe?token=${await tokens.sign("unsubscribe", { actor: ana.id }, seconds)}`;
const rhythm = async () =>
  (await site.db`select mail_rhythm as rhythm from accounts where actor_id = ${ana.id}`)[0]?.rhythm;
/** As mail programs do it: neither a cookie nor an origin. */
const oneClick: RequestInit = {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "List-Unsubscribe=One-Click",
};

it("a mail program ends them with one request, without a redirect, and may repeat it", async () => {
  const path = await address();
  for (let i = 0; i < 2; i++) {
    const response = await site.app.request(path, oneClick);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await rhythm()).toBe("never");
  }
});

it("looking at the link changes nothing and shows one button that does, without signing in", async () => {
  const path = await address();
  const response = await site.app.request(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const html = await response.text();
  expect(html.match(/<form method="post" action="\/unsubscribe/g)).toHaveLength(1);
  expect(await rhythm()).toBe("daily");
  const action = /action="(\/unsubscribe[^"]+)"/.exec(html)?.[1] ?? "";
  const done = await site.app.request(action, formOf(ORIGIN, null, {}));
  expect(done.status).toBe(200);
  expect(await done.text()).toContain("From now on you get no more mails");
  expect(await rhythm()).toBe("never");
});

it("the link of one person, pressed by another who is signed in, ends the mails of the one it was made for", async () => {
  const bo = await makePerson(site.house, "bo");
  await site.app.request(await address(), formOf(ORIGIN, bo, {}));
  expect(await rhythm()).toBe("never");
  const [row] = await site.db`select mail_rhythm as rhythm from accounts where actor_id = ${bo.id}`;
  expect(row?.rhythm).toBe("daily");
});

it("a link that is broken, for something else, of another server, or too old does nothing and says so", async () => {
  const good = await address();
  const elsewhere = openTokens({ secret: Buffer.alloc(32, 7), origin: "https://other.example" });
  const forged = openTokens({ secret: Buffer.alloc(32, 8), origin: ORIGIN });
  const bad = [
    "/unsubscribe",
    "/unsubscribe?token=",
    `${good.slice(0, -3)}AAA`,
    `/unsubscribe?token=${await tokens.sign("confirm-email", { actor: ana.id, email: "a@mail.example" }, 60)}`,
    `/unsubscribe?token=${await elsewhere.sign("unsubscribe", { actor: ana.id }, 60)}`,
    `/unsubscribe?token=${await forged.sign("unsubscribe", { actor: ana.id }, 60)}`,
    await address(-60),
    `/unsubscribe?token=${"a".repeat(10_000)}`,
  ];
  for (const path of bad) {
    const looked = await site.app.request(path);
    expect(looked.status, path).toBe(410);
    expect(await looked.text()).not.toContain('action="/unsubscribe');
    expect((await site.app.request(path, oneClick)).status, path).toBe(410);
  }
  expect(await rhythm()).toBe("daily");
});

it("a link still works months later, and no longer than it was made for", async () => {
  const path = await address(180 * 86_400);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 170 * 86_400_000 });
  try {
    expect((await site.app.request(path)).status).toBe(200);
    vi.setSystemTime(Date.now() + 11 * 86_400_000);
    expect((await site.app.request(path)).status).toBe(410);
  } finally {
    vi.useRealTimers();
  }
});

it("a page of another site cannot press the button of somebody who is signed in", async () => {
  const response = await site.app.request(await address(), formOf("https://evil.example", ana, {}));
  expect(response.status).toBe(403);
  expect(await rhythm()).toBe("daily");
});
