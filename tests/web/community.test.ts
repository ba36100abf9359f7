/** Communities on the site: founding, settings, joining, the charter, topics, a newcomer's first steps. */
import { describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { startThread } from "../../src/domain/threads/start.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { setCommunityStage } from "./community-stage.ts";
import { ORIGIN } from "./seed.ts";

const stage = setCommunityStage();

describe("founding", () => {
  it("makes the slug of the name, keeps what was typed when refused, and the founder facilitates", async () => {
    const founder = await makePerson(stage.site.house, "fred");
    const refused = await stage.post("/communities/new", founder, {
      name: "Welding",
      slug: "welding",
      summary: "Kept <b>words</b>",
    });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("Kept &lt;b&gt;words&lt;/b&gt;");
    const fields = {
      name: "Große Öfen",
      slug: "",
      summary: "Heat.",
      language: "de",
      colour: "#00aa33",
      "colour-shown": "#863a2d",
    };
    const founded = await stage.post("/communities/new", founder, {
      ...fields,
      joining: "request",
      posting: "members",
    });
    expect(founded.status).toBe(303);
    const led = founded.headers.get("location") ?? "";
    expect(led).toBe("/c/grosse_ofen/settings?founded");
    expect(await stage.read(led, founder)).toContain("It is founded, and you facilitate it.");
    const [row] = await stage.site.db`
      select c.colour, c.language, c.joining, c.posting, m.role from communities c join memberships m on m.group_id = c.actor_id
      where m.actor_id = ${founder.id}`;
    expect(row).toEqual({
      colour: "#00aa33",
      language: "de",
      joining: "request",
      posting: "members",
      role: "facilitator",
    });
    const page = await stage.read("/c/grosse_ofen");
    expect(page).toContain("Whoever wants to belong to it asks; a facilitator answers.");
    expect(page).toContain("Members start conversations; anyone may answer.");
    expect(page).toMatch(/<body class="cloth-own hue-\d+ dye-\d">/);
    expect(await stage.read("/c/grosse_ofen", "visitor", { "accept-language": "de" })).toContain(
      "Wer dazugehören möchte, fragt an",
    );
    expect(await stage.read("/c/grosse_ofen", "visitor", { "accept-language": "es" })).toContain(
      "Los miembros empiezan las conversaciones",
    );
  });
});

describe("settings", () => {
  const fields = {
    name: "Welding",
    summary: "Joining metal.",
    joining: "request",
    posting: "anyone",
    questions: "What do you weld?\r\nWho sent you?",
    welcome: "Hello <img src=x onerror=alert(1)>",
  };

  it("are written, come back, and show what is dangerous as text", async () => {
    const answer = await stage.post("/c/welding/settings", "facilitator", {
      ...fields,
      rules: "Be kind.\n\n<script>alert(1)</script>",
      "down-votes": "yes",
    });
    expect(answer.headers.get("location")).toBe("/c/welding/settings?saved");
    const page = await stage.read("/c/welding");
    expect(page).toContain('<li dir="auto">Be kind.</li>');
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toMatch(/cloth-\d/);
    const [row] = await stage.site
      .db`select questions, rules, down_votes, colour from communities where actor_id = ${stage.groupId}`;
    expect(row).toMatchObject({ questions: ["What do you weld?", "Who sent you?"], down_votes: true, colour: null });
    expect(row?.rules).toHaveLength(2);
  });

  it("refuse a fourth question, and keep what was typed", async () => {
    const answer = await stage.post("/c/welding/settings", "facilitator", {
      ...fields,
      name: "Changed",
      questions: "a\nb\nc\nd",
    });
    expect(answer.status).toBe(413);
    const page = await answer.text();
    expect(page).toContain("a\nb\nc\nd");
    expect(page).toContain('value="Changed"');
    expect(await stage.read("/c/welding")).not.toContain("Changed");
  });

  it("take a picture, which then stands on the book and can be taken away", async () => {
    const { default: sharp } = await import("sharp");
    const png = await sharp({ create: { width: 30, height: 40, channels: 3, background: "#1d6f8a" } })
      .png()
      .toBuffer();
    const send = (extra: (body: FormData) => void) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      extra(body);
      const headers = { origin: ORIGIN, cookie: stage.people.facilitator?.cookie ?? "" };
      return stage.site.app.request("/c/welding/settings", { method: "POST", headers, body });
    };
    const added = await send((body) =>
      body.set("picture", new File([new Uint8Array(png)], "a.png", { type: "image/png" })),
    );
    expect(added.status).toBe(303);
    const src = /class="book pictured[^>]*><img src="(\/media\/\d+)"/.exec(await stage.read("/c/welding"))?.[1] ?? "";
    expect((await stage.get(src)).headers.get("content-type")).toBe("image/webp");
    const unused = await stage.site.db`select 1 from media where used_at is null`;
    expect(unused).toHaveLength(0);
    const bad = await send((body) =>
      body.set("picture", new File(["<svg onload=alert(1)>"], "a.png", { type: "image/png" })),
    );
    expect(bad.status).toBe(422);
    expect((await send(() => {})).status).toBe(303);
    expect(await stage.read("/c/welding")).toContain(src);
    // A picture that is replaced, or taken away, is gone for everybody.
    await send((body) => body.set("picture", new File([new Uint8Array(png)], "b.png", { type: "image/png" })));
    expect(await stage.read("/c/welding")).not.toContain(src);
    expect((await stage.get(src)).status).toBe(404);
    await send((body) => body.set("picture-remove", "yes"));
    expect(await stage.read("/c/welding")).not.toContain("pictured");
    expect(await stage.site.db`select 1 from media`).toHaveLength(0);
  });

  it("take a second factor only from somebody who has shown one; then facilitating needs it", async () => {
    expect((await stage.post("/c/welding/settings", "facilitator", { ...fields, "second-factor": "yes" })).status).toBe(
      403,
    );
    await stage.site.db`update communities set second_factor = true where actor_id = ${stage.groupId}`;
    expect((await stage.get("/c/welding/settings", "facilitator")).status).toBe(403);
    expect((await stage.get("/c/welding/newcomers", "facilitator")).status).toBe(403);
    expect((await stage.get("/c/welding/newcomers", "steward")).status).toBe(200);
    const safe = await makePerson(stage.site.house, "safe", { secondFactor: true });
    await upsertMembership(stage.site.db, {
      groupId: stage.groupId,
      actorId: safe.id,
      state: "accepted",
      followUri: "safe",
      role: "facilitator",
    });
    expect((await stage.get("/c/welding/settings", safe)).status).toBe(200);
    await stage.site.db`update communities set second_factor = false where actor_id = ${stage.groupId}`;
  });
});

