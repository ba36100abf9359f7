/** A member's settings: the profile, the picture, how the site looks, blocks, the export, and the way out. */
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import { setPasswordHash } from "../../db/queries/credentials.ts";
import { upsertMembership } from "../../db/queries/members.ts";
import { hashPassword } from "../../src/domain/accounts/password.ts";
import { createCommunity } from "../../src/domain/communities/create.ts";
import { composeThread } from "../../src/domain/threads/compose.ts";
import { voteHere } from "../../src/domain/votes/here.ts";
import { formOf, makePerson, type TestPerson } from "../support/people.ts";
import { ORIGIN } from "./seed.ts";
import { openSite, type TestSite } from "./site.ts";

const PASSWORD = "four words that nobody knows";
let site: TestSite;
let groupId: Id;
let hash: string;
let mira: TestPerson;
let made = 0;

beforeAll(async () => {
  site = await openSite();
  await makePerson(site.house, "olga", { role: "owner" });
  groupId = (await createCommunity(site.house, { slug: "forge", name: "The Forge", summary: "" })).id;
  hash = await hashPassword(PASSWORD);
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  mira = await makePerson(site.house, `mira${++made}`);
  await setPasswordHash(site.db, mira.id, hash);
});

async function get(path: string, person: TestPerson | null = mira) {
  const response = await site.app.request(path, person ? { headers: { cookie: person.cookie } } : {});
  return { status: response.status, text: await response.text(), headers: response.headers };
}
async function send(path: string, fields: Record<string, string>, person: TestPerson | null = mira) {
  const response = await site.app.request(path, formOf(ORIGIN, person, fields));
  const { status, headers } = response;
  return { status, text: await response.text(), to: headers.get("location") ?? "", headers };
}
async function upload(bytes: Uint8Array<ArrayBuffer>) {
  const body = new FormData();
  body.append("picture", new File([bytes], "me.png", { type: "image/png" }));
  const headers = { origin: ORIGIN, cookie: mira.cookie };
  return site.app.request("/settings/picture", { method: "POST", headers, body });
}
function write(who: Id, source: string) {
  const words = { source, warning: "", language: "en", pictures: [], submissionKey: crypto.randomUUID() };
  return composeThread(site.house, who, {
    ...words,
    groupId,
    title: "Anvils",
    kind: "story",
    topicIds: [],
    linkUrl: null,
  });
}

const PAGES = ["", "/appearance", "/blocks", "/export", "/close"];

it.each(PAGES)("/settings%s is for whoever is signed in, and for nobody's cache", async (path) => {
  const visitor = await get(`/settings${path}`, null);
  expect(visitor.status).toBe(303);
  expect(visitor.headers.get("location")).toContain("/sign-in");
  const own = await get(`/settings${path}`);
  expect(own.status).toBe(200);
  expect(own.headers.get("cache-control")).toContain("private");
  expect(own.text).toContain(`href="/settings${path}" aria-current="page"`);
});

it.each(["", "/picture", "/picture/remove", "/appearance", "/blocks", "/blocks/remove", "/export", "/close"])(
  "POST /settings%s does nothing for a visitor",
  async (path) => {
    const answer = await send(`/settings${path}`, {}, null);
    expect(answer.status).toBe(303);
    expect(answer.to).toContain("/sign-in");
  },
);

