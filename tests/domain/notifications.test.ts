/** Who is told of what: each rule, and that nobody is ever told of what they did themselves. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Id } from "../../db/ids.ts";
import type { JournalLine } from "../../db/journal.ts";
import { insertAnswer } from "../../db/queries/answers.ts";
import { readNotifications } from "../../db/views/notifications.ts";
import { joinCommunity } from "../../src/domain/members/join.ts";
import { openNotifier } from "../../src/domain/notifications/notify.ts";
import { type Tx, transact } from "../../src/domain/transact.ts";
import { openStage, type Stage } from "./notifications.ts";

let stage: Stage;
let ana: Id;
let bo: Id;
let carla: Id;
let rosa: Id;

beforeAll(async () => {
  stage = await openStage();
  ana = await stage.local("ana");
  bo = await stage.local("bo");
  carla = await stage.local("carla");
  rosa = await stage.remote("rosa");
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const kinds = async (postId: Id) => Object.fromEntries((await stage.told(postId)).map(({ to, kind }) => [to, kind]));

describe("a reply", () => {
  it("is told to the author of what it answers, with who, where and what", async () => {
    const thread = await stage.thread(ana);
    const reply = await stage.reply(rosa, thread);
    expect(await stage.told(reply)).toEqual([
      { to: ana, kind: "reply", from: rosa, postId: reply, groupId: stage.groupId, read: false },
    ]);
  });

  it("deep in a thread is told to the author of its parent, not to whoever opened the thread", async () => {
    const thread = await stage.thread(ana);
    const first = await stage.reply(bo, thread);
    const second = await stage.reply(rosa, first);
    expect(await kinds(second)).toEqual({ [bo]: "reply" });
  });

  it("is told to those who follow the thread, once each, also where they wrote the parent or are named", async () => {
    const thread = await stage.thread(ana);
    for (const who of [ana, bo, carla]) await stage.subscribe(who, thread, "follow");
    const reply = await stage.reply(rosa, thread, [ana, bo]);
    expect(await kinds(reply)).toEqual({ [ana]: "reply", [bo]: "mention", [carla]: "reply" });
    expect(await stage.told(reply)).toHaveLength(3);
  });

  it("is told to nobody who mutes the thread, not even when it names them or answers them", async () => {
    const thread = await stage.thread(ana);
    await stage.subscribe(ana, thread, "mute");
    await stage.subscribe(bo, thread, "mute");
    expect(await kinds(await stage.reply(rosa, thread, [ana, bo, carla]))).toEqual({ [carla]: "mention" });
  });

  it("is told to nobody whose account was closed or suspended, nor to people of other servers", async () => {
    const gone = await stage.local("gone");
    const away = await stage.local("away");
    await stage.db`update accounts set state = 'closed' where actor_id = ${gone}`;
    await stage.db`update accounts set state = 'suspended' where actor_id = ${away}`;
    const thread = await stage.thread(gone);
    expect(await kinds(await stage.reply(rosa, thread, [gone, away, rosa]))).toEqual({});
  });

  it("is told to more followers than there were ids at hand for", async () => {
    const thread = await stage.thread(rosa);
    const crowd: Id[] = [];
    for (let i = 0; i < 20; i++) crowd.push(await stage.local(`crowd${"abcdefghjkmpqtuvwxyz"[i]}`));
    for (const who of crowd) await stage.subscribe(who, thread, "follow");
    const reply = await stage.reply(bo, thread);
    expect(Object.keys(await kinds(reply)).toSorted()).toEqual(crowd.toSorted());
    const ids = await stage.db`select distinct id from notifications where post_id = ${reply}`;
    expect(ids).toHaveLength(20);
  });
});

describe("a mention", () => {
  it("in a new thread is told to those whom it names, and the thread to nobody else", async () => {
    const thread = await stage.thread(rosa, [ana, bo]);
    expect(await kinds(thread)).toEqual({ [ana]: "mention", [bo]: "mention" });
  });
});

describe("people and servers that somebody blocks", () => {
  it("reach them neither by a reply nor by naming them nor by accepting their answer", async () => {
    const dan = await stage.local("dan");
    const troll = await stage.remote("troll", { host: "bad.example" });
    const neighbour = await stage.remote("neighbour", { host: "bad.example" });
    await stage.db`insert into blocks (actor_id, blocked_id) values (${dan}, ${troll})`;
    const thread = await stage.thread(dan);
    expect(await kinds(await stage.reply(troll, thread, [dan, ana]))).toEqual({ [ana]: "mention" });
    expect(await kinds(await stage.reply(neighbour, thread))).toEqual({ [dan]: "reply" });
    await stage.db`insert into blocks (actor_id, blocked_host) values (${dan}, 'bad.example')`;
    expect(await kinds(await stage.reply(neighbour, thread))).toEqual({});
    expect(await kinds(await accept(troll, await stage.reply(dan, thread)))).toEqual({});
  });

  it("are hidden from what they were told before", async () => {
    const eva = await stage.local("eva");
    const thread = await stage.thread(eva);
    await stage.reply(rosa, thread);
    expect((await readNotifications(stage.db, eva, undefined))?.notifications).toHaveLength(1);
    await stage.db`insert into blocks (actor_id, blocked_host) values (${eva}, 'social.example')`;
    expect((await readNotifications(stage.db, eva, undefined))?.notifications).toHaveLength(0);
  });
});

describe("somebody first seen less than a day ago (R34)", () => {
  it("reaches three people at most, by however many posts, and those three again", async () => {
    const fresh = await stage.remote("fresh", { fresh: true });
    const five: Id[] = [];
    for (const name of ["va", "vb", "vc", "vd", "ve"]) five.push(await stage.local(name));
    const [va, vb, vc, vd, ve] = five as [Id, Id, Id, Id, Id];
    expect(Object.keys(await kinds(await stage.thread(fresh, [va, vb])))).toHaveLength(2);
    const second = await kinds(await stage.thread(fresh, [vb, vc, vd, ve]));
    expect(second[vb]).toBe("mention");
    expect(Object.keys(second)).toHaveLength(2);
    const third = await kinds(await stage.thread(fresh, five));
    expect(Object.keys(third)).toHaveLength(3);
    const all = await stage.db`select distinct actor_id from notifications where from_id = ${fresh}`;
    expect(all).toHaveLength(3);
  });

  it("reaches as many as they name once they are known longer", async () => {
    const known = await stage.remote("known");
    const named: Id[] = [];
    for (const name of ["wa", "wb", "wc", "wd", "we"]) named.push(await stage.local(name));
    expect(Object.keys(await kinds(await stage.thread(known, named)))).toHaveLength(5);
  });
});

/** Accepts a post as an answer, as whoever it may be. */
function accept(by: Id, postId: Id): Promise<Id> {
  return transact(stage.house, "answer.accept", "asker", undefined, async (tx) => {
    const [post] = await tx<{ threadId: Id }[]>`select thread_id as "threadId" from posts where id = ${postId}`;
    const threadId = post?.threadId as Id;
    await insertAnswer(tx, { threadId, postId, acceptedBy: by });
    const line = { kind: "answer.accepted" as const, groupId: stage.groupId, actorId: by, threadId, postId, data: {} };
    return { result: postId, line };
  });
}

