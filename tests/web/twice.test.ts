/** Double clicks, the back button, and a network that goes away: whatever is sent twice is done once, and nothing typed is lost. */
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { removeOthersPost, withdrawOwnPost } from "../../src/domain/posts/remove.ts";
import { composeReply } from "../../src/domain/replies/compose.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let groupId: Id;
let ana: TestPerson;
let bo: TestPerson;
let fay: TestPerson;
let n = 0;
const key = () => `key-sent-more-than-once-${++n}`;

beforeAll(async () => {
  site = await openSite();
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(site.house, "ana");
  bo = await makePerson(site.house, "bo");
  fay = await makePerson(site.house, "fay");
  await site.db`insert into memberships (group_id, actor_id, role, state, follow_uri, requested_at, accepted_at)
    values (${groupId}, ${fay.id}, 'facilitator', 'accepted', 'fay', now(), now())`;
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function answered(response: Response) {
  return { status: response.status, text: await response.text(), to: response.headers.get("location") ?? "" };
}

async function get(path: string, person: TestPerson) {
  return answered(await site.app.request(path, { headers: { cookie: person.cookie } }));
}

async function send(path: string, person: TestPerson | null, fields: Record<string, string | readonly string[]>) {
  return answered(await site.app.request(path, formOf(ORIGIN, person, fields)));
}

const twice = <T>(act: () => Promise<T>): Promise<[T, T]> => Promise.all([act(), act()]);

async function thread(kind: "discussion" | "poll" = "discussion") {
  const { id } = await composeThread(site.house, ana.id, {
    groupId,
    title: "Which gas?",
    source: "Words",
    kind,
    topicIds: [],
    linkUrl: null,
    ...(kind === "poll" && { poll: { options: "Argon\nHelium\nBoth", multiple: true, days: 3 } }),
    warning: "",
    language: null,
    pictures: [],
    submissionKey: key(),
  });
  return id;
}

async function reply(parentId: Id, by = bo) {
  const text = { source: "An answer", warning: "", language: null, pictures: [] };
  return (await composeReply(site.house, by.id, { parentId, ...text, submissionKey: key() })).id;
}

describe("a vote in a poll", () => {
  it("that is sent twice is one vote, and nobody is told of a mistake", async () => {
    const id = await thread("poll");
    const [one, two] = await twice(() => send(`/posts/${id}/poll`, bo, { option: ["0", "2"] }));
    const later = await send(`/posts/${id}/poll`, bo, { option: ["2", "0"] });
    for (const { status, to } of [one, two, later]) {
      expect(status).toBe(303);
      expect(to).toBe(`/c/welding/t/${id}#poll`);
    }
    expect((await site.db`select from poll_votes where thread_id = ${id}`).count).toBe(2);
  });

  it("for something else is still refused", async () => {
    const id = await thread("poll");
    await send(`/posts/${id}/poll`, bo, { option: "0" });
    expect((await send(`/posts/${id}/poll`, bo, { option: "1" })).status).toBe(409);
    expect((await send(`/posts/${id}/poll`, bo, { option: ["0", "1"] })).status).toBe(409);
  });
});

describe("removing", () => {
  it("twice, or again with the back button, leads to the same place", async () => {
    const threadId = await thread();
    const id = await reply(threadId);
    const [one, two] = await twice(() => send(`/posts/${id}/remove`, bo, {}));
    const later = await send(`/posts/${id}/remove`, bo, {});
    for (const { status, to } of [one, two, later]) expect([status, to]).toEqual([303, `/posts/${id}`]);
    const whole = await twice(() => send(`/posts/${threadId}/remove`, ana, {}));
    for (const { status, to } of whole) expect([status, to]).toEqual([303, "/c/welding"]);
  });

  it("by a facilitator, too, and is written down once", async () => {
    const id = await reply(await thread());
    const [one, two] = await twice(() => send(`/posts/${id}/remove`, fay, { reason: "Rude" }));
    for (const { status, to } of [one, two]) expect([status, to]).toEqual([303, `/posts/${id}`]);
    expect((await site.db`select from audit where subject_id = ${id}`).count).toBe(1);
  });

  it("is still refused to everybody else", async () => {
    const id = await reply(await thread());
    await withdrawOwnPost(site.house, bo, id);
    expect((await send(`/posts/${id}/remove`, ana, {})).status).toBe(410);
  });
});

describe("an edit", () => {
  it("that is sent twice is one, with one version before it", async () => {
    const id = await reply(await thread());
    const fields = { source: "A better answer", key: key() };
    const both = await twice(() => send(`/posts/${id}/edit`, bo, fields));
    for (const { status } of both) expect(status).toBe(303);
    expect((await site.db`select from post_edits where post_id = ${id}`).count).toBe(1);
  });

  it("of a post that was removed meanwhile gives back what was typed", async () => {
    const id = await reply(await thread());
    await removeOthersPost(site.house, { postId: id, by: fay.id, reason: "" });
    const sent = await send(`/posts/${id}/edit`, bo, { source: "A long correction", key: key() });
    expect(sent.status).toBe(410);
    expect(sent.text).toContain("A long correction</textarea>");
    const kept = await send(`/posts/${id}/edit`, bo, { source: "A long correction", key: key(), do: "keep" });
    expect(kept.status).toBe(303);
    const draft = await get(kept.to, bo);
    expect(draft.status).toBe(410);
    expect(draft.text).toContain("A long correction</textarea>");
    expect((await send(`/posts/${id}/edit`, ana, { source: "Not mine", key: key() })).status).toBe(410);
    expect((await get(`/posts/${id}/edit`, bo)).status).toBe(410);
  });
});

describe("a reply", () => {
  it("to what was removed meanwhile, or to a thread that was, gives back what was typed", async () => {
    const threadId = await thread();
    const id = await reply(threadId, ana);
    await withdrawOwnPost(site.house, ana, id);
    const sent = await send(`/posts/${id}/reply`, bo, { source: "Too late", key: key() });
    expect(sent.status).toBe(410);
    expect(sent.text).toContain("Too late</textarea>");
    await withdrawOwnPost(site.house, ana, threadId);
    const again = await send(`/posts/${threadId}/reply`, bo, { source: "Too late", key: key() });
    expect(again.status).toBe(410);
    expect(again.text).toContain("Too late</textarea>");
  });

  it("with a picture that is sent twice at once is one, with one picture", async () => {
    const id = await thread();
    const png = new Uint8Array(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
        .png()
        .toBuffer(),
    );
    const fields = { source: "Look", key: key(), "alt-1": "Red" };
    const both = await twice(async () => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append("picture-1", new File([png], "a.png"));
      const headers = { origin: ORIGIN, cookie: bo.cookie };
      return answered(await site.app.request(`/posts/${id}/reply`, { method: "POST", headers, body }));
    });
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(both[0].to).toBe(both[1].to);
    const rows = await site.db`select jsonb_array_length(attachments) as n from posts where parent_id = ${id}`;
    expect(rows).toEqual([{ n: 1 }]);
  });

  it("that is sent twice when the session has ended is one after signing in, whichever of its forms is sent", async () => {
    const id = await thread();
    const fields = { source: "Once, please", key: key() };
    const lost = await twice(() => send(`/posts/${id}/reply`, null, fields));
    const forms = lost.map(({ to }) => new URL(to, ORIGIN).searchParams.get("next") ?? "");
    expect(new Set(forms).size).toBe(2);
    for (const path of forms) {
      const form = await get(path, bo);
      expect(form.text).toContain("Once, please</textarea>");
      const draft = /name="draft" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
      const sent = await send(`/posts/${id}/reply`, bo, { ...fields, draft });
      expect(sent.status).toBe(303);
    }
    expect((await site.db`select from posts where parent_id = ${id}`).count).toBe(1);
    expect((await site.db`select from drafts where path = ${`/posts/${id}/reply`}`).count).toBe(0);
  });
});

describe("a draft", () => {
  it("of a reply can be read when the thread was locked or removed since", async () => {
    const threadId = await thread();
    const path = `/posts/${threadId}/reply`;
    const kept = await send(path, bo, { source: "Half a thought", key: key(), do: "keep" });
    await site.db`update threads set locked_at = now() where id = ${threadId}`;
    expect((await get(path, bo)).status).toBe(403);
    const locked = await get(kept.to, bo);
    expect(locked.status).toBe(403);
    expect(locked.text).toContain("Half a thought</textarea>");
    await withdrawOwnPost(site.house, ana, threadId);
    const gone = await get(kept.to, bo);
    expect(gone.status).toBe(410);
    expect(gone.text).toContain("Half a thought</textarea>");
    expect(gone.text).not.toContain("<p>Words</p>");
  });

  it("of a thread can be read when others may not begin one any more", async () => {
    const fields = { kind: "discussion", title: "Half", source: "Half a thread", key: key() };
    const kept = await send("/c/welding/new", bo, { ...fields, do: "keep" });
    await site.db`update communities set posting = 'facilitators'`;
    expect((await get("/c/welding/new", bo)).status).toBe(403);
    const draft = await get(kept.to, bo);
    expect(draft.status).toBe(403);
    expect(draft.text).toContain("Half a thread</textarea>");
    await site.db`update communities set posting = 'anyone'`;
    await send("/drafts/discard", bo, { path: "/c/welding/new" });
  });
});

describe("what was published", () => {
  it("is found by a form that is sent again, also when no more may be written there", async () => {
    const threadId = await thread();
    const fields = { source: "Sent in time", key: key() };
    const first = await send(`/posts/${threadId}/reply`, bo, fields);
    await site.db`update threads set locked_at = now() where id = ${threadId}`;
    expect((await send(`/posts/${threadId}/reply`, bo, fields)).to).toBe(first.to);
    await withdrawOwnPost(site.house, ana, threadId);
    expect((await send(`/posts/${threadId}/reply`, bo, fields)).to).toBe(first.to);
    const opening = { kind: "discussion", title: "In time", source: "In time", key: key() };
    const begun = await send("/c/welding/new", bo, opening);
    await site.db`update communities set posting = 'facilitators'`;
    expect((await send("/c/welding/new", bo, opening)).to).toBe(begun.to);
    await site.db`update communities set posting = 'anyone'`;
  });
});

describe("a form", () => {
  it("of which the network lost the end is refused, and nothing is written", async () => {
    const body = new FormData();
    body.append("source", "Half of ".repeat(1_000));
    const whole = new Request(ORIGIN, { method: "POST", body });
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const response = await site.app.request("/c/welding/new", {
      method: "POST",
      headers: { origin: ORIGIN, cookie: bo.cookie, "content-type": whole.headers.get("content-type") ?? "" },
      body: bytes.slice(0, bytes.length / 2),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  it("whose draft is kept by a script after it was sent leaves none", async () => {
    const fields = { kind: "discussion", title: "Sent", source: "Sent words", key: key() };
    const [sent] = await Promise.all([
      send("/c/welding/new", bo, { ...fields, do: "publish" }),
      ...Array.from({ length: 5 }, () => send("/drafts", bo, { ...fields, path: "/c/welding/new" })),
    ]);
    expect(sent?.status).toBe(303);
    expect((await send("/drafts", bo, { ...fields, path: "/c/welding/new" })).status).toBe(409);
    expect((await send("/drafts/discard", bo, { path: "/c/welding/new" })).status).toBe(303);
  });
});
