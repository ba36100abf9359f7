/** Where a visitor goes on their own server to follow a community of ours: what they may type, and what their server may answer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseVisitor } from "../../federation/fetch/webfinger.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote } from "../support/remote/index.ts";

const HERE = "https://commons.example/c/welding";
const THERE = encodeURIComponent(HERE);
const SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe";

let ours: TestServer;
let mastodon: Remote;
let lemmy: Remote;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  lemmy = await openRemote({ software: "lemmy" });
  await mastodon.addPerson("ana");
  await lemmy.addPerson("lena");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await lemmy?.close();
});
beforeEach(() => mastodon.failWith(undefined));

const follow = (typed: string) => ours.app.federation.remoteFollow(typed, HERE);

/** What its WebFinger answers, whoever is asked for. */
function answer(status: number, body: string | object): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  mastodon.failWith(({ path }) =>
    path.startsWith("/.well-known/webfinger")
      ? { status, headers: { "content-type": "application/jrd+json" }, body: text }
      : undefined,
  );
}
const template = (given: unknown) =>
  answer(200, { subject: "acct:ana@x", links: [{ rel: "self" }, { rel: SUBSCRIBE, template: given }] });
const common = () => ({ url: `${mastodon.origin}/authorize_interaction?uri=${THERE}`, host: mastodon.host });

describe("what a visitor types", () => {
  it.each([
    ["ana@mastodon.example", "ana", "mastodon.example"],
    ["  @ana@mastodon.example ", "ana", "mastodon.example"],
    ["@ana@Mastodon.Example:8443", "ana", "mastodon.example:8443"],
    ["@ana@bücher.example", "ana", "xn--bcher-kva.example"],
    ["mastodon.example", null, "mastodon.example"],
    ["https://mastodon.example", null, "mastodon.example"],
    ["https://mastodon.example/@ana", "ana", "mastodon.example"],
    ["mastodon.example/@ana/", "ana", "mastodon.example"],
    ["https://lemmy.example/u/ana", "ana", "lemmy.example"],
    ["https://mastodon.example/users/ana", "ana", "mastodon.example"],
    ["https://mastodon.example/@ana/113/replies", null, "mastodon.example"],
  ])("%s", (typed, user, host) => {
    expect(parseVisitor(typed)).toEqual({ user, host });
  });

  it.each([
    "",
    "@",
    "ana smith",
    "@ana@",
    "ana@b@c d",
    "https://",
    "https://ana:secret@host.example/",
    "@ana@host:99999",
  ])("is asked for again: %s", async (typed) => {
    expect(parseVisitor(typed)).toBeNull();
    expect(await follow(typed)).toEqual({ problem: expect.stringContaining("Write your handle") });
  });
});

describe("leads", () => {
  it("from a handle, or the address of a profile, to where the visitor's server says", async () => {
    for (const typed of [`@ana@${mastodon.host}`, `${mastodon.origin}/@ana`])
      expect(await follow(typed)).toEqual(common());
    expect(await follow(`${lemmy.origin}/u/lena`)).toEqual({
      url: `${lemmy.origin}/activitypub/externalInteraction?uri=${THERE}`,
      host: lemmy.host,
    });
    template(`${mastodon.origin}/follow/{uri}?from={uri}`);
    const url = `${mastodon.origin}/follow/${THERE}?from=${THERE}`;
    expect(await follow(`ana@${mastodon.host}`)).toEqual({ url, host: mastodon.host });
  });

  it("from the name of a server to the place that most have in common, without asking it", async () => {
    const before = mastodon.fetches.length;
    expect(await follow(mastodon.origin)).toEqual(common());
    expect(mastodon.fetches).toHaveLength(before);
  });

  it.each([["none"], [5], ["/follow?"], ["http://127.0.0.1/follow"]])(
    "to the place that most have in common where the template has no room for us: %s",
    async (given) => {
      template(given);
      expect(await follow(`@ana@${mastodon.host}`)).toEqual(common());
    },
  );

  it("there as well where no link, or a list of nonsense, is given", async () => {
    for (const links of [undefined, [], [null, 5, [], { rel: SUBSCRIBE }], "links"]) {
      answer(200, { subject: "acct:ana@x", links });
      expect(await follow(`@ana@${mastodon.host}`)).toEqual(common());
    }
  });
});

describe("says what is wrong, and leads nowhere, when the visitor's server", () => {
  it.each(["javascript:alert('{uri}')", "data:text/html,{uri}", "/follow?uri={uri}", "ftp://host.example/{uri}"])(
    "gives the template %s",
    async (given) => {
      template(given);
      const problem = `${mastodon.host} gave an address that is not one of a web page.`;
      expect(await follow(`@ana@${mastodon.host}`)).toEqual({ problem });
    },
  );

  it("does not know them", async () => {
    const problem = `${mastodon.host} does not know nobody. Is the handle spelled right?`;
    expect(await follow(`@nobody@${mastodon.host}`)).toEqual({ problem });
  });

  it.each([401, 410, 500])("answers %i", async (status) => {
    answer(status, "");
    const problem = `${mastodon.host} did not say how to follow from there (HTTP ${status}).`;
    expect(await follow(`@ana@${mastodon.host}`)).toEqual({ problem });
  });

  it.each(["<!doctype html>", "", "[]", "null", '"x"', '{"links":'])(
    "answers what is no WebFinger: %s",
    async (body) => {
      answer(200, body);
      const problem = `${mastodon.host} answered something that is not WebFinger.`;
      expect(await follow(`@ana@${mastodon.host}`)).toEqual({ problem });
    },
  );

  it("answers far too much", async () => {
    answer(200, { subject: "acct:ana@x", links: [], padding: "x".repeat(70_000) });
    const problem = expect.stringContaining(`${mastodon.host} could not be reached`);
    expect(await follow(`@ana@${mastodon.host}`)).toEqual({ problem });
  });

  it("is not there", async () => {
    const problem = expect.stringContaining("127.0.0.1:9 could not be reached");
    expect(await follow("@ana@127.0.0.1:9")).toEqual({ problem });
  });
});
