/** Mail on its way: sent once, tried again, given up, and never lost with whoever had it in hand. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { leaseMails } from "../../db/queries/mails.ts";
import { logger } from "../../src/base/log.ts";
import { type Mailer, openMailer } from "../../src/base/mail.ts";
import { tryMailAgain } from "../../src/domain/mails/keep.ts";
import { sendMails } from "../../src/domain/mails/send.ts";
import { writeMail } from "../../src/domain/mails/write.ts";
import { startPostman } from "../../src/jobs/mails.ts";
import { openTestHouse, type TestHouse } from "../support/house.ts";
import { makePerson } from "../support/people.ts";
import { openSmtpServer, type SmtpServer } from "../support/smtp.ts";

let stage: TestHouse;
let server: SmtpServer;
let mailer: Mailer;

beforeAll(async () => {
  stage = await openTestHouse();
});
afterAll(() => stage?.[Symbol.asyncDispose]());
beforeEach(async () => {
  server = await openSmtpServer();
  mailer = openMailer({ url: server.url, from: "noreply@commons.example" });
  await stage.db`delete from mails`;
  return async () => {
    mailer.close();
    await server[Symbol.asyncDispose]();
  };
});

function write(to = "ana@mail.example", subject = "Hello") {
  return writeMail(stage.db, stage.house, { to, actorId: null, purpose: "test", subject, text: "Words.\n" });
}
const rows = () => stage.db<
  { attempts: number; sent: boolean; failed: boolean; error: string | null; text: string; wait: number }[]
>`
  select attempts, sent_at is not null as sent, failed_at is not null as failed, last_error as error, text_body as text,
    round(extract(epoch from due_at - now()))::int as wait from mails order by id`;
const due = () => stage.db`update mails set due_at = now()`;

test("a mail is sent once, and its words are not kept", async () => {
  await write();
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 1, postponed: 0, failed: 0 });
  await due();
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 0, failed: 0 });
  expect(server.mails).toHaveLength(1);
  expect(await rows()).toMatchObject([{ sent: true, text: "", attempts: 1 }]);
});

test("one that the server does not want now is tried again, with growing pauses, for three days", async () => {
  await write();
  server.refuseRecipient = { code: 451, text: "greylisted" };
  for (const pause of [60, 300, 900, 3_600]) {
    expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 1, failed: 0 });
    const [row] = await rows();
    expect(row?.error).toContain("greylisted");
    expect(Math.abs((row?.wait ?? 0) - pause)).toBeLessThan(30);
    expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 0, failed: 0 });
    await due();
  }
  await stage.db`update mails set created_at = now() - interval '73 hours'`;
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 0, failed: 1 });

  const owner = await makePerson(stage.house, "olga", { role: "owner" });
  const member = await makePerson(stage.house, "mira");
  const [mail] = await stage.db<{ id: never }[]>`select id from mails`;
  if (!mail) throw new Error("no mail");
  await expect(tryMailAgain(stage.house, member.id, mail.id)).rejects.toMatchObject({ code: "not-allowed" });
  await tryMailAgain(stage.house, owner.id, mail.id);
  server.refuseRecipient = undefined;
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 1, postponed: 0, failed: 0 });
});

test("one that the server refuses for good is given up at once, with what it said", async () => {
  await write();
  server.refuseRecipient = { code: 550, text: "no such user here" };
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 0, failed: 1 });
  expect(await rows()).toMatchObject([{ failed: true, sent: false, text: "Words.\n" }]);
  expect((await rows())[0]?.error).toContain("no such user here");
});

test("a server that is away costs no mail", async () => {
  await write();
  const away = openMailer({ url: "smtp://127.0.0.1:1", from: "noreply@commons.example" });
  expect(await sendMails(stage.house, away)).toEqual({ sent: 0, postponed: 1, failed: 0 });
  away.close();
  await due();
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 1, postponed: 0, failed: 0 });
});

test("two workers send each of many mails once", async () => {
  for (let n = 0; n < 30; n++) await write(`person${n}@mail.example`);
  const rounds = async () => {
    while ((await sendMails(stage.house, mailer)).sent > 0);
  };
  await Promise.all([rounds(), rounds()]);
  expect(server.mails).toHaveLength(30);
  expect(new Set(server.mails.flatMap(({ to }) => to)).size).toBe(30);
});

test("a worker that dies with a mail in hand leaves it to the next", async () => {
  await write();
  expect(await leaseMails(stage.db, 10, 600)).toHaveLength(1);
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 0, postponed: 0, failed: 0 });
  await stage.db`update mails set due_at = due_at - interval '600 seconds'`;
  expect(await sendMails(stage.house, mailer)).toEqual({ sent: 1, postponed: 0, failed: 0 });
});

test("the postman finds what was written after it began, and waits for the mail in hand when it stops", async () => {
  const held = Promise.withResolvers<void>();
  const postman = startPostman(stage.house, mailer, logger("test"), 20);
  server.hold = held.promise;
  await write();
  await expect.poll(async () => (await rows())[0]?.attempts).toBe(1);
  setTimeout(held.resolve, 100);
  await postman[Symbol.asyncDispose]();
  expect(server.mails).toHaveLength(1);
  expect(await rows()).toMatchObject([{ sent: true }]);
});

test("a subject of several lines becomes one", async () => {
  await write("ana@mail.example", "One\r\nBcc: spy@evil.example");
  expect(await stage.db`select subject from mails`).toEqual([{ subject: "One Bcc: spy@evil.example" }]);
});
