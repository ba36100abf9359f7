/** Mail at the reader's rhythm: when it comes, what is in it, to whom, and that nothing is told twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Id, idMaker } from "../../db/ids.ts";
import { openTokens } from "../../src/auth/tokens.ts";
import { logger } from "../../src/base/log.ts";
import { markReadFor } from "../../src/domain/notifications/read.ts";
import { chooseRhythm, type Rhythm } from "../../src/domain/notifications/rhythm.ts";
import { mailDigests } from "../../src/jobs/digests.ts";
import { openStage, type Stage } from "../domain/notifications.ts";

interface SentMail {
  to: string;
  actorId: Id;
  purpose: string;
  subject: string;
  text: string;
  headers: Record<string, string>;
}

let stage: Stage;
let clock = Date.parse("2026-01-14T00:00:00Z");
const tokens = openTokens({ secret: Buffer.alloc(32, 7), origin: "https://commons.example" });
const work = () => mailDigests(stage.house, tokens, logger("jobs"));
const at = (time: string) => {
  clock = Date.parse(time);
};

let rosa: Id;
beforeAll(async () => {
  stage = await openStage({
    now: () => new Date(clock),
    makeId: idMaker(
      () => 0,
      () => clock,
    ),
  });
  rosa = await stage.remote("rosa");
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.db`delete from mails`;
  await stage.db`delete from notifications`;
  await stage.db`update accounts set mail_rhythm = 'never'`;
});

/** Somebody who reads at that rhythm and was looked after at `since` last. */
async function reader(name: string, rhythm: Rhythm, zone: string | null, since: string, language = "en"): Promise<Id> {
  const id = await stage.local(name);
  await stage.db`update accounts set mail_rhythm = ${rhythm}, time_zone = ${zone}, language = ${language}, last_digest_at = ${new Date(since)}
    where actor_id = ${id}`;
  return id;
}

async function mails(): Promise<SentMail[]> {
  return stage.db<SentMail[]>`
    select to_address as "to", actor_id as "actorId", purpose, subject, text_body as text, headers from mails order by to_address, id`;
}
const receivers = async () => (await mails()).map(({ to }) => to.replace("@mail.example", ""));

describe("once a day", () => {
  it("comes at seven in the morning of the reader's own time zone, each with what is theirs, and once", async () => {
    at("2026-01-14T22:00:00Z");
    const zones = { auck: "Pacific/Auckland", berta: "Europe/Berlin", lou: "America/Los_Angeles" };
    for (const [name, zone] of Object.entries(zones)) {
      const id = await reader(name, "daily", zone, "2026-01-14T21:00:00Z");
      await stage.reply(rosa, await stage.thread(id));
    }
    // It is 15:00 the next day in Auckland, 3:00 in Berlin, 18:00 in Los Angeles.
    at("2026-01-15T02:00:00Z");
    await work();
    expect(await receivers()).toEqual([]);
    at("2026-01-15T05:59:00Z");
    expect(await work()).toBe(0);
    at("2026-01-15T06:00:00Z");
    expect(await work()).toBe(1);
    expect(await receivers()).toEqual(["berta"]);
    at("2026-01-15T15:00:00Z");
    await work();
    expect(await receivers()).toEqual(["berta", "lou"]);
    at("2026-01-15T18:00:00Z");
    await work();
    expect(await receivers()).toEqual(["auck", "berta", "lou"]);
    at("2026-01-17T18:00:00Z");
    await work();
    expect(await receivers()).toHaveLength(3);
  });

  it("tells of new conversations in their communities, once, and not of their own", async () => {
    at("2026-02-03T12:00:00Z");
    const ines = await reader("ines", "daily", null, "2026-02-03T07:30:00Z");
    await stage.db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at) values (${stage.groupId}, ${ines}, 'accepted', 'x', now())`;
    const theirs = await stage.thread(rosa);
    const own = await stage.thread(ines);
    at("2026-02-04T07:00:00Z");
    await work();
    const [mail] = await mails();
    expect(mail?.subject).toBe("commons.example: a new conversation");
    expect(mail?.text).toContain(`https://commons.example/c/welding/t/${theirs}`);
    expect(mail?.text).not.toContain(own);
    at("2026-02-05T07:00:00Z");
    await work();
    expect(await mails()).toHaveLength(1);
  });

  it("never comes empty, nor with what was read, removed or is by somebody they block", async () => {
    at("2026-02-10T12:00:00Z");
    const nele = await reader("nele", "daily", null, "2026-02-10T07:00:00Z");
    const read = await stage.thread(nele);
    await stage.reply(rosa, read);
    await markReadFor(stage.db, nele, read);
    const removed = await stage.reply(rosa, await stage.thread(nele));
    await stage.db`update posts set removed_at = now(), content = '' where id = ${removed}`;
    const troll = await stage.remote("troll", { host: "bad.example" });
    await stage.reply(troll, await stage.thread(nele));
    await stage.db`insert into blocks (actor_id, blocked_host) values (${nele}, 'bad.example')`;
    at("2026-02-11T08:00:00Z");
    expect(await work()).toBe(0);
    expect(await mails()).toEqual([]);
  });
});

describe("once a week", () => {
  it("comes on Monday at seven where they are, and on no other day", async () => {
    at("2026-03-04T12:00:00Z");
    const wim = await reader("wim", "weekly", "America/Los_Angeles", "2026-03-03T12:00:00Z");
    await stage.reply(rosa, await stage.thread(wim));
    for (const day of ["05", "06", "07", "08"]) {
      at(`2026-03-${day}T20:00:00Z`);
      await work();
    }
    // Summer time has begun there the day before.
    at("2026-03-09T13:59:00Z");
    await work();
    expect(await mails()).toEqual([]);
    at("2026-03-09T14:00:00Z");
    await work();
    expect(await receivers()).toEqual(["wim"]);
  });
});

