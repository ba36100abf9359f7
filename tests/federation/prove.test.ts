/** What a community sends carries its own proof, and embeds what others said byte for byte. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommunityRow } from "../../db/queries/communities.ts";
import { publicKeyFromMultibase } from "../../federation/signatures/keys.ts";
import { verifyProof } from "../../federation/signatures/proof.ts";
import { openTestServer, type TestServer } from "../support/app.ts";
import { openRemote, type Remote } from "../support/remote/index.ts";

let ours: TestServer;
let lemmy: Remote;
let mastodon: Remote;
let group: CommunityRow;
beforeAll(async () => {
  ours = await openTestServer();
  [lemmy, mastodon] = [await openRemote({ software: "lemmy" }), await openRemote({ software: "mastodon" })];
  group = await ours.found("welding");
});
afterAll(async () => {
  await ours?.[Symbol.asyncDispose]();
  await lemmy?.close();
  await mastodon?.close();
});

test("an announcement is proven by the group's Ed25519 key, and the original in it is untouched", async () => {
  const carl = await lemmy.addPerson("carl");
  const ana = await mastodon.addPerson("ana");
  await carl.follow(group.uri);
  const raw = `{ "@context" :"https://www.w3.org/ns/activitystreams",
    "id":"${ana.id}#create/1", "type":"Create","actor":"${ana.id}","to":["https://www.w3.org/ns/activitystreams#Public"],"cc":["${group.uri}"],
    "object":{"id":"${ana.id}/1","type":"Note","attributedTo":"${ana.id}","to":"https://www.w3.org/ns/activitystreams#Public","cc":["${group.uri}"],
    "content":"\\u003cp>Odd \\u0062ytes, 1.0 and 1e2\\u003c/p>","published":"2026-11-23T18:05:13Z", "x": 1.0, "y": 1e2 } }`;
  expect((await ana.send(raw, { to: `${group.uri}/inbox` })).status).toBe(202);
  const announced = await lemmy.waitFor({ type: "Announce", object: { type: "Create" } });
  expect(announced.body).toContain(`"object":${raw}`);
  const { json } = await ours.document("/c/welding");
  const [method] = json.assertionMethod as { id: string; publicKeyMultibase: string }[];
  const key = publicKeyFromMultibase(method?.publicKeyMultibase);
  if (!key) throw new Error("the group publishes no Ed25519 key");
  expect(verifyProof(announced.json, key)).toBe(true);
  expect((announced.json.proof as { verificationMethod: string }).verificationMethod).toBe(method?.id);
  expect(verifyProof({ ...announced.json, actor: ana.id }, key)).toBe(false);
});
