/** The gate over real HTTP: what each refusal says and logs, and that it does nothing and fetches nothing. */
import { describe, expect, test } from "vitest";
import { ldSignature, type Outgoing, type SendOptions, signCavage, signRfc9421 } from "../support/remote/index.ts";
import { type Knocked, knock, knockWith, rowsOf } from "./gate/knock.ts";
import { answered, setDoor } from "./gate/stranger.ts";
import { setStage } from "./inbox/stage.ts";

const stage = setStage();
const door = setDoor(stage);
const { letter, send, signed, expectRefusal } = door;
const AS = "https://www.w3.org/ns/activitystreams";
const MIB = 1024 * 1024;
type Sign = NonNullable<SendOptions["sign"]>;

/** Signs over these components only, in the style of draft-cavage. */
function covering(...covered: string[]): Sign {
  return (request, key) => {
    signCavage(request, key);
    const header = request.headers.signature ?? "";
    request.headers.signature = header.replace(/headers="[^"]*"/, `headers="${covered.join(" ")}"`);
  };
}

/** RFC 9421 with the parameters changed; what is changed does not matter when it is refused before it is verified. */
function reworded(change: (input: string) => string): Sign {
  return (request, key) => {
    signRfc9421(request, key);
    request.headers["signature-input"] = change(request.headers["signature-input"] ?? "");
  };
}

function otherBody(request: Outgoing): void {
  request.body = Buffer.from("{}");
}

function header(name: string, value: string): (request: Outgoing) => void {
  return ({ headers }) => {
    headers[name] = value;
  };
}

function nested(levels: number): string {
  return `${"[".repeat(levels)}${"]".repeat(levels)}`;
}

function hoursAway(hours: number): Date {
  return new Date(Date.now() + hours * 3_600_000);
}

const otherHost: Sign = (request, key) => {
  request.headers.host = "other.example";
  signCavage(request, key);
};
const twice: Sign = (request, key) => {
  signRfc9421(request, key);
  const { signature } = request.headers;
  signCavage(request, key);
  request.headers.signature = `${request.headers.signature}, ${signature}`;
};

