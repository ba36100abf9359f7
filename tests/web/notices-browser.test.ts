/** Home, notices and what belongs to them in a real Chromium: axe in both themes, narrow screens, without script, and the number that keeps itself right. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { writeReply } from "../../src/domain/replies/write.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: TestSite;
let stories: Stories;
let server: ReturnType<typeof serve>;
let browser: Browser;
let ana: TestPerson;
let paths: Record<string, string>;

beforeAll(async () => {
  site = await openSite(ORIGIN);
  stories = await seedStories(site.db);
  ana = await makePerson(site.house, "ana");
  const newcomer = await makePerson(site.house, "newcomer");
  const { db, house } = site;
  await db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select id, ${ana.id}, 'accepted', 'urn:' || id, now() from actors where kind = 'group' and peer_id is null`;
  await db`update profiles set helps_with = ${["TIG welding", "sourdough"]} where actor_id = ${ana.id}`;
  await db`insert into charters (group_id, version, written_by) select actor_id, 1, ${newcomer.id} from communities limit 1`;
  const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
  const begun = [
    ["welding", "Which gas for a TIG welder in a cold garage?", "bo@lemmy.example", 9],
    ["gardens", "When do you lift the last leeks?", "rosa@garten.example", 30],
    ["welding", "Sourdough starters and other pets of the workshop", "ana@mastodon.example", 60],
    ["repair", "A toaster that only toasts on Tuesdays", "wei@shequ.example", 90],
  ] as const;
  for (const [slug, title, by, ago] of begun) {
    const id = await stories.seed.thread(slug, title, {
      by,
      at: hours(ago),
      html: `<p>${title} Tell us what you tried.</p>`,
    });
    if (ago % 9 === 0 || ago === 60) await db`update threads set kind = 'question' where id = ${id}`;
  }
  await db`insert into thread_reads (actor_id, thread_id, post_id, read_at) values (${ana.id}, ${stories.warping}, 1, ${hours(200)})`;
  const posts = await db<{ id: string; threadId: string; authorId: string; groupId: string }[]>`
    select p.id, p.thread_id as "threadId", p.author_id as "authorId", t.group_id as "groupId" from posts p join threads t on t.id = p.thread_id
     where p.removed_at is null and t.removed_at is null order by p.id limit 14`;
  for (const [i, post] of posts.entries()) {
    const kind = ["reply", "mention", "answer-accepted"][i % 3] ?? "reply";
    await db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id, read_at)
      values (${house.makeId()}, ${ana.id}, ${kind}, ${post.authorId}, ${post.groupId}, ${post.threadId}, ${post.id}, ${i < 7 ? new Date() : null})`;
  }
  for (const kind of ["welcome", "join-request", "account-request"])
    await db`insert into notifications (id, actor_id, kind, from_id, group_id)
      select ${house.makeId()}, ${ana.id}, ${kind}, ${kind === "welcome" ? null : newcomer.id}, actor_id from communities limit 1`;
  const token = await openTokens({ secret: Buffer.alloc(32, 7), origin: ORIGIN }).sign(
    "unsubscribe",
    { actor: ana.id },
    600,
  );
  server = serve({ fetch: site.app.fetch, hostname: "127.0.0.1", port: 0 });
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP commons.example:80 127.0.0.1:${port}`,
      `--unsafely-treat-insecure-origin-as-secure=${ORIGIN}`,
    ],
  });
  paths = {
    home: "/home",
    notices: "/notifications",
    mail: "/settings/notifications?saved",
    unsubscribe: `/unsubscribe?token=${token}`,
  };
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await site?.[Symbol.asyncDispose]();
});

async function open<T>(options: BrowserContextOptions, use: (page: Page) => Promise<T>, who = ana): Promise<T> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  try {
    await context.addCookies([{ name: "session", value: who.token, url: ORIGIN }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    const result = await use(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it.each([360, 1280])("every page passes axe at %i px", async (width) => {
    await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true }, async (page) => {
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(ORIGIN + path);
        await page.evaluate(AXE);
        const found = await page.evaluate<string[]>(`axe.run({
          runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } })
          .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map((node) => node.html + " " + node.failureSummary).join(" | ")))`);
        expect(found, name).toEqual([]);
      }
    });
  });
});

it("no page scrolls sideways at 320 px, and what can be pressed is 24 px high unless it stands in a sentence", async () => {
  await open({ viewport: { width: 320, height: 700 } }, async (page) => {
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(ORIGIN + path);
      const { scroll, small } = await page.evaluate<{ scroll: number; small: string[] }>(`({
        scroll: document.documentElement.scrollWidth,
        small: Array.from(document.querySelectorAll("a, button, select"))
          .filter((element) => element.checkVisibility() && !element.matches(".skip, p a, .changes a, label a"))
          .filter((element) => element.getBoundingClientRect().height < 23.9).map((element) => element.outerHTML.slice(0, 160)),
      })`);
      expect(scroll, name).toBeLessThanOrEqual(320);
      expect(small, name).toEqual([]);
    }
  });
});

it("without script, everything is marked as read, and a rhythm chosen", async () => {
  const bo = await makePerson(site.house, "bo");
  const thread = stories.warping as Id;
  await site.db`insert into notifications (id, actor_id, kind, from_id, group_id, thread_id, post_id)
    select ${site.house.makeId()}, ${bo.id}, 'mention', p.author_id, t.group_id, t.id, p.id from posts p join threads t on t.id = p.id where t.id = ${thread}`;
  await open(
    { javaScriptEnabled: false },
    async (page) => {
      await page.goto(`${ORIGIN}/notifications`);
      await page.getByRole("button", { name: "Mark it as read" }).click();
      expect(await page.getByText("You have read everything.").isVisible()).toBe(true);
      expect(await page.getByRole("link", { name: "Notices", exact: true }).count()).toBeGreaterThan(0);
      await page.getByRole("link", { name: "Notices by mail" }).click();
      await page.getByLabel("Once a week").check();
      await page.getByRole("button", { name: "Save" }).click();
      expect(await page.getByRole("status").innerText()).toBe("That is how it is done from now on.");
      expect(await page.getByLabel("Once a week").isChecked()).toBe(true);
    },
    bo,
  );
});

it("with script, the number in the masthead changes by itself when somebody answers, and nothing else moves", async () => {
  const cleo = await makePerson(site.house, "cleo");
  const [thread] = await site.db<{ id: Id; groupId: Id }[]>`
    select id, group_id as "groupId" from threads where id = ${stories.quiet}`;
  await site.db`update posts set author_id = ${cleo.id} where id = ${stories.quiet}`;
  await open(
    {},
    async (page) => {
      const connected = page.waitForRequest((request) => request.url().endsWith("/live"));
      await page.goto(`${ORIGIN}/home`);
      await connected;
      const link = page.locator('.masthead a[href="/notifications"]');
      expect(await link.innerText()).toBe("Notices");
      const before = await page.locator("main").innerHTML();
      const id = site.house.makeId();
      const text = {
        uri: `https://mastodon.example/notes/${id}`,
        url: `https://mastodon.example/notes/${id}`,
        objectType: "Note",
        name: null,
        html: "<p>Yes.</p>",
        warning: "",
        language: null,
        attachments: [],
        publishedAt: new Date(),
        editedAt: null,
      };
      const house = { ...site.house, readers: [openNotifier(site.house.makeId)] };
      const { id: threadId, groupId } = thread as { id: Id; groupId: Id };
      await writeReply(house, { groupId, threadId, parentId: threadId, authorId: stories.ana as Id, text });
      await expect.poll(() => link.innerText()).toBe("Notices, 1 new");
      expect(await page.locator("main").innerHTML()).toBe(before);
    },
    cleo,
  );
});