describe("the profile", () => {
  it("is saved, shown as it reads, and stands on the page", async () => {
    const fields = {
      name: "Mira Voss",
      does: "Bicycle mechanic",
      bio: "I mend *bicycles*.",
      "helps-with": "Hub gears, Wheels",
      "wants-to-learn": "Frames",
      "language-1": "de",
      "language-3": "pt",
      "time-zone": "Europe/Lisbon",
      "label-1": "Shop",
      "url-1": "https://shop.example",
      aliases: "https://social.example/users/mira\n",
    };
    expect((await send("/settings", fields)).to).toBe("/settings?saved");
    const { text } = await get("/settings?saved");
    expect(text).toContain("<em>bicycles</em>");
    expect(text).toContain('value="Hub gears, Wheels"');
    expect(text).toContain('<option value="pt" selected>');
    expect(text).toContain('<option value="Europe/Lisbon" selected>');
    expect(text).toContain("does not link back yet");
    expect(text).toContain("https://social.example/users/mira</textarea>");
    const page = await get(`/u/${mira.username}`, null);
    for (const words of ["Mira Voss", "Bicycle mechanic", "Wheels", "German, Portuguese", "https://shop.example/"])
      expect(page.text).toContain(words);
  });

  it.each([
    [{ "url-1": "javascript:alert(1)" }, 422, "A link begins with https://"],
    [{ does: "x".repeat(300) }, 413, "too long"],
    [{ "language-1": "xx" }, 400, "could not be understood"],
    [{ "time-zone": "Nowhere" }, 400, "could not be understood"],
  ])("is shown again with what was typed when it is refused: %j", async (fields, status, words) => {
    const answer = await send("/settings", { name: "Typed name", bio: "Typed bio", ...fields });
    expect(answer.status).toBe(status);
    for (const text of [words, 'value="Typed name"', "Typed bio</textarea>"]) expect(answer.text).toContain(text);
    expect((await get(`/u/${mira.username}`, null)).text).not.toContain("Typed name");
  });

  it("gets a picture, and loses it again", async () => {
    const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    expect((await upload(new Uint8Array(png))).status).toBe(303);
    const src = /<img class="portrait" src="https:\/\/commons\.example(\/media\/\d+)"/.exec(
      (await get(`/u/${mira.username}`, null)).text,
    )?.[1];
    expect((await get(src ?? "/", null)).headers.get("content-type")).toBe("image/webp");
    const wrong = await upload(new TextEncoder().encode("<svg onload=alert(1)>"));
    expect(wrong.status).toBe(422);
    expect(await wrong.text()).toContain("This is not a picture");
    expect((await send("/settings/picture", {})).status).toBe(422);
    await send("/settings/picture/remove", {});
    expect((await get(`/u/${mira.username}`, null)).text).not.toContain("portrait");
    expect((await get(src ?? "/", null)).status).toBe(404);
  });
});

it("the appearance is chosen, and shows at once", async () => {
  expect((await send("/settings/appearance", { language: "de", appearance: "dark" })).to).toBe(
    "/settings/appearance?saved",
  );
  const { text } = await get("/settings/appearance?saved");
  expect(text).toContain('<html lang="de"');
  expect(text).toContain('data-appearance="dark"');
  expect(text).toContain("Gespeichert.");
  await send("/settings/appearance", { language: "xx", appearance: "pink" });
  const back = await get("/settings/appearance");
  expect(back.text).toContain('<html lang="en"');
  expect(back.text).not.toContain("data-appearance");
});

it("blocks are typed, listed, and lifted; what nobody knows is said so", async () => {
  const pest = await makePerson(site.house, `pest${made}`);
  await send("/settings/blocks", { what: `@${pest.username}` });
  expect((await send("/settings/blocks", { what: "spam.example" })).to).toBe("/settings/blocks?done=blocked");
  const { text } = await get("/settings/blocks?done=blocked");
  expect(text).toContain(`@${pest.username}@commons.example`);
  expect(text).toContain("spam.example");
  const unknown = await send("/settings/blocks", { what: "@who@else.example" });
  expect(unknown.status).toBe(404);
  expect(unknown.text).toContain("Nobody here has heard of this handle");
  expect(unknown.text).toContain('value="@who@else.example"');
  await send("/settings/blocks/remove", { host: "spam.example" });
  await send("/settings/blocks/remove", { person: pest.id });
  expect((await get("/settings/blocks")).text).toContain("You have blocked nobody");
});

