/** Home, notices and what belongs to them in a real Chromium: axe in both themes, narrow screens, without script, and the number that keeps itself right. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import type { Id } from "../../db/ids.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { writeReply } from "../../src/domain/replies/write.ts";
import { expectAccessible, FOR_AXE, looks } from "../support/axe.ts";
import { inBrowser, openWindows, type WindowOptions, type Windows } from "../support/browser.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Stories, seedStories } from "./seed-stories.ts";
import { openSite, type TestSite } from "./site.ts";

const ORIGIN = "http://commons.example";

let site: TestSite;
let stories: Stories;
let windows: Windows;
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
  windows = await openWindows(site);
  paths = {
    home: "/home",
    notices: "/notifications",
    mail: "/settings/notifications?saved",
    unsubscribe: `/unsubscribe?token=${token}`,
  };
});
afterAll(async () => {
  await windows?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open = <T>(options: WindowOptions, use: (page: Page) => Promise<T>, who = ana) =>
  windows.open({ reducedMotion: "reduce", ...options, as: who }, use);

inBrowser.each(["home", "notices", "mail", "unsubscribe"])(
  "the page %s passes axe at 360 and 1280 px in both themes",
  async (name) => {
    await open(FOR_AXE, (page) => expectAccessible(page, ORIGIN + paths[name], looks(360, 1280)));
  },
);

inBrowser(
  "no page scrolls sideways at 320 px, and what can be pressed is 24 px high unless it stands in a sentence",
  async () => {
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
  },
);

inBrowser("without script, everything is marked as read, and a rhythm chosen", async () => {
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

inBrowser(
  "with script, the number in the masthead changes by itself when somebody answers, and nothing else moves",
  async () => {
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
  },
);
