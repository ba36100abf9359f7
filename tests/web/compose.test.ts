/** Writing on the site, without script: choosing, previewing, publishing, answering, editing, removing, and what outlives a session. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;
let n = 0;
const key = () => `key-of-a-form-${++n}-padded`;

beforeAll(async () => {
  site = await openSite();
  const group = await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" });
  groupId = group.id;
  ana = await makePerson(site.house, "ana");
  bo = await makePerson(site.house, "bo");
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function get(path: string, person: TestPerson | null) {
  const response = await site.app.request(path, person ? { headers: { cookie: person.cookie } } : {});
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function send(path: string, person: TestPerson | null, fields: Record<string, string>) {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  return { status: response.status, text: await response.text(), to: response.headers.get("location") ?? "" };
}

/** As a browser sends a form with files. */
async function upload(path: string, person: Pick<TestPerson, "cookie">, fields: Record<string, string | File>) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const response = await site.app.request(path, {
    method: "POST",
    headers: { origin: ORIGIN, cookie: person.cookie },
    body,
  });
  return { status: response.status, text: await response.text(), to: response.headers.get("location") ?? "" };
}

function begun(source = "Which rod do you use?", more: Partial<Parameters<typeof composeThread>[2]> = {}) {
  return composeThread(site.house, ana.id, {
    groupId,
    title: "Thin sheet",
    source,
    kind: "question",
    topicIds: [],
    linkUrl: null,
    warning: "",
    language: "en",
    pictures: [],
    submissionKey: key(),
    ...more,
  });
}

describe("a new thread", () => {
  it("begins with a choice of kinds, without announcements for those who may not make them", async () => {
    const { status, text, headers } = await get("/c/welding/new", ana);
    expect(status).toBe(200);
    expect(text).toContain('href="/c/welding/new?kind=story"');
    expect(text).not.toContain("kind=announcement");
    expect(headers.get("cache-control")).toBe("private, no-cache");
    expect((await get("/c/welding/new?kind=announcement", ana)).status).toBe(403);
    expect((await get("/c/nowhere/new", ana)).status).toBe(404);
  });

  it("leads to signing in and back", async () => {
    const { status, headers } = await get("/c/welding/new?kind=story", null);
    expect(status).toBe(303);
    expect(headers.get("location")).toBe(`/sign-in?next=${encodeURIComponent("/c/welding/new?kind=story")}`);
  });

  it("is previewed as exactly what is published, prompts and all", async () => {
    const fields = {
      key: key(),
      kind: "story",
      title: "The gate",
      "prompt-1": "It **bent**.",
      "prompt-3": "Clamp it, @bo. <script>alert(1)</script>",
      source: "Thanks!",
      language: "en",
    };
    const preview = await send("/c/welding/new", ana, { ...fields, do: "preview" });
    expect(preview.status).toBe(200);
    const shown = /<div class="prose" dir="auto" lang="en">(.*?)<\/div>/s.exec(preview.text)?.[1];
    expect(shown).toContain("<strong>What happened</strong>");
    expect(shown).not.toContain("<strong>What I tried</strong>");
    expect(shown).toContain(`<a href="${ORIGIN}/u/bo" class="u-url mention"`);
    expect(shown).not.toContain("<script");
    expect(preview.text).toContain("\nIt **bent**.</textarea>");
    const published = await send("/c/welding/new", ana, { ...fields, do: "publish" });
    expect(published.status).toBe(303);
    const id = published.to.split("/").at(-1) ?? "";
    const [row] = await site.db`
      select p.content, p.uri, p.url, p.object_type, t.kind, (select array_agg(actor_id::text) from mentions where post_id = p.id) as named
      from posts p join threads t on t.id = p.id where p.id = ${id}`;
    expect(row).toEqual({
      content: shown,
      uri: `${ORIGIN}/posts/${id}`,
      url: `${ORIGIN}/posts/${id}`,
      object_type: "Note",
      kind: "story",
      named: [bo.id],
    });
    expect((await get(published.to, null)).text).toContain("The gate");
  });

  it("is shown again with what was typed and what is missing", async () => {
    const { status, text } = await send("/c/welding/new", ana, {
      kind: "discussion",
      title: " ",
      source: "Typed words",
      key: key(),
    });
    expect(status).toBe(422);
    expect(text).toContain("It needs a title.");
    expect(text).toContain("Typed words</textarea>");
    const link = await send("/c/welding/new", ana, {
      kind: "link",
      title: "x",
      link: "javascript:alert(1)",
      key: key(),
    });
    expect(link.status).toBe(422);
  });

  it("is written once by a form that is sent twice at once, and again later", async () => {
    const fields = { kind: "discussion", title: "Once", source: "Only once.", key: key(), do: "publish" };
    const [one, two] = await Promise.all([send("/c/welding/new", ana, fields), send("/c/welding/new", ana, fields)]);
    const three = await send("/c/welding/new", ana, fields);
    expect([one.status, two.status, three.status]).toEqual([303, 303, 303]);
    expect(new Set([one.to, two.to, three.to]).size).toBe(1);
    expect((await site.db`select from threads where title = 'Once'`).count).toBe(1);
  });

  it("keeps what else was written into a form that was sent", async () => {
    const fields = { kind: "discussion", title: "First", source: "First words.", key: key(), do: "publish" };
    await send("/c/welding/new", ana, fields);
    const { to } = await send("/c/welding/new", ana, { ...fields, source: "Other words." });
    expect(to).toMatch(/^\/c\/welding\/new\?draft=.*&kept=1$/);
    const page = await get(to, ana);
    expect(page.text).toContain("Other words.</textarea>");
    expect(page.text).not.toContain(fields.key);
    expect((await site.db`select from threads where title = 'First'`).count).toBe(1);
    await send("/drafts/discard", ana, { path: "/c/welding/new" });
  });
});

