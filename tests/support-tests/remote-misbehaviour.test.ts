/** The scripted remote server fails on demand, and keeps books that a test can read. */
import { describe, expect, test } from "vitest";
import { openRemote } from "../support/remote/index.ts";
import { scriptGroup } from "./scripted-group.ts";

describe("misbehaviour and bookkeeping", () => {
  test("fails, asks for patience, insists on RFC 9421, hangs or is gone, as told", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [alice, bob] = [await here.addPerson("alice"), await there.addPerson("bob")];
    const activity = { id: `${bob.id}#x`, type: "Like", actor: bob.id, object: "http://127.0.0.1/1" };
    const knock = (sign: "cavage" | "rfc9421" = "cavage") => bob.send(activity, { to: alice.inbox, sign });
    here.fail.inboxStatus = 503;
    here.fail.retryAfter = "120";
    expect(await knock()).toMatchObject({ status: 503, headers: { "retry-after": "120" } });
    await expect(here.waitFor({ type: "Like" }, 20)).rejects.toThrow(
      /waited 20 ms for .*\nand was sent:\n {2}503 Like of/,
    );
    here.fail.inboxStatus = undefined;
    here.fail.refuseCavage = true;
    expect((await knock()).status).toBe(401);
    expect((await knock("rfc9421")).status).toBe(202);
    here.fail.hang = true;
    const verdict = await Promise.race([
      knock("rfc9421").catch(() => "ended"),
      new Promise((resolve) => setTimeout(resolve, 50, "hanging")),
    ]);
    expect(verdict).toBe("hanging");
    here.fail.hang = false;
    here.fail.gone = true;
    expect((await knock()).status).toBe(410);
    expect((await there.fetch(alice.id)).status).toBe(410);
    here.fail.gone = false;
    here.failWith((request) => (request.path.startsWith("/users/alice") ? { status: 418, body: "tea" } : undefined));
    expect(await there.fetch(alice.id)).toMatchObject({ status: 418, body: "tea" });
    expect((await there.fetch(`${here.origin}/nowhere`)).status).toBe(404);
  });

  test("records every request, and takes a body of any shape without failing", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [alice, bob] = [await here.addPerson("alice"), await there.addPerson("bob")];
    for (const body of ["", "nonsense", "[]", "null", '{"type":5,"actor":[1],"object":{"object":{}}}']) {
      expect((await bob.send(body, { to: alice.inbox })).status).toBeLessThan(500);
    }
    expect(
      (await bob.send("x".repeat(1024 * 1024 + 1), { to: alice.inbox }).catch(() => ({ status: 413 }))).status,
    ).toBe(413);
    expect(here.received).toHaveLength(5);
    expect(here.requests.filter((seen) => seen.method === "POST")).toHaveLength(6);
  });

  test("passes for another software in NodeInfo, and gives the template for following from afar", async () => {
    await using here = await openRemote({ software: "mastodon", nodeInfo: { name: "misskey", version: "2026.1.0" } });
    const alice = await here.addPerson("alice");
    const links = (await here.fetch(`${here.origin}/.well-known/nodeinfo`)).json?.links as { href: string }[];
    expect((await here.fetch(links.at(-1)?.href ?? "")).json).toMatchObject({ software: { name: "misskey" } });
    const finger = await here.fetch(`${here.origin}/.well-known/webfinger?resource=${encodeURIComponent(alice.id)}`);
    expect(finger.json?.links).toContainEqual({
      rel: "http://ostatus.org/schema/1.0/subscribe",
      template: `${here.origin}/authorize_interaction?uri={uri}`,
    });
    expect(alice.handle).toBe(`@alice@${here.host}`);
  });

  test("a reply may be sent to chosen inboxes, in answer to something nobody here has seen", async () => {
    await using group = await scriptGroup();
    await using here = await openRemote({ software: "mastodon" });
    const alice = await here.addPerson("alice");
    const unseen = `${group.origin}/posts/unseen`;
    await expect(alice.reply(unseen, { text: "Yes" })).rejects.toThrow("cannot be had");
    await alice.reply(unseen, { text: "Yes", deliverTo: [`${group.origin}/inbox`] });
    expect(group.inbox.at(-1)?.json).toMatchObject({ type: "Create", object: { inReplyTo: unseen } });
  });

  test("thread resolution fetches the posts above a reply", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "gotosocial" });
    const [alice, bob] = [await here.addPerson("alice"), await there.addPerson("bob")];
    const root = await bob.post({ text: "root" });
    const middle = await bob.reply(root, { text: "middle" });
    await bob.reply(middle, { text: "leaf", mention: alice.id });
    await here.waitFor({ type: "Create" });
    expect(here.status(root.id)?.content).toBe("<p>root</p>");
    expect(here.replies(root.id)).toMatchObject([{ id: middle.id }]);
    await expect(here.fetch(`${alice.id}/statuses/none`)).resolves.toMatchObject({ status: 404 });
  });
});
