/** What the composer's script asks for: how names and topics go on, and what a text will look like. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { saveRemoteActor } from "../../db/queries/actors.ts";
import { ensurePeer } from "../../db/queries/peers.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

let site: TestSite;
let groupId: Id;
let ana: TestPerson;

beforeAll(async () => {
  site = await openSite();
  groupId = (await createCommunity(site.house, { slug: "welding", name: "Welding", summary: "" })).id;
  ana = await makePerson(site.house, "ana");
});
afterAll(() => site?.[Symbol.asyncDispose]());

async function get(path: string, person: TestPerson | null) {
  const response = await site.app.request(path, person ? { headers: { cookie: person.cookie } } : {});
  return { status: response.status, text: await response.text() };
}

async function send(path: string, person: TestPerson | null, fields: Record<string, string>) {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  return { status: response.status, text: await response.text() };
}

describe("completion and preview for scripts", () => {
  it("names ours first, then those we know elsewhere; topics too; only for people who are signed in", async () => {
    expect((await get("/complete?q=an&for=@", null)).status).toBe(401);
    const names = async (q: string, sign = "@") =>
      JSON.parse(
        (await get(`/complete?q=${encodeURIComponent(q)}&for=${encodeURIComponent(sign)}&in=welding`, ana)).text,
      );
    expect(await names("an")).toEqual([{ value: "@ana", label: "Ana" }]);
    expect(await names("weld")).toEqual([{ value: "@welding", label: "Welding" }]);
    expect(await names("%")).toEqual([]);
    for (const host of ["social.example", "other.example"]) {
      const peer = await ensurePeer(site.db, site.house.makeId(), host);
      const uri = `https://${host}/users/Andrea_B`;
      await saveRemoteActor(site.db, site.house.makeId(), {
        uri,
        peerId: peer.id,
        kind: "person",
        username: "Andrea_B",
        name: "Dr Beata",
        summary: "",
        url: uri,
        iconUrl: null,
        inboxUri: `https://${host}/inbox`,
        followersUri: null,
        movedTo: null,
        keys: [],
      });
    }
    await site.db`update peers set blocked_at = now() where host = 'other.example'`;
    const andrea = { value: "@Andrea_B@social.example", label: "Dr Beata" };
    expect(await names("an")).toEqual([{ value: "@ana", label: "Ana" }, andrea]);
    expect(await names("andrea_b@so")).toEqual([andrea]);
    expect(await names("beat")).toEqual([andrea]);
    expect(await names("andrea_b@elsewhere")).toEqual([]);
    await site.db`insert into topics (id, group_id, slug, name) values (1, ${groupId}, 'tig_rods', 'TIG rods')`;
    expect(await names("tig", "#")).toEqual([{ value: "#tig_rods", label: "TIG rods" }]);
  });

  it("previews a form, and nothing for visitors", async () => {
    const fields = { path: "/c/welding/new", kind: "discussion", title: "T", source: "*soft*" };
    expect((await send("/preview", null, fields)).status).toBe(401);
    expect((await send("/preview", ana, fields)).text).toContain("<em>soft</em>");
    expect((await send("/preview", ana, { ...fields, path: "/c/none/new" })).status).toBe(404);
  });
});