describe("at once", () => {
  it("comes in the next round, with everything since the last, and nothing twice", async () => {
    at("2026-04-01T12:00:00Z");
    const olga = await reader("olga", "at-once", null, "2026-04-01T07:00:00Z");
    const thread = await stage.thread(olga);
    await stage.reply(rosa, thread);
    await stage.reply(rosa, thread);
    expect(await work()).toBe(1);
    expect(await work()).toBe(0);
    await stage.reply(rosa, thread);
    expect(await work()).toBe(1);
    const [first, second] = await mails();
    expect(first?.subject).toBe("commons.example: 2 notices");
    expect(second?.subject).toBe("commons.example: a notice");
    const told = (text = "") => text.match(/\/posts\/\d+/g) ?? [];
    expect(new Set([...told(first?.text), ...told(second?.text)]).size).toBe(3);
  });

  it("is written by one of two workers, whoever is first", async () => {
    at("2026-04-02T12:00:00Z");
    for (let i = 0; i < 12; i++) {
      const id = await reader(`twin${"abcdefghjkmp"[i]}`, "at-once", null, "2026-04-01T07:00:00Z");
      await stage.reply(rosa, await stage.thread(id));
    }
    const written = await Promise.all([work(), work(), work()]);
    expect(written.reduce((all, n) => all + n)).toBe(12);
    expect(new Set(await receivers()).size).toBe(12);
    expect(await mails()).toHaveLength(12);
  });
});

describe("once a day, by several workers", () => {
  it("is written by one of them", async () => {
    at("2026-04-08T12:00:00Z");
    for (let i = 0; i < 8; i++) {
      const id = await reader(`daily${"abcdefgh"[i]}`, "daily", "Europe/Berlin", "2026-04-08T07:00:00Z");
      await stage.reply(rosa, await stage.thread(id));
    }
    at("2026-04-09T06:00:00Z");
    const written = await Promise.all([work(), work()]);
    expect(written.reduce((all, n) => all + n)).toBe(8);
    expect(await mails()).toHaveLength(8);
  });
});

describe("mail goes", () => {
  it("only to confirmed addresses of active accounts that want it", async () => {
    at("2026-05-05T12:00:00Z");
    const names = ["unsure", "nomail", "gonner", "quiet"];
    for (const name of names) {
      const id = await reader(name, name === "quiet" ? "never" : "at-once", null, "2026-05-05T07:00:00Z");
      await stage.reply(rosa, await stage.thread(id));
      if (name === "unsure") await stage.db`update accounts set email_confirmed_at = null where actor_id = ${id}`;
      if (name === "nomail") await stage.db`update accounts set email = null where actor_id = ${id}`;
      if (name === "gonner") await stage.db`update accounts set state = 'suspended' where actor_id = ${id}`;
    }
    await work();
    expect(await mails()).toEqual([]);
  });

  it("not with what was told while somebody wanted none", async () => {
    at("2026-05-06T12:00:00Z");
    const paul = await reader("paul", "never", null, "2026-05-05T07:00:00Z");
    const thread = await stage.thread(paul);
    await stage.reply(rosa, thread);
    await chooseRhythm(stage.house, paul, "at-once");
    expect(await work()).toBe(0);
    await stage.reply(rosa, thread);
    expect(await work()).toBe(1);
  });
});

describe("a mail", () => {
  it("is plain text in the reader's language and says how it can be ended, to people and to programs", async () => {
    at("2026-06-02T12:00:00Z");
    const uwe = await reader("uwe", "at-once", "Europe/Berlin", "2026-06-02T07:00:00Z", "de");
    const thread = await stage.thread(uwe);
    await stage.db`update threads set title = ${"Verzug\nbei <dünnem> Blech"} where id = ${thread}`;
    const reply = await stage.reply(rosa, thread);
    await work();
    const [mail] = await mails();
    expect(mail).toMatchObject({
      to: "uwe@mail.example",
      actorId: uwe,
      purpose: "digest",
      subject: "commons.example: ein Hinweis",
    });
    expect(mail?.text).toContain(`Hallo Uwe,\n\ndas hast du noch nicht gelesen:\n\n`);
    expect(mail?.text).toContain(
      `* rosa hat dir in „Verzug bei <dünnem> Blech“ geantwortet\n  https://commons.example/posts/${reply}\n`,
    );
    expect(mail?.text).toContain("https://commons.example/settings/notifications");
    const link = /^<(https:\/\/commons\.example\/unsubscribe\?token=([\w.-]+))>$/.exec(
      mail?.headers["List-Unsubscribe"] ?? "",
    );
    expect(mail?.text).toContain(link?.[1]);
    expect(mail?.headers).toMatchObject({
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      "List-Id": "<news.commons.example>",
      "Auto-Submitted": "auto-generated",
    });
    expect(await tokens.read("unsubscribe", link?.[2] ?? "")).toMatchObject({ actor: uwe });
  });

  it("that cannot be written does not keep the others from theirs, and is tried again", async () => {
    at("2026-06-03T12:00:00Z");
    for (const name of ["vera", "xaver"]) {
      const id = await reader(name, "at-once", null, "2026-06-03T07:00:00Z");
      await stage.reply(rosa, await stage.thread(id));
    }
    const broken = { ...tokens, sign: async () => Promise.reject(new Error("no ink")) };
    expect(await mailDigests(stage.house, broken as never, logger("jobs"))).toBe(0);
    expect(await mails()).toEqual([]);
    expect(await work()).toBe(2);
  });
});