describe("an accepted answer", () => {
  it("is told to its author once, however often and by whomever it is accepted, and not for one's own", async () => {
    const thread = await stage.thread(ana);
    const answer = await stage.reply(bo, thread);
    await accept(ana, answer);
    await stage.db`delete from accepted_answers where post_id = ${answer}`;
    await accept(carla, answer);
    expect((await stage.told(answer)).filter(({ kind }) => kind === "answer-accepted")).toEqual([
      { to: bo, kind: "answer-accepted", from: ana, postId: answer, groupId: stage.groupId, read: false },
    ]);
    const own = await stage.reply(ana, thread);
    await accept(ana, own);
    expect(await stage.told(own)).toEqual([]);
  });
});

describe("asking to join", () => {
  it("is told to the facilitators, once a month for the same person, and settled by the answer", async () => {
    const lead = await stage.local("lead");
    await stage.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      values (${stage.groupId}, ${lead}, 'accepted', 'facilitator', 'x', now()), (${stage.groupId}, ${ana}, 'accepted', 'member', 'y', now())`;
    const asker = await stage.remote("asker", { fresh: true });
    const ask = () =>
      joinCommunity(stage.house, {
        groupId: stage.groupId,
        actorId: asker,
        state: "pending",
        followUri: "https://f/1",
      });
    await ask();
    await ask();
    const about = async () => (await stage.told()).filter(({ kind }) => kind === "join-request");
    expect(await about()).toEqual([
      { to: lead, kind: "join-request", from: asker, postId: null, groupId: stage.groupId, read: false },
    ]);
    await joinCommunity(stage.house, {
      groupId: stage.groupId,
      actorId: asker,
      state: "accepted",
      followUri: "https://f/1",
    });
    expect((await about()).map(({ read }) => read)).toEqual([true]);
    // People of other servers are welcomed by their own.
    expect((await stage.told()).filter(({ to }) => to === asker)).toEqual([]);
  });
});

describe("joining", () => {
  it("welcomes people of this server once, and not those who lead", async () => {
    const flo = await stage.local("flo");
    const join = (actorId: Id) =>
      joinCommunity(stage.house, {
        groupId: stage.groupId,
        actorId,
        state: "accepted",
        followUri: `https://f/${actorId}`,
      });
    await join(flo);
    await join(flo);
    expect((await stage.told()).filter(({ to }) => to === flo)).toEqual([
      { to: flo, kind: "welcome", from: null, postId: null, groupId: stage.groupId, read: false },
    ]);
    const gus = await stage.local("gus");
    await stage.db`insert into memberships (group_id, actor_id, state, role, follow_uri, accepted_at)
      values (${stage.groupId}, ${gus}, 'accepted', 'facilitator', 'z', now())`;
    await join(gus);
    expect((await stage.told()).filter(({ to }) => to === gus)).toEqual([]);
  });
});

