/** Who may do what around a community: every page and every form, for everybody. */
import { describe, expect, it } from "vitest";
import { PEOPLE, setCommunityStage, type Who } from "./community-stage.ts";
import { ORIGIN } from "./seed.ts";

const stage = setCommunityStage();

describe("who may do what", () => {
  const FACILITATOR: readonly Who[] = ["facilitator"];
  const STEWARDS: readonly Who[] = ["facilitator", "steward"];
  const SIGNED_IN = PEOPLE.slice(1);
  const READS: [string, readonly Who[]][] = [
    ["/c/welding", PEOPLE],
    ["/c/welding/charter", PEOPLE],
    ["/c/welding/members", PEOPLE],
    ["/c/welding/topics", PEOPLE],
    ["/c/welding/settings", FACILITATOR],
    ["/c/welding/charter/edit", FACILITATOR],
    ["/c/welding/requests", FACILITATOR],
    ["/c/welding/newcomers", STEWARDS],
    ["/communities/new", SIGNED_IN],
  ];
  for (const [path, may] of READS) {
    it.each(PEOPLE)(`${path} for the %s`, async (who) => {
      const { status } = await stage.get(path, who);
      expect(status).toBe(may.includes(who) ? 200 : who === "visitor" ? 303 : 403);
    });
  }

  // None of these can succeed, also for those who may: what they are about is not there, or is refused. 403 says who may not.
  const WRITES: [string, Record<string, string>, readonly Who[], number][] = [
    ["/c/welding/settings", { name: "" }, FACILITATOR, 422],
    ["/c/welding/charter/edit", { from: "0" }, FACILITATOR, 422],
    ["/c/welding/members/role", { member: "1", role: "steward" }, FACILITATOR, 404],
    ["/c/welding/members/remove", { member: "1" }, FACILITATOR, 404],
    ["/c/welding/members/invite", { uses: "0", days: "1" }, FACILITATOR, 400],
    ["/c/welding/requests", { member: "1", answer: "accept" }, FACILITATOR, 409],
    ["/c/welding/requests", { member: "1", answer: "refuse" }, FACILITATOR, 409],
    ["/c/welding/topics", { name: "" }, STEWARDS, 422],
    ["/c/welding/topics/none/rename", { name: "X" }, STEWARDS, 404],
    ["/c/welding/topics/none/remove", {}, STEWARDS, 404],
    ["/communities/new", { name: "" }, SIGNED_IN, 422],
  ];
  for (const [path, fields, may, refused] of WRITES) {
    it.each(PEOPLE)(`POST ${path} ${JSON.stringify(fields)} by the %s`, async (who) => {
      const answer = await stage.post(path, who, fields);
      expect(answer.status).toBe(may.includes(who) ? refused : who === "visitor" ? 303 : 403);
      if (who === "visitor") expect(answer.headers.get("location")).toMatch(/^\/sign-in/);
    });
  }

  it("shows on the page only what the viewer may do", async () => {
    const links = ["/settings", "/requests", "/topics"].map((part) => `href="/c/welding${part}"`);
    const stranger = await stage.read("/c/welding", "stranger");
    for (const link of links) expect(stranger).not.toContain(link);
    expect(stranger).toContain('action="/c/welding/join"');
    expect(stranger).not.toContain('action="/c/welding/leave"');
    const facilitator = await stage.read("/c/welding", "facilitator");
    expect(facilitator).toContain('href="/c/welding/settings"');
    expect(facilitator).toContain("You are a facilitator here.");
    expect(await stage.read("/c/welding/members", "member")).not.toContain("/members/role");
    expect(await stage.read("/c/welding/members", "facilitator")).toContain("/members/role");
    expect(await stage.read("/c/welding", "newcomer")).toContain("You are new here.");
  });

  it("names other members to members only", async () => {
    expect(await stage.read("/c/welding/members", "stranger")).not.toContain("A_member");
    expect(await stage.read("/c/welding/members", "stranger")).toContain("A_facilitator");
    const seen = await stage.read("/c/welding/members", "newcomer");
    expect(seen).toContain("A_member");
    expect(seen.match(/new here/g)).toHaveLength(1);
  });

  it("keeps founding to those who look after the server where its owner says so", async () => {
    await stage.site.db`insert into instance (origin, founding) values (${ORIGIN}, 'administrators')
      on conflict (only_row) do update set founding = 'administrators'`;
    expect((await stage.get("/communities/new", "stranger")).status).toBe(403);
    expect((await stage.post("/communities/new", "stranger", { name: "X", slug: "x9" })).status).toBe(403);
    expect((await stage.get("/communities/new", "administrator")).status).toBe(200);
    expect(await stage.read("/", "stranger")).not.toContain("/communities/new");
    await stage.site.db`update instance set founding = 'members'`;
    expect(await stage.read("/", "stranger")).toContain("/communities/new");
  });
});
