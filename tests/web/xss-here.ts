/** Puts script in disguise into every form that people here have. */
import sharp from "sharp";
import { expect } from "vitest";
import { startSession } from "../../src/auth/sessions.ts";
import type { TestServer } from "../support/app.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ADDRESSES, all, DEED, LINE, LINES, MARKDOWN, VECTORS } from "./xss-inputs.ts";

/** Does it as `ana`, who owns the server. Returns the pages that were made: the third is a thread with a reply for each vector. */
export async function putInHere(ours: TestServer, ana: TestPerson): Promise<string[]> {
  /** Sends a form; an answer that is no page of ours is a failure. What is refused (400, 409, 422) is as good as what is made harmless. */
  async function send(path: string, fields: Record<string, string | readonly string[]>, who: TestPerson | null = ana) {
    const answer = await fetch(ours.origin + path, formOf(ours.origin, who, fields));
    expect([200, 303, 400, 409, 422], `${path} ${JSON.stringify(fields).slice(0, 200)}`).toContain(answer.status);
    return answer.headers.get("location") ?? "";
  }

  const writing = (key: string, fields: Record<string, string>) => ({
    do: "publish",
    key: `the-key-of-${key}`,
    ...fields,
  });

  expect(VECTORS.length + MARKDOWN.length + LINES.length).toBeGreaterThan(150);
  const markdown = [...MARKDOWN, ...LINES].join("\n\n");
  await send("/settings", {
    name: LINE.slice(0, 90),
    bio: markdown.slice(0, 4_900),
    does: LINE.slice(0, 190),
    "helps-with": '<svg onload=__pwned=1>,"><i onclick=__pwned=1>',
    "wants-to-learn": "</p><script>__pwned=1</script>",
    "label-1": LINES[1],
    "url-1": "https://x.example/",
  });
  for (const url of ADDRESSES) await send("/settings", { name: LINES[1], "label-1": LINES[0], "url-1": url });
  expect(await send("/communities/new", { name: LINES[1], slug: "evil", summary: LINE, joining: "request" })).toBe(
    "/c/evil/settings?founded",
  );
  const settings = {
    name: LINES[1],
    summary: markdown.slice(0, 500),
    joining: "request",
    posting: "anyone",
    rules: LINES.join("\n"),
    questions: LINES.slice(0, 3).join("\n"),
    welcome: markdown.slice(0, 4_000),
    "down-votes": "yes",
  };
  await send("/c/evil/settings?founded", settings);
  for (const from of ["0", "1"])
    await send("/c/evil/charter/edit", {
      purpose: `${from} ${markdown}`,
      audience: VECTORS.join("\n\n").slice(0, 19_000),
      norms: LINE,
      roles: LINES.join("\n"),
      from,
    });
  for (const name of LINES) await send("/c/evil/topics", { name });
  await send("/c/evil/members/invite", { uses: "1", days: "3", note: LINE.slice(0, 190) });
  await send("/admin/invitations", { uses: "1", days: "3", note: LINE.slice(0, 190), group: "", role: "member" });
  await send("/admin", { name: LINES[1], registration: "approval", question: LINE, founding: "members" });
  await send(
    "/join",
    {
      username: "mallory",
      name: LINES[1],
      email: "mallory@mail.example",
      password: "nine purple kettles",
      answer: LINES.join("\n"),
    },
    null,
  );
  const bo = await makePerson(ours.app.house, "bo");
  await send("/c/evil/join", { "answer-0": LINES[1], "answer-1": LINES[3], "answer-2": LINES[4] }, bo);

  // A thread of each kind whose kind makes a difference, and a reply for each vector.
  const link = await send(
    "/c/evil/new",
    writing("link", {
      kind: "link",
      title: LINES[1],
      source: markdown.slice(0, 3_000),
      link: `https://x.example/"'><script>${DEED}</script>`,
      warning: LINES[0],
    }),
  );
  await send(
    "/c/evil/new",
    writing("language", {
      kind: "story",
      title: "In what language?",
      source: "In this one.",
      language: `en"><script>${DEED}</script>`,
    }),
  );
  for (const url of ADDRESSES.slice(0, 5)) {
    const refused = await send(
      "/c/evil/new",
      writing(`bad-${url.length}`, { kind: "link", title: "A link", source: "It is bad.", link: url }),
    );
    expect(refused, url).toBe("");
  }
  const poll = await send(
    "/c/evil/new",
    writing("poll", {
      kind: "poll",
      title: LINES[3],
      source: "Which?",
      options: LINES.slice(0, 6).join("\n"),
      days: "3",
    }),
  );
  const thread = await send(
    "/c/evil/new",
    writing("question", {
      kind: "question",
      title: LINE.slice(0, 190),
      "prompt-1": VECTORS.slice(0, 40).join("\n\n"),
      source: markdown,
      warning: "",
    }),
  );
  for (const made of [link, poll, thread]) expect(made).toMatch(/^\/c\/evil\/t\/\d+$/);
  const id = thread.split("/").pop() ?? "";
  await all([...VECTORS, ...MARKDOWN], (source, n) =>
    send(`/posts/${id}/reply`, writing(`reply-${n}`, { source, warning: n % 7 === 0 ? LINES[1] : "" })),
  );
  const [{ n } = { n: 0 }] = await ours.app.db<
    { n: number }[]
  >`select count(*)::int as n from posts where thread_id = ${id}`;
  expect(n).toBeGreaterThan(VECTORS.length);

  // A picture, whose description and file name are somebody's words too.
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const form = new FormData();
  for (const [name, value] of Object.entries(writing("picture", { source: "A picture.", "alt-1": LINES[1] })))
    form.append(name, value);
  form.append(
    "picture-1",
    new File([new Uint8Array(png)], `x"><img src=x onerror=${DEED}>.png`, { type: "image/png" }),
  );
  const sent = await fetch(`${ours.origin}/posts/${id}/reply`, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { origin: ours.origin, cookie: ana.cookie },
  });
  expect(sent.status).toBe(303);

  // What was changed, kept, retitled, removed with a reason.
  await send(
    `/posts/${id}/edit`,
    writing("edit", { kind: "question", title: LINES[4], source: VECTORS.slice(40, 80).join("\n\n") }),
  );
  await send(`/c/evil/t/${id}/retitle`, { title: LINE.slice(0, 190) });
  await send("/c/evil/new", {
    ...writing("draft", { kind: "story", title: LINES[1], source: markdown }),
    do: "keep",
  });
  const removed = await send(`/posts/${id}/reply`, writing("removed", { source: "To be removed." }), bo);
  await send(`${removed}/remove`, { reason: LINE });
  await send("/settings/blocks", { what: LINES[1] });
  await startSession(ours.app.house, { actorId: ana.id, secondFactor: false, address: LINES[1], userAgent: LINE });
  await send("/sign-in", { name: LINES[1], password: LINES[1] }, null);
  await ours.app.db`insert into mails (id, to_address, purpose, subject, text_body, last_error)
      values (1, ${LINES[1]}, ${LINES[0]}, ${LINE}, ${[...LINES, ...VECTORS].join("\n").replaceAll("\0", "").toWellFormed()}, ${LINES[3]})`;
  const [before] = await ours.app.db<
    { id: string }[]
  >`select id from posts where thread_id = ${id} and parent_id is not null order by id limit 1`;
  return [
    link,
    poll,
    thread,
    `${thread}?sort=newest`,
    `/posts/${id}/history`,
    `/posts/${id}/edit`,
    `/posts/${before?.id}/reply?quote=1`,
    `/posts/${before?.id}/edit`,
    `/posts/${before?.id}/remove`,
  ];
}