describe("the export", () => {
  it("holds everything of one's own, and nothing that is secret or somebody else's", async () => {
    const other = await makePerson(site.house, `other${made}`);
    await upsertMembership(site.db, { groupId, actorId: mira.id, state: "accepted", followUri: "x" });
    for (let n = 0; n < 3; n++) await write(mira.id, `OWN-WORDS ${n}`);
    const { id: theirs } = await write(other.id, "OTHERS-WORDS");
    await voteHere(site.house, { postId: theirs, by: mira, kind: "up", emoji: "" });
    await site.db`insert into drafts (token, actor_id, path, fields) values (${`DRAFT-TOKEN-${made}`}, ${mira.id}, '/c/forge/new', '{"title":"Half"}')`;
    await site.db`update accounts set sealed_totp_secret = 'TOTP-SECRET' where actor_id = ${mira.id}`;
    await site.db`insert into recovery_codes (actor_id, code_hash) values (${mira.id}, 'RECOVERY')`;
    const refused = await send("/settings/export", { password: "wrong password" });
    expect(refused.status).toBe(422);
    const answer = await send("/settings/export", { password: PASSWORD });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${mira.username}.json"`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const data = JSON.parse(answer.text);
    expect(data.account).toMatchObject({ username: mira.username, email: `${mira.username}@mail.example` });
    expect(data.posts).toHaveLength(3);
    expect(data.posts[0]).toMatchObject({ source: "OWN-WORDS 0", thread: "Anvils", community: `${ORIGIN}/c/forge` });
    expect(data.votes).toMatchObject([{ post: `${ORIGIN}/posts/${theirs}`, kind: "up" }]);
    expect(data.memberships).toMatchObject([{ community: `${ORIGIN}/c/forge`, role: "member" }]);
    expect(data.drafts).toMatchObject([{ page: "/c/forge/new", fields: { title: "Half" } }]);
    expect(data.sessions).toHaveLength(1);
    const [row] = await site.db`
      select ac.password_hash, encode(s.token_hash, 'hex') as hex, encode(s.token_hash, 'base64') as b64
      from accounts ac join sessions s on s.actor_id = ac.actor_id where ac.actor_id = ${mira.id}`;
    const secrets = [row?.password_hash, row?.hex, row?.b64, mira.token, "argon2", `DRAFT-TOKEN-${made}`, "RECOVERY"];
    secrets.push("OTHERS-WORDS", `${other.username}@mail`, "TOTP-SECRET", Buffer.from("TOTP-SECRET").toString("hex"));
    for (const secret of secrets) expect(answer.text.includes(secret as string), secret as string).toBe(false);
  });

  it("comes whole, however much there is", async () => {
    const rows = 450;
    for (let n = 0; n < rows; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, i) => write(mira.id, `Post ${n + i}`)));
    const data = JSON.parse((await send("/settings/export", { password: PASSWORD })).text);
    expect(new Set(data.posts.map(({ id }: { id: string }) => id)).size).toBe(rows);
  });
});

describe("closing the account", () => {
  it("needs the password and the name, then signs out and takes everything from the pages", async () => {
    const { id } = await write(mira.id, "LAST-WORDS");
    const name = mira.username;
    expect((await get("/settings/close")).text).toContain("The one post you wrote is removed");
    expect((await send("/settings/close", { name, password: "wrong password" })).status).toBe(422);
    expect((await send("/settings/close", { name: "someone", password: PASSWORD })).status).toBe(422);
    expect((await get("/settings")).status).toBe(200);
    const done = await send("/settings/close", { name, password: PASSWORD });
    expect(done.status).toBe(200);
    expect(done.text).toContain("Your account is closed");
    expect(done.text).not.toContain("/sign-out");
    expect(done.headers.get("set-cookie")).toMatch(/Max-Age=0/);
    expect((await get("/settings")).status).toBe(303);
    expect((await get(`/c/forge/t/${id}`, null)).status).toBe(410);
    expect((await get("/c/forge", null)).text).not.toContain("LAST-WORDS");
    expect((await get(`/u/${name}`, null)).status).toBe(410);
    const again = await site.app.request("/sign-in", formOf(ORIGIN, null, { name, password: PASSWORD }));
    expect(again.status).toBe(422);
  });

  it("says what stands in the way, and refuses whoever tries all the same", async () => {
    await upsertMembership(site.db, {
      groupId,
      actorId: mira.id,
      state: "accepted",
      followUri: "x",
      role: "facilitator",
    });
    const page = await get("/settings/close");
    expect(page.text).toContain("only facilitator");
    expect(page.text).toContain('href="/c/forge/members"');
    expect(page.text).not.toContain('name="password"');
    const tried = await send("/settings/close", { name: mira.username, password: PASSWORD });
    expect(tried.status).toBe(409);
    await site.db`delete from memberships where actor_id = ${mira.id}`;
  });
});
