/** Whatever comes to an inbox over HTTP is answered 202 or 4xx, also when it is signed well by somebody known and hostile in content. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TYPES } from "../../federation/inbox/index.ts";
import { type Doc, openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";
import { type Knocked, knock, type LogLine, listenToLog } from "./gate/knock.ts";
import { note, setStage } from "./inbox/stage.ts";

const stage = setStage();
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
let forum: Remote;
let group: RemotePerson;
let log: LogLine[];
let serial = 0;

beforeAll(async () => {
  log = listenToLog();
  forum = await openRemote({ software: "lemmy" });
  // Somebody on a forum follows, so that all of it is passed on.
  await (await forum.addPerson("lena", { sharedKey: true })).follow(stage.group.uri);
  group = await forum.addPerson("brazing", { type: "Group", sharedKey: true });
  await stage.send(group, stage.activity(group, "Like", { object: stage.thread.id }));
  await stage.ours.app.db`
    insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select g.id, i.id, 'accepted', 'x', now() from actors g, actors i where g.uri = ${group.id} and i.uri = ${`${stage.ours.origin}/actor`}`;
});
afterAll(() => forum?.close());

function expectAnswered(status: number, what: unknown): void {
  if (status !== 202 && !(status >= 400 && status < 500))
    throw new Error(`${status} for ${JSON.stringify(what)}\n${lastError()}`);
}

function lastError(): string {
  return JSON.stringify(log.findLast((line) => line.level === "error") ?? {});
}

/** Text of all kinds: words, any Unicode, controls, what HTML, SQL and JSON give a meaning to, and some that is long. */
const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\u202e",
    "null",
    "__proto__",
    "'; drop table posts; --",
    "<script>alert(1)</script>",
    "<p>".repeat(300),
    "&amp;",
    "{}",
  ),
  fc
    .tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 30_000 }))
    .map(([unit, times]) => unit.repeat(times)),
);

/** URLs: of things that are here, of things that are not, on the sender's server and on ours, long, in other scripts, and no URLs at all. */
const urls = fc.oneof(
  fc
    .constantFrom("thread", "group", "ours", "posts", "ana", "public", "own", "missing")
    .map((which) => ({ which, tail: "" })),
  fc
    .tuple(fc.constantFrom("own", "missing", "ours"), fc.string({ unit: "grapheme", maxLength: 300 }))
    .map(([which, tail]) => ({ which, tail })),
  fc
    .tuple(fc.constantFrom("own", "ours"), fc.stringMatching(/^[a-z0-9]{1500,2100}$/))
    .map(([which, tail]) => ({ which, tail })),
  fc
    .constantFrom(
      "http://",
      "https://[",
      "http://a b/",
      "//x",
      "javascript:alert(1)",
      "http://127.0.0.1:1/nobody",
      "http://127.0.0.1:1/%00",
      "mailto:a@b",
      "#x",
    )
    .map((tail) => ({ which: "raw", tail })),
);

function toUrl({ which, tail }: { which: string; tail: string }): string {
  const start: Record<string, string> = {
    thread: stage.thread.id,
    group: stage.group.uri,
    ours: `${stage.ours.origin}/`,
    posts: `${stage.ours.origin}/posts/1`,
    ana: stage.ana.id,
    public: PUBLIC,
    own: `${stage.home.origin}/x/${++serial}/`,
    missing: `${stage.home.origin}/missing`,
    raw: "",
  };
  return (start[which] ?? "") + tail;
}

/** Any JSON, with our words as keys now and then, so that it looks like something. */
const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    hostileText,
    urls.map(toUrl),
    fc.constantFrom(
      null,
      true,
      false,
      0,
      -1,
      1e300,
      2 ** 53,
      "2026-02-30T25:61:61Z",
      "-271821-04-20T00:00:00Z",
      "9999-12-31T23:59:59Z",
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom("id", "type", "href", "url", "name", "content", "object", "actor", "items", "mediaType"),
        fc.string({ unit: "grapheme", maxLength: 8 }),
      ),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

const FIELDS = (
  "id type url name content contentMap summary summaryMap source mediaType to cc bto bcc audience attributedTo inReplyTo published updated " +
  "tag attachment image icon oneOf anyOf endTime closed replies likes context conversation sensitive language object actor target origin " +
  "preferredUsername inbox endpoints followers publicKey assertionMethod alsoKnownAs movedTo proof signature instrument quoteUrl"
).split(" ");