describe("joining", () => {
  it("where it asks: the questions, waiting in plain words, the answers for facilitators, and the welcome", async () => {
    const guest = await makePerson(stage.site.house, "gwen");
    const form = await stage.read("/c/welding/join", guest);
    expect(form).toContain("What do you weld?");
    const unanswered = await stage.post("/c/welding/join", guest, { "answer-0": "Pipes", "answer-1": "" });
    expect(unanswered.status).toBe(422);
    expect(await unanswered.text()).toContain('value="Pipes"');
    const asked = await stage.post("/c/welding/join", guest, { "answer-0": "Pipes", "answer-1": "<b>Ana</b>" });
    expect(asked.headers.get("location")).toBe("/c/welding");
    expect(await stage.read("/c/welding", guest)).toContain("You have asked to join");
    expect((await stage.get("/c/welding/welcome", guest)).status).toBe(303);
    const requests = await stage.read("/c/welding/requests", "facilitator");
    expect(requests).toContain("&lt;b&gt;Ana&lt;/b&gt;");
    expect(await stage.read("/c/welding", "facilitator")).toContain("1 person waits to join");
    const accepted = await stage.post("/c/welding/requests", "facilitator", { member: guest.id, answer: "accept" });
    expect(accepted.headers.get("location")).toBe("/c/welding/requests?done=accept");
    const welcome = await stage.read("/c/welding/welcome", guest);
    expect(welcome).toContain("Three small first steps");
    expect(welcome).toContain("&lt;img src=x");
    expect(welcome).not.toContain("<img src=x");
    expect((await stage.post("/c/welding/leave", guest)).status).toBe(303);
    expect(await stage.read("/c/welding", guest)).toContain("Ask to join");
  });

  it("where anyone may: at once, to the welcome; a second click changes nothing", async () => {
    await stage.site.db`update communities set joining = 'open' where actor_id = ${stage.groupId}`;
    const guest = await makePerson(stage.site.house, "guest2");
    expect((await stage.post("/c/welding/join", guest)).headers.get("location")).toBe("/c/welding/welcome");
    expect((await stage.post("/c/welding/join", guest)).headers.get("location")).toBe("/c/welding");
    const rows = await stage.site.db`select 1 from memberships where actor_id = ${guest.id}`;
    expect(rows).toHaveLength(1);
  });

  it("where people are invited: by a link that a facilitator makes", async () => {
    await stage.site.db`update communities set joining = 'invitation' where actor_id = ${stage.groupId}`;
    const guest = await makePerson(stage.site.house, "guest3");
    expect((await stage.post("/c/welding/join", guest)).status).toBe(403);
    expect(await stage.read("/c/welding", guest)).toContain("People belong to it by invitation.");
    const made = await stage.post("/c/welding/members/invite", "facilitator", { uses: "3", days: "7", note: "" });
    expect(made.status).toBe(200);
    expect(await made.text()).toMatch(/data-copy="https:\/\/commons\.example\/join\?invitation=[\w.-]+"/);
    await stage.site.db`update communities set joining = 'open' where actor_id = ${stage.groupId}`;
  });

  it("the last facilitator is told to name another one first", async () => {
    await stage.site.db`delete from memberships where follow_uri = 'safe'`;
    const id = (stage.people.facilitator as TestPerson).id;
    expect((await stage.post("/c/welding/leave", "facilitator")).status).toBe(409);
    const answer = await stage.post("/c/welding/members/role", "facilitator", { member: id, role: "member" });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("A community needs a facilitator");
  });

  it("somebody from another server who waits is named with it, and a group plainly", async () => {
    const [peer] = await stage.site.db<{ id: string }[]>`
      insert into peers (id, host) values (77, 'other.example') returning id`;
    await stage.site.db`insert into inboxes (uri, peer_id) values ('https://other.example/inbox', ${peer?.id ?? ""})`;
    await stage.site.db`
      insert into actors (id, uri, peer_id, kind, username, name, url, inbox_id) select 78, 'https://other.example/g', 77, 'group', 'relay',
        'Relay', 'javascript:alert(1)', id from inboxes where uri = 'https://other.example/inbox'`;
    await upsertMembership(stage.site.db, {
      groupId: stage.groupId,
      actorId: "78" as Id,
      state: "pending",
      followUri: "https://other.example/f",
    });
    const page = await stage.read("/c/welding/requests", "facilitator");
    expect(page).toContain("@relay@other.example");
    expect(page).toContain("a group: whatever is written here would go on to its followers");
    expect(page).not.toContain("javascript:");
    await stage.post("/c/welding/requests", "facilitator", { member: "78", answer: "refuse" });
    expect(await stage.site.db`select 1 from memberships where actor_id = 78`).toHaveLength(0);
  });
});

