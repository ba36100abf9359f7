/** The scripted remote server checks every signature and digest itself, and demands signed fetches as GoToSocial. */
import { generateKeyPairSync, sign as signBytes, verify as verifyBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyIn, makeKeyPair, type Outgoing, openRemote, type RemotePerson } from "../support/remote/index.ts";

/** Multibase base58btc of an Ed25519 public key with its multicodec prefix. */
function multibase(raw: Buffer): string {
  let number = BigInt(`0x${Buffer.concat([Buffer.from([0xed, 0x01]), raw]).toString("hex")}`);
  let digits = "";
  for (; number > 0n; number /= 58n) {
    digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[Number(number % 58n)] + digits;
  }
  return `z${digits}`;
}

describe("signatures", () => {
  test.each(["cavage", "rfc9421"] as const)("%s: an honest request is verified, a changed one is not", async (sign) => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [alice, bob] = [await here.addPerson("alice"), await there.addPerson("bob")];
    const activity = { id: `${bob.id}#x`, type: "Follow", actor: bob.id, object: alice.id };
    const knock = async (options: Partial<Parameters<RemotePerson["send"]>[1]>): Promise<string> => {
      const { status } = await bob.send(activity, { to: alice.inbox, sign, ...options });
      const { signature } = here.received.at(-1) ?? {};
      expect(status).toBe(signature?.verified ? 202 : 401);
      return signature?.verified ? `ok ${signature.style}` : String(signature?.reason);
    };
    expect(await knock({})).toBe(`ok ${sign}`);
    const digest = sign === "cavage" ? "digest" : "content-digest";
    const otherBody = (request: Outgoing): void => {
      request.body = Buffer.from('{"type":"Like"}');
    };
    const otherPath = (request: Outgoing): void => {
      request.url.pathname = "/inbox";
    };
    expect(await knock({ tamper: otherBody })).toContain("digest");
    expect(await knock({ tamper: otherPath })).toContain("does not verify");
    expect(await knock({ tamper: (request) => void delete request.headers[digest] })).toContain("not there");
    expect(await knock({ date: new Date(Date.now() - 24 * 3600_000) })).toContain("outside the window");
    expect(await knock({ key: await makeKeyPair() })).toContain("does not verify");
    expect(await knock({ keyId: `${bob.id}#other` })).toContain("there is no key");
    expect(await knock({ sign: "none" })).toContain("not signed");
    expect(await knock({ keyId: `${bob.id}2#main-key` })).toContain("answers 404");
  });

  test("an Ed25519 Multikey is read, and holds what it signed", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
    const id = "http://127.0.0.1/c/a#ed25519-key";
    const entry = { id, type: "Multikey", controller: "http://127.0.0.1/c/a", publicKeyMultibase: multibase(raw) };
    const found = keyIn({ id: "http://127.0.0.1/c/a", assertionMethod: [entry] }, id);
    expect(found?.owner).toBe("http://127.0.0.1/c/a");
    const text = Buffer.from("text");
    expect(found && verifyBytes(null, text, found.key, signBytes(null, text, privateKey))).toBe(true);
  });

  test("a well signed activity in another's name does nothing", async () => {
    await using here = await openRemote({ software: "mastodon" });
    await using there = await openRemote({ software: "mastodon" });
    const [alice, bob, eve] = [
      await here.addPerson("alice"),
      await there.addPerson("bob"),
      await there.addPerson("eve"),
    ];
    const forged = { id: `${bob.id}#x`, type: "Follow", actor: bob.id, object: alice.id };
    await eve.send(forged, { to: alice.inbox });
    await here.idle();
    expect(alice.followers.size).toBe(0);
    expect(here.complaints.join()).toContain("in the name of");
  });

  test("GoToSocial refuses unsigned GETs but serves keys, WebFinger and NodeInfo to anyone", async () => {
    await using gts = await openRemote({ software: "gotosocial" });
    await using other = await openRemote({ software: "gotosocial" });
    const bob = await gts.addPerson("bob");
    const post = await bob.post({ text: "hi" });
    for (const url of [bob.id, post.id, `${bob.id}/outbox`, gts.instanceActor]) {
      expect((await other.fetch(url, { signed: false })).status).toBe(401);
      expect((await other.fetch(url)).status).toBe(200);
    }
    const stub = await other.fetch(bob.keyId, { signed: false });
    expect(stub.json).toMatchObject({ id: bob.id, publicKey: { owner: bob.id } });
    expect(stub.json).not.toHaveProperty("inbox");
    const finger = await other.fetch(`${gts.origin}/.well-known/webfinger?resource=acct:bob@${gts.host}`, {
      signed: false,
    });
    expect(finger.json).toMatchObject({ subject: `acct:bob@${gts.host}` });
    const info = await other.fetch(`${gts.origin}/nodeinfo/2.0`, { signed: false });
    expect(info.json).toMatchObject({ software: { name: "gotosocial" } });
  });

  test("what is not public is served only to those it is for", async () => {
    await using here = await openRemote({ software: "mastodon" });
    const [alice, bob] = [await here.addPerson("alice"), await here.addPerson("bob")];
    const post = await alice.post({ text: "between us", mention: bob.id, public: "direct" });
    expect((await here.fetch(post.id)).status).toBe(404);
    expect((await here.fetch(`${alice.id}/outbox`)).json).toMatchObject({ totalItems: 0 });
  });
});
