/** Looking up what a member pastes or types: people, communities and posts elsewhere, and nothing that is not vouched for from both sides. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { isAddress, type LookedUp } from "../../federation/index.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote, type RemotePerson } from "../support/remote/index.ts";

let ours: TestServer;
let mastodon: Remote;
let lemmy: Remote;
let welding: CommunityRow;
let ana: RemotePerson;

beforeAll(async () => {
  ours = await openTestServer();
  mastodon = await openRemote({ software: "mastodon" });
  lemmy = await openRemote({ software: "lemmy" });
  ana = await mastodon.addPerson("ana", { displayName: "Ana Ruiz", summary: "<p>Welds <script>x</script>pipes.</p>" });
  welding = await ours.found("welding", "Welding");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await mastodon?.close();
  await lemmy?.close();
});
beforeEach(() => mastodon.failWith(undefined));

const lookUp = (text: string): Promise<LookedUp> => ours.app.federation.lookUp(text);

describe("a handle", () => {
  it.each(["@ana@HOST", "ana@HOST", "acct:ana@HOST", "  @ANA@HOST "])(
    "%s finds the person, their words cleaned",
    async (form) => {
      const found = await lookUp(form.replace("HOST", mastodon.host));
      expect(found).toMatchObject({ is: "person", actor: { uri: ana.id, name: "Ana Ruiz", host: mastodon.host } });
      expect(JSON.stringify(found)).not.toContain("script");
    },
  );

  it("with ! finds a community", async () => {
    const pipes = await lemmy.addPerson("pipes", { type: "Group", displayName: "Pipes" });
    expect(await lookUp(`!pipes@${lemmy.host}`)).toMatchObject({ is: "community", actor: { uri: pipes.id } });
  });

  it("of this server leads to the page here, without a request", async () => {
    expect(await lookUp(`!welding@${ours.host}`)).toEqual({ is: "here", path: "/c/welding" });
    expect(await lookUp(`@nobody@${ours.host}`)).toEqual({ problem: "unknown", host: ours.host });
  });

  it("that its server does not know is unknown; a server that is not there cannot be reached", async () => {
    expect(await lookUp(`@nobody@${mastodon.host}`)).toEqual({ problem: "unknown", host: mastodon.host });
    expect(await lookUp("@ana@127.0.0.1:9")).toEqual({ problem: "unreachable", host: "127.0.0.1:9" });
  });

  it("is not believed when the actor has another name", async () => {
    lie({ subject: `acct:boss@${mastodon.host}`, links: [self(ana.id)] });
    expect(await lookUp(`@boss@${mastodon.host}`)).toMatchObject({ problem: "unclear" });
  });

  it("is not believed when the actor's own server names another handle", async () => {
    const other = await openRemote({ software: "mastodon" });
    try {
      other.failWith(({ path }) =>
        path.startsWith("/.well-known/webfinger")
          ? jrd({ subject: `acct:ana@${other.host}`, links: [self(ana.id)] })
          : undefined,
      );
      // The actor's own server says that she is ana of that server, not of the other.
      expect(await lookUp(`@ana@${other.host}`)).toMatchObject({ problem: "unclear" });
    } finally {
      await other.close();
    }
  });

  it("is believed on a host of its own when the actor's server says the same", async () => {
    const front = await openRemote({ software: "mastodon" });
    try {
      const handle = jrd({ subject: `acct:ana@${front.host}`, links: [self(ana.id)] });
      const both = ({ path }: { path: string }) => (path.startsWith("/.well-known/webfinger") ? handle : undefined);
      front.failWith(both);
      mastodon.failWith(both);
      expect(await lookUp(`@ana@${front.host}`)).toMatchObject({ is: "person", actor: { uri: ana.id } });
    } finally {
      await front.close();
    }
  });

  it("of a blocked server is not looked up", async () => {
    const { db } = ours.app;
    await db`insert into peers (id, host, blocked_at) values (1, 'blocked.example', now())`;
    expect(await lookUp("@ana@blocked.example")).toEqual({ problem: "blocked", host: "blocked.example" });
    expect(await lookUp("https://blocked.example/@ana")).toEqual({ problem: "blocked", host: "blocked.example" });
  });

  it("that names an actor of ours is not believed", async () => {
    lie({ subject: `acct:welding@${mastodon.host}`, links: [self(welding.uri)] });
    expect(await lookUp(`@welding@${mastodon.host}`)).toMatchObject({ problem: "unclear" });
  });

  it.each(["[]", "null", "{", '{"subject":5,"links":{}}', '{"links":[{"rel":"self"}]}'])(
    "answered by %s is unclear, and no more",
    async (body) => {
      mastodon.failWith(({ path }) => (path.startsWith("/.well-known/webfinger") ? { status: 200, body } : undefined));
      expect(await lookUp(`@zoe@${mastodon.host}`)).toMatchObject({ problem: "unclear" });
    },
  );
});

describe("an address", () => {
  it("of a person finds the person", async () => {
    expect(await lookUp(ana.id)).toMatchObject({ is: "person", actor: { uri: ana.id } });
  });

  it("of a post that has no place here shows its text, cleaned, and its author", async () => {
    const post = await ana.post({ html: "<p>Hello <b>there</b><script>x</script></p>", deliverTo: [] });
    const found = await lookUp(post.id);
    expect(found).toMatchObject({ is: "post-elsewhere", post: { uri: post.id, author: { uri: ana.id } } });
    expect(JSON.stringify(found)).not.toContain("script");
    const [kept] = await ours.app.db`select count(*)::int as n from posts where uri = ${post.id}`;
    expect(kept).toEqual({ n: 0 });
  });

  it("of a post to a community here that never arrived gives it its place, and it is not announced", async () => {
    const post = await ana.post({ text: "Lost on the way\nWhere did it go?", mention: welding.uri, deliverTo: [] });
    const found = await lookUp(post.id);
    expect(found).toMatchObject({ is: "post" });
    const { postId } = found as { postId: string };
    expect((await ours.page(`/posts/${postId}`)).text).toContain("Where did it go?");
    // Known now: found without asking again.
    expect(await lookUp(post.id)).toEqual(found);
    const answer = await ana.reply(post, { text: "Here it is.", deliverTo: [] });
    const second = await ana.reply(answer, { text: "Indeed.", deliverTo: [] });
    expect(await lookUp(second.id)).toMatchObject({ is: "post" });
    expect((await ours.page(`/posts/${postId}`)).text).toContain("Here it is.");
  });

  it("of what is not public says nothing of it", async () => {
    const secret = await ana.post({ text: "Only for friends", public: "followers", deliverTo: [] });
    const found = await lookUp(secret.id);
    expect(JSON.stringify(found)).not.toContain("friends");
  });

  it("on this server leads to its page", async () => {
    expect(await lookUp(`${ours.origin}/c/welding?x=1`)).toEqual({ is: "here", path: "/c/welding?x=1" });
  });

  it("of a web page that is no document of the fediverse is unclear", async () => {
    mastodon.failWith(({ path }) =>
      path === "/page" ? { status: 200, body: "<html>", headers: { "content-type": "text/html" } } : undefined,
    );
    expect(await lookUp(`${mastodon.origin}/page`)).toMatchObject({ problem: "unclear" });
    expect(await lookUp(`${mastodon.origin}/missing`)).toMatchObject({ problem: "unknown" });
  });
});

it("of a visitor's own server tells them nothing of what our way out knows about it", async () => {
  for (const host of ["192.0.2.1", "169.254.169.254"])
    expect(await ours.app.federation.remoteFollow(`zoe@${host}`, welding.uri)).toEqual({
      problem: `${host} could not be reached.`,
    });
});

it("is told from mere words", () => {
  for (const text of ["@ana@mastodon.example", "!welding@a.example", "https://a.example/x", "ana@a.example"])
    expect(isAddress(text), text).toBe(true);
  for (const text of [
    "welding",
    "ana @ home",
    "@ana",
    "a@b",
    "mail me at ana@a.example",
    "ftp://a.example",
    "https://",
    "",
  ])
    expect(isAddress(text), text).toBe(false);
});

function self(href: string) {
  return { rel: "self", type: "application/activity+json", href };
}

function jrd(document: object) {
  return { status: 200, body: JSON.stringify(document), headers: { "content-type": "application/jrd+json" } };
}

function lie(document: object): void {
  mastodon.failWith(({ path }) => (path.startsWith("/.well-known/webfinger") ? jrd(document) : undefined));
}