describe("asking for an account", () => {
  it("is told to owners and administrators, and settled by the approval", async () => {
    const [owner, admin, newcomer] = [
      await stage.local("theowner"),
      await stage.local("helper"),
      await stage.local("newcomer"),
    ];
    await stage.db`update accounts set role = 'owner' where actor_id = ${owner}`;
    await stage.db`update accounts set role = 'administrator' where actor_id = ${admin}`;
    const write = (kind: "account.requested" | "account.approved") =>
      transact(stage.house, "account.create", "operator", undefined, async () => ({
        result: undefined,
        line: { kind, groupId: null, actorId: newcomer, threadId: null, postId: null, data: {} },
      }));
    await write("account.requested");
    const about = async () =>
      (await stage.told())
        .filter(({ kind }) => kind === "account-request")
        .map(({ to, from, read }) => ({ to, from, read }));
    expect(await about()).toEqual([owner, admin].toSorted().map((to) => ({ to, from: newcomer, read: false })));
    await write("account.approved");
    expect((await about()).map(({ read }) => read)).toEqual([true, true]);
  });
});

describe("the reader of the journal", () => {
  it("does not touch the database for what concerns nobody", async () => {
    const tx = new Proxy({} as Tx, {
      get: () => {
        throw new Error("touched");
      },
      apply: () => {
        throw new Error("touched");
      },
    });
    const read = openNotifier(stage.house.makeId);
    const line: JournalLine = {
      id: stage.house.makeId(),
      kind: "vote.cast",
      groupId: stage.groupId,
      actorId: ana,
      threadId: ana,
      postId: ana,
      data: {},
    };
    for (const kind of [
      "vote.cast",
      "vote.withdrawn",
      "thread.boosted",
      "reply.edited",
      "thread.edited",
      "actor.updated",
      "thread.pinned",
    ] as const)
      await read(tx, [{ line: { ...line, kind }, letter: undefined }]);
  });

  it("never tells anybody of what they did themselves, nor twice of one post, whatever happens", async () => {
    const people = [ana, bo, carla, rosa, await stage.remote("ruth"), await stage.remote("ron", { fresh: true })];
    const who = fc.nat({ max: people.length - 1 });
    const step = fc.record({
      by: who,
      to: fc.nat({ max: 50 }),
      named: fc.uniqueArray(who, { maxLength: 4 }),
      does: fc.constantFrom("thread", "reply", "reply", "reply", "accept", "follow", "mute"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const posts = [await stage.thread(ana)];
        for (const { by, to, named, does } of steps) {
          const actor = people[by] as Id;
          const post = posts[to % posts.length] as Id;
          const names = named.map((n) => people[n] as Id);
          if (does === "thread") posts.push(await stage.thread(actor, names));
          else if (does === "reply") posts.push(await stage.reply(actor, post, names));
          else if (does === "accept") await accept(actor, post);
          else if (by < 3) await stage.subscribe(actor, await threadOf(post), does);
        }
      }),
      { numRuns: 12 },
    );
    expect(await stage.db`select id from notifications where actor_id = from_id`).toEqual([]);
    expect(
      await stage.db`select n.id from notifications n join posts p on p.id = n.post_id
        where p.author_id = n.actor_id and n.kind in ('reply', 'mention')`,
    ).toEqual([]);
    expect(
      await stage.db`select actor_id, post_id from notifications where kind in ('reply', 'mention') group by 1, 2 having count(*) > 1`,
    ).toEqual([]);
    const [some] = await stage.db<{ n: number }[]>`select count(*)::int as n from notifications where kind = 'reply'`;
    expect(some?.n).toBeGreaterThan(30);
  });
});

async function threadOf(postId: Id): Promise<Id> {
  const [row] = await stage.db<{ id: Id }[]>`select thread_id as id from posts where id = ${postId}`;
  return row?.id as Id;
}