/** Some fields with anything in them. */
const spoiled = fc.dictionary(fc.constantFrom(...FIELDS), anyJson, { minKeys: 1, maxKeys: 5 });

/** What a field of an activity's head may be spoiled with: its id and actor must stand, or it never comes further than the gate. */
function without(fields: Record<string, unknown>, ...names: string[]): Doc {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Sends it as text: JSON.stringify has made lone surrogates escapes, as a hostile sender would. */
function send(by: RemotePerson, activity: Doc): Promise<{ status: number }> {
  return by.send(JSON.stringify(activity), { to: stage.inbox });
}

async function thrownAway(type = "Person"): Promise<RemotePerson> {
  return stage.home.addPerson(`p${++serial}`, { sharedKey: true, type: type as "Person" });
}

const runs = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 20_000 });

describe("is answered 202 or 4xx:", () => {
  test("any bytes, signed well", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const { status } = await stage.ben.send(body, { to: stage.inbox });
        expectAnswered(status, [...body]);
        expect(status).not.toBe(202);
      }),
      runs(100),
    );
  });

  test("any headers", async () => {
    const name = fc.constantFrom(
      "signature",
      "signature-input",
      "digest",
      "content-digest",
      "date",
      "host",
      "content-type",
      "authorization",
      "content-length",
      "content-encoding",
      "expect-nothing",
      "x-forwarded-host",
    );
    const value = fc.oneof(
      fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
      fc.string({ unit: fc.integer({ min: 0xa0, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 30 }),
      fc.constantFrom(
        'keyId="http://127.0.0.1:1/x#main-key",headers="(request-target) host date digest",signature="AAAA"',
        `keyId="${"x".repeat(3_000)}"`,
        'sig1=("@method" "@target-uri" "content-digest");created=1;keyid="http://127.0.0.1:1/x"',
        'sig1=("@method";req);created=99999999999999999999;keyid="x"',
        `sig1=:${"A".repeat(400)}:`,
        "sha-256=:AAAA:",
        "SHA-256=",
        "application/activity+json",
        new Date().toUTCString(),
        "Thu, 99 Jan 99999 99:99:99 GMT",
      ),
    );
    const headers = fc.array(fc.tuple(name, value), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(headers, async (list) => {
        // A declared length that is wrong is Node's to refuse, and a test of ours to hang on.
        const fit = list.filter(([header, is]) => header !== "content-length" || is === "0");
        const typed = fit.some(([header]) => header === "content-type");
        const sent = typed ? fit : [...fit, ["content-type", "application/activity+json"]];
        const answer: Knocked = await knock(stage.inbox, { headers: sent as [string, string][], body: "" });
        expectAnswered(answer.status, sent);
        expect(answer.status).not.toBe(202);
      }),
      runs(150),
    );
  });

  test("any JSON, signed well", async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, async (value) =>
        expectAnswered((await stage.ben.send(JSON.stringify(value), { to: stage.inbox })).status, value),
      ),
      runs(100),
    );
  });

  test.each([...TYPES, "Flag", "Add", "Block"])("a %s with anything in it", async (type) => {
    // The account goes with the first Delete that means it, and moves but once.
    const by = type === "Delete" || type === "Move" ? await thrownAway() : stage.ben;
    await fc.assert(
      fc.asyncProperty(anyJson, spoiled, async (object, fields) => {
        const activity = { ...stage.activity(by, type, { object }), ...without(fields, "id", "actor", "type") };
        expectAnswered((await send(by, activity)).status, activity);
      }),
      runs(40),
    );
  });

  test.each(["Create", "Update"])("a %s of a post with anything in its fields", async (type) => {
    await fc.assert(
      fc.asyncProperty(spoiled, fc.boolean(), fc.boolean(), async (fields, named, reply) => {
        const base = note(stage, stage.ben, reply ? { inReplyTo: stage.thread.id } : {});
        const object = { ...base, ...(named ? without(fields, "id", "attributedTo", "to", "cc") : fields) };
        const activity = stage.activity(stage.ben, type, { object });
        expectAnswered((await send(stage.ben, activity)).status, activity);
      }),
      runs(100),
    );
  });

  test("an edit, a vote, a boost and a deletion of a post, each with anything in it", async () => {
    const acts = fc.constantFrom("Update", "EmojiReact", "Like", "Announce", "Undo", "Delete");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(acts, spoiled), { minLength: 1, maxLength: 4 }), async (steps) => {
        const object = note(stage, stage.ben);
        expectAnswered((await send(stage.ben, stage.activity(stage.ben, "Create", { object }))).status, object);
        for (const [type, fields] of steps) {
          const whole = { ...object, updated: new Date().toISOString(), ...without(fields, "id", "attributedTo") };
          const inner = { type: "Like", actor: stage.ben.id, object: object.id, ...without(fields, "actor", "object") };
          const about = type === "Update" ? whole : type === "Undo" ? inner : object.id;
          const activity = {
            ...stage.activity(stage.ben, type, { object: about }),
            ...without(fields, "id", "actor", "type", "object"),
          };
          expectAnswered((await send(stage.ben, activity)).status, activity);
        }
      }),
      runs(30),
    );
  });

  test("an Update of an actor with anything in its fields", async () => {
    await fc.assert(
      fc.asyncProperty(spoiled, async (fields) => {
        const person = await thrownAway();
        const object = { ...stage.home.objects.get(person.id), ...without(fields, "id") };
        const activity = stage.activity(person, "Update", { object });
        expectAnswered((await send(person, activity)).status, activity);
      }),
      runs(40),
    );
  });

  test("a letter from an actor whose own document has anything in its fields", async () => {
    await fc.assert(
      fc.asyncProperty(spoiled, async (fields) => {
        const person = await thrownAway();
        stage.home.objects.set(person.id, { ...stage.home.objects.get(person.id), ...fields });
        const activity = stage.activity(person, "Like", { object: stage.thread.id });
        expectAnswered((await send(person, activity)).status, fields);
      }),
      runs(40),
    );
  });

  test("what a followed group passes on, with anything in the post it points to", async () => {
    const dora = await forum.addPerson("dora", { sharedKey: true });
    await fc.assert(
      fc.asyncProperty(
        spoiled,
        spoiled,
        fc.constantFrom("Create", "Update", "Delete", "Like"),
        async (fields, inner, type) => {
          const object: Doc = { ...note(stage, dora), cc: [group.id], ...without(fields, "id") };
          forum.objects.set(String(object.id), { "@context": "https://www.w3.org/ns/activitystreams", ...object });
          const passed = {
            id: `${dora.id}#${++serial}`,
            type,
            actor: dora.id,
            object,
            ...without(inner, "object", "type"),
          };
          const activity = stage.activity(group, "Announce", { object: passed });
          expectAnswered((await send(group, activity)).status, activity);
        },
      ),
      runs(40),
    );
  });
});