describe("what is refused", () => {
  const whole = { title: "A title that stays", source: "Words that stay.", do: "publish" };

  it.each([
    ["title", "discussion", { title: "" }, "It needs a title."],
    ["title", "discussion", { title: "x".repeat(201) }, "This is too long."],
    ["source", "discussion", { source: "" }, "There are no words in it yet."],
    ["source", "discussion", { source: "x".repeat(50_001) }, "This is too long."],
    ["warning", "discussion", { warning: "x".repeat(301) }, "This is too long."],
    ["link", "link", { link: "javascript:1" }, "A link begins with https://."],
    ["options", "poll", { options: "Only one", days: "3" }, "A poll has 2 to 10 options"],
  ])("is said beside the field %s of a new %s, which has the keyboard", async (field, kind, wrong, sentence) => {
    const { text, status } = await send("/c/welding/new", ana, { ...whole, kind, ...wrong, key: key() });
    expect(status).toBeGreaterThanOrEqual(400);
    const marked = [...text.matchAll(/<(?:input|textarea) [^>]*aria-invalid="true"[^>]*>/g)].map(([tag]) => tag);
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatch(new RegExp(`id="f-${field}".*aria-describedby="[^"]*f-${field}-problem".* autofocus`));
    expect(text).toContain(`<p class="problem" id="f-${field}-problem">${sentence}`);
    expect(text.match(/ autofocus/g)).toHaveLength(1);
    for (const [name, typed] of Object.entries({ ...whole, ...wrong }))
      if (["title", "source", "warning", "link", "options"].includes(name)) expect(text).toContain(typed);
    if (field === "warning") expect(text).toContain('<details class="more" open>');
  });

  it("is said above the form where it is about no field", async () => {
    const { id } = await begun();
    await site.db`update threads set locked_at = now() where id = ${id}`;
    const { text } = await send(`/posts/${id}/reply`, bo, { source: "Still typed", key: key() });
    expect(text).not.toContain("aria-invalid");
    expect(text).toContain('<div class="problem-note" role="alert" tabindex="-1" autofocus>');
  });
});

describe("a reply", () => {
  it("keeps in sight what it answers, quotes it, and stands under it", async () => {
    const { id } = await begun("First line\n\nSecond line");
    const page = await get(`/posts/${id}/reply?quote=1`, bo);
    expect(page.status).toBe(200);
    expect(page.text).toContain("<p>First line</p>");
    expect(page.text).toContain("&gt; First line\n&gt;\n&gt; Second line\n\n</textarea>");
    const sent = await send(`/posts/${id}/reply`, bo, { source: "An answer", key: key() });
    expect(sent.status).toBe(303);
    const at = await get(sent.to, bo);
    expect(at.status).toBe(302);
    expect(at.headers.get("location")).toContain(`/c/welding/t/${id}`);
    const [reply] = await site.db`select parent_id, author_id from posts where thread_id = ${id} and id <> ${id}`;
    expect(reply).toEqual({ parent_id: id, author_id: bo.id });
  });

  it("is refused in a locked thread, and to what is gone", async () => {
    const { id } = await begun();
    await site.db`update threads set locked_at = now() where id = ${id}`;
    expect((await get(`/posts/${id}/reply`, bo)).status).toBe(403);
    const sent = await send(`/posts/${id}/reply`, bo, { source: "Still typed", key: key() });
    expect(sent.status).toBe(403);
    expect(sent.text).toContain("Still typed</textarea>");
    expect((await get("/posts/1/reply", bo)).status).toBe(404);
  });
});

