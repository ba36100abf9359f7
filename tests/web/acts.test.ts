/** What is done in a thread from its page, without script: who may press what, what it says afterwards, and what only the signed-in see. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN, type Seed, seeder } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let seed: Seed;
let people: Record<"facilitator" | "steward" | "member" | "stranger" | "asker", TestPerson>;
let thread: string;
let answer: string;
let other: string;
let gardens: string;
let home: string;

beforeAll(async () => {
  site = await openSite();
  seed = seeder(site.db);
  const welding = await seed.community("welding", "Welding", "Joining metal.");
  gardens = await seed.community("gardens", "Gardens", "Growing.");
  people = {
    facilitator: await makePerson(site.house, "fay"),
    steward: await makePerson(site.house, "stew"),
    member: await makePerson(site.house, "mem"),
    stranger: await makePerson(site.house, "stran"),
    asker: await makePerson(site.house, "ask"),
  };
  for (const role of ["facilitator", "steward", "member"] as const) await join(people[role].id, welding, role);
  await join(people.facilitator.id, gardens, "facilitator");
  thread = await seed.thread("welding", "Why does it warp?", {
    by: "ana@mastodon.example",
    at: "2026-05-01T10:00:00Z",
    html: "<p>Why?</p>",
  });
  await site.db`update posts set author_id = ${people.asker.id} where id = ${thread}`;
  await site.db`update threads set kind = 'question' where id = ${thread}`;
  const bo = { by: "bo@lemmy.example", html: "<p>Copper behind it.</p>" };
  answer = await seed.reply(thread, { ...bo, at: "2026-05-01T11:00:00Z" });
  other = await seed.reply(thread, { ...bo, at: "2026-05-01T12:00:00Z", html: "<p>Less heat.</p>", helpful: 3 });
  home = `/c/welding/t/${thread}`;
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function join(actorId: Id, groupId: string, role: string): Promise<void> {
  await site.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
    values (${groupId}, ${actorId}, 'accepted', ${role}, ${`urn:${groupId}:${actorId}`}, now())`;
}

const press = (who: TestPerson | null, path: string, fields: Record<string, string | string[]> = {}) =>
  site.app.request(path, formOf(ORIGIN, who, fields));

async function see(who: TestPerson | null, path = home, headers: Record<string, string> = {}): Promise<string> {
  const answered = await site.app.request(path, { headers: { ...(who && { cookie: who.cookie }), ...headers } });
  expect(answered.status).toBe(200);
  return answered.text();
}

/** The article of a post, as it stands on a page. */
const articleOf = (page: string, id: string) =>
  page.slice(page.indexOf(`id="p-${id}"`), page.indexOf("</article>", page.indexOf(`id="p-${id}"`)));