describe("the charter", () => {
  const parts = (purpose: string, from: number) => ({
    purpose,
    audience: "",
    norms: "Be kind.",
    roles: "",
    "review-on": "",
    from: String(from),
  });

  it("is written, read, changed, and members are told what changed since they joined", async () => {
    const first = await stage.post("/c/welding/charter/edit", "facilitator", parts("We weld **pipes** on Mondays.", 0));
    expect(first.headers.get("location")).toBe("/c/welding/charter?saved");
    const reader = await makePerson(stage.site.house, "reader");
    await stage.post("/c/welding/join", reader);
    expect(await stage.read("/c/welding", reader)).not.toContain("Changed since you joined");
    await stage.post("/c/welding/charter/edit", "facilitator", parts("We weld **pipes** on Tuesdays.", 1));
    expect(await stage.read("/c/welding", reader)).toContain("Changed since you joined");
    expect(await stage.read("/c/welding/charter", reader)).toContain('href="/c/welding/charter/changes?from=1"');
    const changes = await stage.read("/c/welding/charter/changes?from=1", reader);
    expect(changes).toContain('<del><span class="vh">Removed: </span>Mondays</del>');
    expect(changes).toContain('<ins><span class="vh">Added: </span>Tuesdays</ins>');
    expect((await stage.post("/c/welding/charter/read", reader, { version: "2" })).status).toBe(303);
    expect(await stage.read("/c/welding", reader)).not.toContain("Changed since you joined");
    expect((await stage.get("/c/welding/charter/changes?from=9")).status).toBe(404);
    expect((await stage.get("/c/welding/charter/changes?from=x")).status).toBe(404);
  });

  it("that somebody else changed meanwhile is shown beside what was typed, which is kept", async () => {
    const answer = await stage.post("/c/welding/charter/edit", "facilitator", parts("Mine, typed for an hour.", 1));
    expect(answer.status).toBe(409);
    const page = await answer.text();
    expect(page).toContain("Mine, typed for an hour.</textarea>");
    expect(page).toContain("Tuesdays");
    expect(page).toContain('name="from" value="2"');
    const again = await stage.post("/c/welding/charter/edit", "facilitator", parts("Both.", 2));
    expect(again.status).toBe(303);
    expect(await stage.read("/c/welding/charter")).toContain("Both.");
  });
});

