/** A link that spreads: many visitors ask for one page at the same moment. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../db/open.ts";
import { web } from "../../src/web/index.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite, testSite } from "./site.ts";

let site: TestSite;
let seed: Seed;
let ana: TestPerson;
let thread: string;

beforeAll(async () => {
  site = await openSite();
  seed = seeder(site.db);
  await seed.community("welding", "Welding", "Joining metal.");
  ana = await makePerson(site.house, "ana");
  const by = "rosa@garten.example";
  thread = await seed.thread("welding", "Why?", { by, at: "2026-05-01T10:00:00Z", html: "<p>Why?</p>" });
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** The site on a database that counts the statements in which these words stand. */
function counting(words: string) {
  let count = 0;
  const db: Db = new Proxy(site.db, {
    apply(target, self, [parts, ...values]) {
      if (parts?.raw?.join("?").includes(words)) count++;
      return Reflect.apply(target, self, [parts, ...values]);
    },
  });
  return { app: web(testSite(db, { house: site.house, live: site.live })), count: () => count };
}

const get = (app: TestSite["app"], path: string, headers: Record<string, string> = {}) =>
  Promise.resolve(app.request(path, { headers }));

test("is read for the first of them and once for all others, and all get the whole page", async () => {
  for (const [path, words] of [
    [`/c/welding/t/${thread}`, `as "movedFrom"`],
    ["/c/welding", "coalesce(sum(members), 0)"],
    ["/", "c.summary_source as summary"],
  ] as const) {
    const { app, count } = counting(words);
    const alone = await (await get(app, path)).text();
    const before = count();
    expect(before, words).toBe(1);
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(app, path)));
    expect(count() - before).toBe(2);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=15");
      expect(await answer.text()).toBe(alone);
    }
  }
});

test("whoever reads another language, or is signed in, gets their own", async () => {
  const path = `/c/welding/t/${thread}`;
  const languages = ["en", "de", "en", "es", "de"];
  const [own, ...answers] = await Promise.all([
    get(site.app, path, { cookie: ana.cookie }),
    ...languages.map((language) => get(site.app, path, { "accept-language": language })),
    get(site.app, path, { cookie: ana.cookie }),
  ]);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  const mine = await (own as Response).text();
  expect(texts.pop(), "the same to the same person").toBe(mine);
  expect(mine).toContain("/settings");
  for (const [i, language] of languages.entries()) {
    expect(texts[i]).toContain(`<html lang="${language}"`);
    expect(texts[i]).not.toContain("/settings");
  }
  expect((own as Response).headers.get("cache-control")).toBe("private, no-cache");
});

test("a page is never older than the question for it", async () => {
  const path = `/c/welding/t/${thread}`;
  const asked = [get(site.app, path), get(site.app, path)];
  const id = await seed.reply(thread, { by: "kim@hof.example", at: "2026-05-02T10:00:00Z", html: "<p>New words</p>" });
  const after = await Promise.all([get(site.app, path), get(site.app, path)]);
  for (const answer of after) expect(await answer.text()).toContain(`id="p-${id}"`);
  await Promise.all(asked);
});