describe("afterwards", () => {
  test("the server is alive, takes a good letter, and met no bug", async () => {
    const before = await stage.count("threads");
    const answer = await stage.send(stage.ana, stage.activity(stage.ana, "Create", { object: note(stage, stage.ana) }));
    expect(answer.status).toBe(202);
    expect(await stage.count("threads")).toBe(before + 1);
    await stage.ours.worker.settled();
    expect(log.filter((line) => line.level === "error" || line.level === "fatal")).toEqual([]);
  });

  test("whatever got in can be read again: pages, feeds, collections", async () => {
    const { ours } = stage;
    const ids = await ours.app.db<{ id: string; gone: boolean }[]>`
      select t.id, t.removed_at is not null as gone from threads t join communities c on c.actor_id = t.group_id order by random() limit 40`;
    expect(ids.length).toBeGreaterThan(20);
    const pages = ["/", "/c/welding", "/c/welding/feed.atom", "/feed.atom"];
    for (const path of pages) expect((await ours.page(path)).status, path).toBe(200);
    for (const path of ["/c/welding/outbox", "/c/welding/followers", "/nodeinfo/2.1"])
      expect((await ours.document(path)).status, path).toBe(200);
    for (const { id, gone } of ids) {
      const page = await ours.page(`/c/welding/t/${id}`);
      expect(page.status, id).toBe(gone ? 410 : 200);
      expect(page.text).not.toContain("<script>alert");
      expect((await ours.page(`/c/welding/t/${id}/feed.atom`)).status).toBe(gone ? 410 : 200);
      expect((await ours.document(`/posts/${id}/context`)).status).toBe(gone ? 404 : 200);
    }
    expect(log.filter((line) => line.level === "error" || line.level === "fatal")).toEqual([]);
  });
});