describe("topics and kinds", () => {
  it("are lists of their own: kept by stewards, newest first, page by page", async () => {
    expect((await stage.post("/c/welding/topics", "steward", { name: "Gas & <b>wire</b>" })).status).toBe(303);
    const ids: Id[] = [];
    for (let i = 0; i < 33; i++) ids.push(await thread(`Number ${i}`, stage.people.member as TestPerson));
    await stage.site.db`update threads set kind = 'question' where id = any(${ids.slice(0, 32)}::bigint[])`;
    await stage.site
      .db`insert into thread_topics select id, (select id from topics) from threads where id = any(${ids}::bigint[])`;
    const page = await stage.read("/c/welding/topics/gas_b_wire_b");
    expect(page).toContain("Gas &amp; &lt;b&gt;wire&lt;/b&gt;");
    expect(page).toContain("Number 32<");
    expect(page).not.toContain("Number 2<");
    const older = /href="(\/c\/welding\/topics\/gas_b_wire_b\?before=\d+)"/.exec(page)?.[1] ?? "";
    expect(await stage.read(older)).toContain("Number 2<");
    expect((await stage.get("/c/welding?topic=gas_b_wire_b")).headers.get("location")).toBe(
      "/c/welding/topics/gas_b_wire_b",
    );
    const questions = await stage.read("/c/welding?kind=question");
    expect(questions).not.toContain("Number 32<");
    expect(questions).toContain("Number 31<");
    expect(questions).toMatch(/href="\/c\/welding\?kind=question&(amp;)?before=\d+"/);
    expect((await stage.get("/c/welding?kind=nonsense")).status).toBe(404);
    expect((await stage.post("/c/welding/topics/gas_b_wire_b/remove", "steward")).status).toBe(303);
    expect((await stage.get("/c/welding/topics/gas_b_wire_b")).status).toBe(404);
    expect(await stage.read("/c/welding")).toContain("Number 32<");
  });

  it("pinned threads stand first, and not twice", async () => {
    const id = await thread("Read me first", stage.people.facilitator as TestPerson);
    await stage.site.db`update threads set pinned_at = now(), active_at = now() - interval '1 year' where id = ${id}`;
    const page = await stage.read("/c/welding");
    expect(page.match(/Read me first/g)).toHaveLength(1);
    expect(page.indexOf("Read me first")).toBeLessThan(page.indexOf("Number 32<"));
  });
});

describe("newcomers", () => {
  it("whose first thread nobody answered are shown to stewards until somebody does", async () => {
    const id = await thread("My first weld", stage.people.newcomer as TestPerson);
    expect(await stage.read("/c/welding/newcomers", "steward")).toContain("My first weld");
    expect(await stage.read("/c/welding", "steward")).toContain("Newcomers without an answer");
    await stage.site.db`
      insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, published_at)
      values (${stage.site.house.makeId()}, 'r1', 'r1', ${id}, ${id}, 1, ${(stage.people.member as TestPerson).id}, 'Note', '<p>Nice!</p>', now())`;
    expect(await stage.read("/c/welding/newcomers", "steward")).not.toContain("My first weld");
    expect(await stage.read("/c/welding/welcome", "newcomer")).toMatch(
      /<li class="done"><p><a href="\/c\/welding\/new\?kind=discussion">/,
    );
  });
});

async function thread(title: string, by: TestPerson): Promise<Id> {
  const uri = `${ORIGIN}/test/${encodeURIComponent(title)}`;
  return startThread(stage.site.house, {
    groupId: stage.groupId,
    authorId: by.id,
    authorUri: by.uri,
    text: {
      uri,
      url: uri,
      objectType: "Note",
      name: title,
      html: "<p>Words of it.</p>",
      warning: "",
      language: null,
      attachments: [],
      publishedAt: new Date(),
      editedAt: null,
    },
  });
}