describe("every act, by everyone", () => {
  const onPost = { vote: { kind: "up" }, unvote: { kind: "up" }, react: { emoji: "👍" }, worked: {}, unworked: {} };
  const keepers = { accept: ["facilitator", "steward", "asker"], unaccept: ["facilitator", "steward", "asker"] };
  const onThread: Record<string, { fields: Record<string, string>; may: string[] }> = {
    pin: { fields: {}, may: ["facilitator"] },
    unpin: { fields: {}, may: ["facilitator"] },
    lock: { fields: {}, may: ["facilitator"] },
    unlock: { fields: {}, may: ["facilitator"] },
    retitle: { fields: { title: "Why does it warp?" }, may: ["facilitator", "steward", "asker"] },
    classify: { fields: { kind: "question" }, may: ["facilitator", "steward", "asker"] },
    follow: { fields: {}, may: ["facilitator", "steward", "member", "stranger", "asker"] },
    mute: { fields: {}, may: ["facilitator", "steward", "member", "stranger", "asker"] },
    unfollow: { fields: {}, may: ["facilitator", "steward", "member", "stranger", "asker"] },
  };

  it("leads a visitor to sign in, and back to the thread", async () => {
    const paths = [
      ...[...Object.keys(onPost), ...Object.keys(keepers)].map((act) => `/posts/${answer}/${act}`),
      ...[...Object.keys(onThread), "move"].map((act) => `${home}/${act}`),
    ];
    for (const path of paths) {
      const answered = await press(null, path);
      expect(answered.status, path).toBe(303);
      expect(answered.headers.get("location"), path).toMatch(/^\/sign-in\?next=/);
    }
    expect(
      await site.db`select 1 from votes where actor_id = any(${Object.values(people).map(({ id }) => id)})`,
    ).toEqual([]);
  });

  it.each(Object.entries(onPost))(
    "%s is for anybody who has an account, and leads back to the post",
    async (act, fields) => {
      for (const [name, who] of Object.entries(people)) {
        const answered = await press(who, `/posts/${answer}/${act}`, fields);
        expect(answered.status, name).toBe(303);
        expect(answered.headers.get("location")).toBe(`${home}#p-${answer}`);
      }
    },
  );

  it.each(Object.entries(keepers))("%s is for the asker and those who look after the community", async (act, may) => {
    for (const [name, who] of Object.entries(people)) {
      const { status } = await press(who, `/posts/${answer}/${act}`);
      expect(status, name).toBe(may.includes(name) ? 303 : 403);
    }
  });

  it.each(Object.entries(onThread))("%s is for those whom the policy names", async (act, { fields, may }) => {
    for (const [name, who] of Object.entries(people)) {
      const { status } = await press(who, `${home}/${act}`, fields);
      expect(status, name).toBe(may.includes(name) ? 303 : 403);
    }
  });

  it("is refused when the form comes from another site, and where there is no such thing", async () => {
    const { cookie } = people.member;
    const foreign = {
      method: "POST",
      headers: { cookie, origin: "https://evil.example" },
      body: new URLSearchParams({ kind: "up" }),
    };
    expect((await site.app.request(`/posts/${answer}/vote`, foreign)).status).toBe(403);
    for (const path of ["/posts/1/vote", "/posts/x/accept", "/c/welding/t/1/follow", `/c/gardens/t/${thread}/follow`])
      expect((await press(people.member, path, { kind: "up" })).status, path).toBe(404);
    expect((await press(people.member, `/posts/${answer}/react`, { emoji: "<script>" })).status).toBe(400);
    expect((await press(people.facilitator, `${home}/retitle`, { title: " " })).status).toBe(422);
    expect((await press(people.facilitator, `${home}/move`, { to: "x" })).status).toBe(400);
  });
});