describe("after the session ended", () => {
  it("what was sent waits, and is there again after signing in", async () => {
    const typed = {
      kind: "question",
      title: "Lost & found",
      source: 'A long text.\nWith "lines".',
      "prompt-1": "Weld",
      key: key(),
    };
    const expired = { cookie: `${ana.cookie}gone` };
    const response = await site.app.request("/c/welding/new", formOf(ORIGIN, expired, { ...typed, do: "publish" }));
    expect(response.status).toBe(303);
    const next = new URL(response.headers.get("location") ?? "", ORIGIN).searchParams.get("next") ?? "";
    expect(next).toMatch(/^\/c\/welding\/new\?kind=question&draft=[\w-]{20,}$/);
    const page = await get(next, ana);
    expect(page.text).toContain("You are signed in again");
    expect(page.text).toContain('value="Lost &amp; found"');
    expect(page.text).toContain("A long text.\nWith &quot;lines&quot;.</textarea>");
    // It is theirs now, and nobody else's.
    expect((await get(next, bo)).text).not.toContain("Lost &amp; found");
    expect((await site.db`select from drafts where actor_id = ${ana.id} and path = '/c/welding/new'`).count).toBe(1);
    const draft = /name="draft" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect((await send("/c/welding/new", ana, { ...typed, draft, do: "publish" })).status).toBe(303);
    expect((await site.db`select from drafts where path = '/c/welding/new'`).count).toBe(0);
  });

  it("a reply and an edit wait as well, and more than anybody types does not", async () => {
    const { id } = await begun();
    for (const path of [`/posts/${id}/reply`, `/posts/${id}/edit`]) {
      const { status, to } = await send(path, null, { source: "Not lost", key: key() });
      expect(status).toBe(303);
      expect(decodeURIComponent(to)).toContain(`/sign-in?next=${path}?draft=`);
    }
    expect((await send(`/posts/${id}/reply`, null, { source: "x".repeat(80_000), key: key() })).status).toBe(413);
  });

  it("whoever had a session may have put pictures beside the words; a stranger sends words only, and not often", async () => {
    const cy = await makePerson(site.house, "cy");
    const fields = {
      kind: "discussion",
      title: "With a picture",
      source: "Words",
      "picture-1": new File([new Uint8Array(400_000)], "a.png"),
    };
    expect((await site.db`delete from sessions where actor_id = ${cy.id}`).count).toBe(1);
    const known = await upload("/c/welding/new", cy, { ...fields, key: key() });
    expect(known.status).toBe(303);
    const [draft] = await site.db`select sender_id, sender_network, fields from drafts where sender_id = ${cy.id}`;
    expect(draft).toMatchObject({ sender_id: cy.id, sender_network: null, fields: { source: "Words" } });
    const kept = () => site.db`select from drafts where sender_network = '192.0.2.1'`;
    await site.db`delete from drafts where sender_network is not null`;
    const stranger = { cookie: `session=${"A".repeat(43)}` };
    expect((await upload("/c/welding/new", stranger, { ...fields, key: key() })).status).toBe(413);
    expect((await kept()).count).toBe(0);
    const typed = { kind: "discussion", title: "Words", source: "ü".repeat(60_000) };
    for (let i = 0; i < 10; i++) expect((await upload("/c/welding/new", stranger, typed)).status).toBe(303);
    expect((await upload("/c/welding/new", stranger, typed)).status).toBe(429);
    expect((await kept()).count).toBe(10);
    expect((await upload("/c/welding/new", cy, { ...fields, key: key() })).status).toBe(303);
  });

  it("a session that merely was not used for long counts as one that ended, for a month after its end", async () => {
    const di = await makePerson(site.house, "di");
    const sent = () =>
      upload("/c/welding/new", di, { source: "Words", "picture-1": new File([new Uint8Array(300_000)], "a") });
    await site.db`update sessions set seen_at = now() - interval '20 days' where actor_id = ${di.id}`;
    expect((await sent()).status).toBe(303);
    await site.db`delete from sessions where actor_id = ${di.id}`;
    await site.db`update ended_sessions set ended_at = now() - interval '31 days' where actor_id = ${di.id}`;
    expect((await sent()).status).toBe(413);
  });
});