/** Refused before anybody is asked about the key. */
const early: [string, number, RegExp, () => Promise<Knocked>][] = [
  ["an unsigned letter", 401, /not signed/, () => send(letter(), { sign: "none" })],
  [
    "a signature in the Authorization header",
    401,
    /Authorization/,
    () => {
      const { headers, ...rest } = signed(letter());
      const { signature = "", ...others } = headers;
      return knockWith({ ...rest, headers: { ...others, authorization: `Signature ${signature}` } });
    },
  ],
  ["a wrong digest", 401, /digest does not fit/, () => send(letter(), { tamper: otherBody })],
  [
    "a digest by SHA-1 alone",
    401,
    /neither SHA-256 nor SHA-512/,
    () => send(letter(), { tamper: header("digest", "SHA=aaaa") }),
  ],
  [
    "a signature that leaves out the target",
    401,
    /\(request-target\)/,
    () => send(letter(), { sign: covering("host", "date", "digest") }),
  ],
  [
    "a signature that leaves out the host",
    401,
    /host/,
    () => send(letter(), { sign: covering("(request-target)", "date", "digest") }),
  ],
  [
    "a signature that leaves out the time",
    401,
    /neither date nor/,
    () => send(letter(), { sign: covering("(request-target)", "host", "digest") }),
  ],
  [
    "a signature that leaves out the body",
    401,
    /digest/,
    () => send(letter(), { sign: covering("(request-target)", "host", "date") }),
  ],
  ["a date of two hours ago", 401, /more than an hour/, () => send(letter(), { date: hoursAway(-2) })],
  ["a date in two hours", 401, /more than an hour/, () => send(letter(), { date: hoursAway(2) })],
  ["two signatures at once", 400, /two ways at once/, () => send(letter(), { sign: twice })],
  [
    "two Signature headers",
    400,
    /twice/,
    () => {
      const { headers, url, body } = signed(letter());
      return knock(url.href, { body, headers: [...Object.entries(headers), ["Signature", headers.signature ?? ""]] });
    },
  ],
  ["a signature for another host", 401, /another host/, () => send(letter(), { sign: otherHost })],
  [
    "a signature that cannot be read",
    400,
    /without an end/,
    () => send(letter(), { tamper: header("signature", 'keyId="x') }),
  ],
  ["a key id that is no URL", 400, /key id/, () => send(letter(), { keyId: "acct:stranger@example" })],
  ["another content type", 415, /activity\+json/, () => send(letter(), { contentType: "text/plain" })],
  [
    "an RFC 9421 signature of another body",
    401,
    /digest does not fit/,
    () => send(letter(), { sign: "rfc9421", tamper: otherBody }),
  ],
  [
    "an RFC 9421 signature without a time",
    401,
    /when it was created/,
    () => send(letter(), { sign: reworded((input) => input.replace(/;created=\d+/, "")) }),
  ],
  [
    "an RFC 9421 signature that has expired",
    401,
    /expired/,
    () => send(letter(), { sign: reworded((input) => `${input};expires=1`) }),
  ],
  [
    "an RFC 9421 signature that leaves out the body",
    401,
    /content-digest/,
    () => send(letter(), { sign: reworded((input) => input.replace(' "content-digest"', "")) }),
  ],
  [
    "an RFC 9421 signature that leaves out the place",
    401,
    /@target-uri/,
    () => send(letter(), { sign: reworded((input) => input.replace(' "@target-uri"', "")) }),
  ],
  [
    "two RFC 9421 signatures",
    400,
    /read/,
    () => send(letter(), { sign: reworded((input) => `${input}, ${input.replace("sig1", "sig2")}`) }),
  ],
  [
    "a body of 1 MiB and a byte",
    413,
    /larger than 1 MiB/,
    () => knockWith(signed(letter({ content: "x".repeat(MIB) }))),
  ],
  [
    "as much in chunks, without a declared length",
    413,
    /larger than 1 MiB/,
    () => knockWith(signed(letter({ content: "x".repeat(MIB) })), { chunked: true }),
  ],
  [
    "a vote of more than 64 KiB",
    413,
    /64 KiB/,
    () => send(letter({ type: "Like", object: stage.thread.id, padding: "x".repeat(64 * 1024) })),
  ],
  ["JSON that is too deep", 400, /deep/, () => send(`{"type":${nested(40)}}`)],
  ["JSON of too many tokens", 400, /tokens/, () => send(`{"type":[${"1,".repeat(20_000)}1]}`)],
  ["something that is not JSON", 400, /not valid JSON/, () => send("type=Create")],
  ["bytes that are not UTF-8", 400, /UTF-8/, () => send(Buffer.from([0x7b, 0xff, 0x7d]))],
  ["an array", 400, /not an object/, () => send("[]")],
  ["nothing at all", 400, /not valid JSON/, () => send("")],
  ["a @graph", 400, /@graph/, () => send(letter({ "@graph": [] }))],
  [
    "a context that gives our words another meaning",
    400,
    /another meaning/,
    () => send(letter({ "@context": [AS, { actor: "https://evil.example/ns#actor" }] })),
  ],
  ["a context without ActivityStreams", 400, /@context/, () => send(letter({ "@context": "https://evil.example/ns" }))],
  ["a full IRI for a word of ours", 400, /IRI/, () => send(letter({ [`${AS}#actor`]: "https://evil.example/" }))],
  ["an actor that is a list", 400, /"actor"/, () => send(letter({ actor: [door.stranger.id, stage.mallory.id] }))],
  ["an actor that is a number", 400, /"actor"/, () => send(letter({ actor: 1 }))],
  ["no actor", 400, /"actor"/, () => send(letter({ actor: undefined }))],
  ["a relative actor", 400, /"actor"/, () => send(letter({ actor: "/users/stranger" }))],
  ["no type", 400, /type/, () => send(letter({ type: undefined }))],
  ["a type that is an object", 400, /"type"/, () => send(letter({ type: { toString: 1 } }))],
  ["a type as long as a book", 400, /"type"/, () => send(letter({ type: "x".repeat(100_000) }))],
  ["no id", 400, /no id/, () => send(letter({ id: undefined }))],
  ["an id on another origin", 403, /another server/, () => send(letter({ id: `${stage.elsewhere.origin}/x` }))],
  ["an id on this server", 403, /another server/, () => send(letter({ id: `${stage.ours.origin}/x` }))],
  ["an id longer than any URL", 400, /id/, () => send(letter({ id: `${door.stranger.id}#${"x".repeat(2_048)}` }))],
  [
    "an id of 2,000 characters that are 6,000 bytes",
    400,
    /no id/,
    () => send(letter({ id: `${door.stranger.id}#${"\u8a9e".repeat(2_000)}` })),
  ],
  [
    "a key of another server than the actor's",
    401,
    /another server/,
    () => stage.mallory.send(letter(), { to: stage.inbox }).then(answered),
  ],
  [
    "a Linked Data signature and nothing else",
    401,
    /not signed/,
    () => {
      const body = letter();
      return send(
        { ...body, signature: ldSignature(body, { ...door.stranger.key, keyId: door.stranger.keyId }) },
        { sign: "none" },
      );
    },
  ],
  [
    "more recipients than we take",
    400,
    /recipients/,
    () => send(letter({ to: Array.from({ length: 1_001 }, (_, i) => `https://a.example/${i}`) })),
  ],
];

describe("is refused, changes nothing and fetches nothing:", () => {
  test.each(early)("%s", async (_, status, sentence, knocking) => {
    const before = await rowsOf(stage.ours.app.db, { people: true });
    stage.home.requests.length = 0;
    stage.elsewhere.requests.length = 0;
    door.turnThePage();
    expectRefusal(await knocking(), status, sentence);
    expect(await rowsOf(stage.ours.app.db, { people: true })).toEqual(before);
    expect([...stage.home.fetches, ...stage.elsewhere.fetches]).toEqual([]);
  });

  test("a letter to nobody", async () => {
    door.turnThePage();
    expectRefusal(await send(letter(), { to: `${stage.ours.origin}/c/nobody/inbox` }), 404, /Nobody/);
  });

  test("a letter that is fetched instead of posted", async () => {
    const answer = await knock(stage.inbox, { method: "GET" });
    expect(answer).toMatchObject({ status: 405, sentence: expect.any(String) });
  });
});

test("no refusal here was a bug in disguise", () => {
  expect(door.errors()).toEqual([]);
});

test("a letter in the name of this server's own community is refused, not answered with a bug", async () => {
  const { group } = stage;
  const body = { ...letter(), id: `${group.uri}#forged/1`, actor: group.uri };
  door.turnThePage();
  door.expectRefusal(await send(body, { keyId: `${group.uri}#main-key` }), 403, /of this server/);
});

test("a key id with a name of a thousand labels is refused without looking up a thousand names", async () => {
  const answer = await send(letter(), { keyId: `https://${"a.".repeat(900)}example/u#key` });
  expect(answer.status).toBe(403);
});