describe("the small line of a post", () => {
  it("says to a visitor what others think, and has nothing to press", async () => {
    const page = await see(null);
    expect(articleOf(page, other)).toContain('<span class="helpful">helpful 3</span>');
    expect(page).not.toMatch(/<button class="act/);
    expect(page).not.toContain('class="keeping"');
    expect(page).toContain(`/sign-in?next=${encodeURIComponent(`/posts/${thread}/reply`)}`);
  });

  it("counts one's own vote, shows it as pressed, and offers to take it back", async () => {
    const line = async () => articleOf(await see(people.member), other);
    expect(await line()).toMatch(
      /action="\/posts\/\d+\/vote"><button class="act helpful" name="kind" value="up" aria-pressed="false">helpful 3</,
    );
    await press(people.member, `/posts/${other}/vote`, { kind: "up" });
    expect(await line()).toMatch(
      /action="\/posts\/\d+\/unvote"><button class="act helpful" name="kind" value="up" aria-pressed="true">helpful 4</,
    );
    expect(articleOf(await see(people.steward), other)).toContain('aria-pressed="false">helpful 4<');
    await press(people.member, `/posts/${other}/unvote`, { kind: "up" });
    expect(await line()).toContain('aria-pressed="false">helpful 3<');
  });

  it("offers a vote against only where the community has such votes", async () => {
    expect(articleOf(await see(people.member), other)).toContain("not helpful");
    await site.db`update communities set down_votes = false`;
    expect(articleOf(await see(people.member), other)).not.toContain("not helpful");
    expect((await press(people.member, `/posts/${other}/vote`, { kind: "down" })).status).toBe(403);
    await site.db`update communities set down_votes = true`;
  });

  it("has nothing to judge on one's own words, but edits and removes them", async () => {
    const own = articleOf(await see(people.asker), thread);
    expect(own).not.toContain("/vote");
    expect(own).toContain(`href="/posts/${thread}/edit"`);
    expect(own).toContain(`href="/posts/${thread}/remove"`);
    expect((await press(people.asker, `/posts/${thread}/vote`, { kind: "up" })).status).toBe(403);
    const others = articleOf(await see(people.member), thread);
    expect(others).not.toContain("/edit");
    expect(others).not.toContain("/remove");
    expect(articleOf(await see(people.facilitator), thread)).toContain(`href="/posts/${thread}/remove"`);
  });

  it("shows reactions to everybody, whatever other servers send as one", async () => {
    await press(people.member, `/posts/${other}/react`, { emoji: "🎉" });
    const elsewhere = seed.people.get("ana@mastodon.example") ?? "";
    await site.db`insert into votes (post_id, actor_id, kind, emoji, uri) values
      (${other}, ${elsewhere}, 'reaction', '🎉', 'x'), (${other}, ${elsewhere}, 'reaction', ':<img src=x>:', 'y')`;
    expect(articleOf(await see(null), other)).toContain('<span class="reaction">🎉 2</span>');
    const line = articleOf(await see(people.member), other);
    expect(line).toContain('name="back" value="🎉" aria-pressed="true">🎉 2<');
    expect(line).toContain(":&lt;img src=x&gt;: 1");
    expect(line).not.toContain("<img");
    await press(people.member, `/posts/${other}/react`, { back: "🎉" });
    expect(articleOf(await see(people.member), other)).toContain('name="emoji" value="🎉" aria-pressed="false">🎉 1<');
  });

  it("is handed to the script alone, as it is now", async () => {
    const init = formOf(ORIGIN, people.steward, { kind: "up" });
    const headers = { ...(init.headers as Record<string, string>), accept: "application/json" };
    const answered = await site.app.request(`/posts/${other}/vote`, { ...init, headers });
    expect(answered.status).toBe(200);
    const { footer, said } = (await answered.json()) as { footer: string; said: string };
    expect(said).toBe("Your vote counts.");
    expect(articleOf(await see(people.steward), other)).toContain(footer.trim());
  });
});

describe("an accepted answer", () => {
  it("stands whole under the question, is named in its place, and makes the thread answered", async () => {
    await press(people.asker, `/posts/${answer}/accept`);
    await press(people.member, `/posts/${answer}/worked`);
    const page = await see(null);
    const section = page.slice(
      page.indexOf('<section class="accepted"'),
      page.indexOf("</section>", page.indexOf('<section class="accepted"')),
    );
    expect(section).toContain("Copper behind it.");
    expect(section).toContain(`href="#p-${answer}"`);
    expect(page.indexOf('<section class="accepted"')).toBeLessThan(page.indexOf('id="replies"'));
    expect(page.match(new RegExp(`id="p-${answer}"`, "g"))).toHaveLength(1);
    expect(articleOf(page, answer)).toContain("accepted answer");
    expect(articleOf(page, answer)).toMatch(/worked for \d (?:person|people)/);
    expect(page).toContain("<p>question, answered</p>");
    expect(await see(null, "/c/welding")).toContain('<span class="kind settled">question, answered</span>');
    await press(people.asker, `/posts/${answer}/unaccept`);
    expect(await see(null)).not.toContain('class="accepted"');
  });

  it("on a later page is shown under its question all the same", async () => {
    const long = await seed.longThread("welding", "A long question", "ana@mastodon.example", 520, 1);
    const last = long.replyIds.at(-1) as string;
    await site.db`insert into accepted_answers (thread_id, post_id, accepted_by) values (${long.id}, ${last}, ${people.steward.id})`;
    const page = await see(null, `/c/welding/t/${long.id}`);
    expect(page).toContain("Answer number 520");
    expect(page).toContain(`href="/posts/${last}"`);
    expect(page).not.toContain('class="orders"');
  });
});

describe("looking after a thread", () => {
  it("offers each only what they may do", async () => {
    const offers = async (who: TestPerson) => {
      const page = await see(who);
      return ["pin", "lock", "retitle", "classify", "move"].filter((act) => page.includes(`action="${home}/${act}"`));
    };
    expect(await offers(people.facilitator)).toEqual(["pin", "lock", "retitle", "classify", "move"]);
    expect(await offers(people.steward)).toEqual(["retitle", "classify"]);
    expect(await offers(people.asker)).toEqual(["retitle", "classify"]);
    expect(await offers(people.member)).toEqual([]);
  });

  it("says that it is closed, and then only facilitators reply", async () => {
    await press(people.facilitator, `${home}/lock`);
    expect(await see(null)).toContain("This conversation is closed");
    expect(await see(people.member)).not.toContain(`/posts/${thread}/reply`);
    expect(await see(people.facilitator)).toContain(`/posts/${thread}/reply`);
    expect(await see(null, "/c/welding")).toContain("closed to replies");
    await press(people.facilitator, `${home}/unlock`);
  });

  it("moves it, and the old address leads to the new one", async () => {
    const moved = await press(people.facilitator, `${home}/move`, { to: gardens });
    expect(moved.headers.get("location")).toBe(`/c/gardens/t/${thread}#keeping`);
    const old = await site.app.request(home);
    expect(old.status).toBe(302);
    expect(old.headers.get("location")).toBe(`/c/gardens/t/${thread}`);
    const [welding] = await site.db<{ id: string }[]>`select id from actors where username = 'welding'`;
    await press(people.facilitator, `/c/gardens/t/${thread}/move`, { to: welding?.id ?? "" });
    await see(null);
  });

  it("tells followers and those who muted it so", async () => {
    await press(people.member, `${home}/follow`);
    expect(await see(people.member)).toContain("You are told of every reply.");
    await press(people.member, `${home}/mute`);
    expect(await see(people.member)).toContain("You are told of none of its replies.");
    await press(people.member, `${home}/unfollow`);
  });
});

describe("a reader's page", () => {
  it("marks what is new since the last visit, once, with a way to the first of it", async () => {
    const who = await makePerson(site.house, "reader");
    expect(await see(who)).not.toContain("since your last visit");
    const fresh = [];
    for (const hour of [15, 16]) {
      const at = `2026-06-01T${hour}:00:00Z`;
      fresh.push(await seed.reply(thread, { by: "bo@lemmy.example", at, html: "<p>Something else.</p>" }));
    }
    // Asking for the head, or ahead of time, is not reading.
    await site.app.request(home, { method: "HEAD", headers: { cookie: who.cookie } });
    await see(who, home, { "sec-purpose": "prefetch" });
    const page = await see(who);
    expect(page).toContain(`2 replies are new since your last visit: <a href="#p-${fresh[0]}">`);
    expect(articleOf(page, fresh[0] as string)).toContain('<span class="mark new">new</span>');
    expect(articleOf(page, answer)).not.toContain('class="mark new"');
    expect(await see(who)).not.toContain("since your last visit");
    expect(await see(null)).not.toContain('class="mark new"');
  });

  it("hides the words of those whom they blocked, from them alone", async () => {
    const who = await makePerson(site.house, "blocker");
    const bo = seed.people.get("bo@lemmy.example") ?? "";
    await site.db`insert into blocks (actor_id, blocked_id) values (${who.id}, ${bo})`;
    const page = await see(who);
    expect(page).not.toContain("Copper behind it.");
    expect(page).toContain("you blocked its author");
    await site.db`delete from blocks where actor_id = ${who.id}`;
    await site.db`insert into blocks (actor_id, blocked_host) values (${who.id}, 'lemmy.example')`;
    expect(await see(who)).not.toContain("Copper behind it.");
    expect(await see(null)).toContain("Copper behind it.");
  });

  it("sorts replies to the same post, and keeps what answers what together", async () => {
    const id = await seed.thread("welding", "In which order?", {
      by: "ana@mastodon.example",
      at: "2026-05-02T10:00:00Z",
      html: "<p>?</p>",
    });
    const say = (to: string, hour: number, html: string, helpful = 0) =>
      seed.reply(to, { by: "bo@lemmy.example", at: `2026-05-02T${hour}:00:00Z`, html: `<p>${html}</p>`, helpful });
    const first = await say(id, 11, "One.", 1);
    await say(id, 12, "Two.", 5);
    await say(first, 13, "One, answered.", 2);
    await say(id, 14, "Three.");
    const orderOf = (page: string) =>
      Array.from(
        page.slice(page.indexOf('id="replies"')).matchAll(/<p>([A-Z][^<]*\.)<\/p>/g),
        ([, text]) => text,
      ).slice(0, 4);
    const path = `/c/welding/t/${id}`;
    expect(orderOf(await see(null, path))).toEqual(["One.", "One, answered.", "Two.", "Three."]);
    expect(orderOf(await see(null, `${path}?sort=newest`))).toEqual(["Three.", "Two.", "One.", "One, answered."]);
    const helpful = await see(null, `${path}?sort=helpful`);
    expect(orderOf(helpful)).toEqual(["Two.", "One.", "One, answered.", "Three."]);
    expect(helpful).toContain(`<link rel="canonical" href="${ORIGIN}${path}">`);
    expect(orderOf(await see(null, `${path}?sort=nonsense`))[0]).toBe("One.");
  });

  it("folds long branches behind a line that says what is in them; what is new is not folded", async () => {
    const long = await seed.longThread("welding", "Long branches", "ana@mastodon.example", 90, 35);
    const path = `/c/welding/t/${long.id}`;
    const page = await see(null, path);
    expect(page.match(/<details class="branch">/g)).toHaveLength(2);
    expect(page.match(/<details class="branch" open>/g)).toHaveLength(1);
    expect(page).toContain("34 replies to this one, by <bdi>hand1</bdi>, <bdi>hand2</bdi>");
    expect(page.match(/<ol class="replies">/g)?.length).toBe(
      page.match(/<\/ol>(?:<\/details>)?\n(?:<\/li>|<p class="arrivals")/g)?.length,
    );
    const who = await makePerson(site.house, "folder");
    await site.db`insert into thread_reads (actor_id, thread_id, post_id) values (${who.id}, ${long.id}, ${long.replyIds[33] as string})`;
    const own = await see(who, path);
    expect(own.match(/<details class="branch">/g)).toBeNull();
    const only = await seed.longThread("welding", "One branch", "ana@mastodon.example", 40, 40);
    expect(await see(null, `/c/welding/t/${only.id}`)).not.toContain('<details class="branch">');
  });

  it("speaks the reader's language throughout", async () => {
    const german = await see(people.facilitator, home, { "accept-language": "de" });
    expect(german).toContain("Dieses Gespräch pflegen");
    expect(german).toMatch(/\d+ Antworten<\/span> auf <bdi>Why does it warp\?/);
    expect(german).toContain("1. Mai 2026, 11:00");
    const spanish = await see(null, home, { "accept-language": "es" });
    expect(spanish).toContain("inicia sesión para responder");
    expect(spanish).toMatch(/<span class="helpful">útil 4<\/span>/);
  });
});