describe("a draft", () => {
  it("is kept by the button, offered later, taken up and discarded", async () => {
    const kept = await send("/c/welding/new", bo, {
      kind: "discussion",
      title: "Half",
      source: "Half a thought",
      key: key(),
      do: "keep",
    });
    expect(kept.status).toBe(303);
    expect((await get(kept.to, bo)).text).toContain("It is kept as a draft.");
    const offer = await get("/c/welding/new?kind=discussion", bo);
    expect(offer.text).toContain('class="draft-offer"');
    expect(offer.text).not.toContain("Half a thought");
    const link = /href="(\/c\/welding\/new\?draft=[^"]+)"/.exec(offer.text)?.[1] ?? "";
    expect((await get(link, bo)).text).toContain("Half a thought</textarea>");
    expect((await get(link, ana)).text).not.toContain("Half a thought");
    expect((await get("/drafts", bo)).text).toContain("A conversation in <bdi>Welding</bdi>");
    expect((await send("/drafts/discard", bo, { path: "/c/welding/new" })).to).toBe("/c/welding/new");
    expect((await get("/c/welding/new?kind=discussion", bo)).text).not.toContain('class="draft-offer"');
  });

  it("is kept for scripts too, with a status for every end", async () => {
    const fields = { path: "/c/welding/new", source: "At a pause", key: key() };
    expect((await send("/drafts", null, fields)).status).toBe(401);
    expect((await send("/drafts", bo, fields)).status).toBe(204);
    expect((await send("/drafts", bo, { ...fields, path: "/admin" })).status).toBe(400);
    expect((await send("/drafts", bo, { ...fields, source: "x".repeat(80_000) })).status).toBe(413);
    const sent = key();
    await begun("Sent", { submissionKey: sent });
    expect((await send("/drafts", ana, { ...fields, key: sent })).status).toBe(409);
    expect(JSON.parse((await get(`/drafts/sent?key=${sent}`, ana)).text)).toEqual({ sent: true });
    expect(JSON.parse((await get(`/drafts/sent?key=${sent}`, bo)).text)).toEqual({ sent: false });
  });
});

describe("an edit", () => {
  it("keeps what was said before, for everybody to read", async () => {
    const { id } = await begun("Before **it**");
    const form = await get(`/posts/${id}/edit`, ana);
    expect(form.text).toContain("Before **it**</textarea>");
    const sent = await send(`/posts/${id}/edit`, ana, {
      title: "Thicker sheet",
      source: "After",
      kind: "question",
      language: "en",
    });
    expect(sent.status).toBe(303);
    const history = await get(`/posts/${id}/history`, null);
    expect(history.text).toContain("Before <strong>it</strong>");
    expect(history.text).toContain("<bdi>Thin sheet</bdi>");
    expect(history.text).toContain("Thicker sheet");
    expect((await get(`/posts/${id}/edit`, bo)).status).toBe(403);
    expect((await send(`/posts/${id}/edit`, bo, { title: "x", source: "x" })).status).toBe(403);
  });
});

describe("removing", () => {
  it("asks, takes the words and their history away, and is for authors and facilitators only", async () => {
    const { id } = await begun("Words to go");
    const { id: replyId } = await composeReply(site.house, bo.id, {
      parentId: id,
      source: "Rude words",
      warning: "",
      language: null,
      pictures: [],
      submissionKey: key(),
    });
    expect((await get(`/posts/${replyId}/remove`, ana)).status).toBe(403);
    expect((await send(`/posts/${replyId}/remove`, ana, {})).status).toBe(403);
    await site.db`insert into memberships (group_id, actor_id, role, state, follow_uri, requested_at, accepted_at)
      values (${groupId}, ${ana.id}, 'facilitator', 'accepted', 'x', now(), now())`;
    expect((await get(`/posts/${replyId}/remove`, ana)).text).toContain("written by somebody else");
    expect((await send(`/posts/${replyId}/remove`, ana, { reason: "Rude" })).to).toBe(`/posts/${replyId}`);
    const [removed] = await site.db`select content, source, removed_by from posts where id = ${replyId}`;
    expect(removed).toEqual({ content: "", source: null, removed_by: ana.id });
    expect(await site.db`select actor_id, act, subject_id, data->>'reason' as reason from audit`).toEqual([
      { actor_id: ana.id, act: "post.removed", subject_id: replyId, reason: "Rude" },
    ]);
    expect((await get(`/posts/${id}/remove`, ana)).text).toContain("Words to go");
    expect((await send(`/posts/${id}/remove`, ana, {})).to).toBe("/c/welding");
    expect((await get(`/posts/${id}/history`, null)).status).toBe(404);
    expect((await get(`/posts/${id}/remove`, ana)).status).toBe(410);
    await site.db`delete from memberships`;
  });
});
