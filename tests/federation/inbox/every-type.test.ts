/** What holds for every type of activity at the inbox: nobody speaks for another, and nothing counts twice. */
import { beforeAll, describe, expect, test } from "vitest";
import { TYPES } from "../../../federation/inbox/index.ts";
import { makePerson, type TestPerson } from "../../support/people.ts";
import type { Doc, RemotePerson } from "../../support/remote/index.ts";
import { askToFollow, note, setStage } from "./stage.ts";

const stage = setStage();
let eve: TestPerson;

beforeAll(async () => {
  eve = await makePerson(stage.ours.app.house, "eve");
});

/** For each type in the table of federation/inbox/index.ts, an activity by this person that changes something. */
const ACTS: Readonly<Record<string, (by: RemotePerson) => Promise<Doc> | Doc>> = {
  Follow: (by) => stage.activity(by, "Follow", { object: stage.group.uri }),
  Create: (by) => stage.activity(by, "Create", { object: note(stage, by) }),
  Update: (by) => stage.activity(by, "Update", { object: note(stage, by) }),
  Delete: async (by) => {
    const object = note(stage, by, { inReplyTo: stage.thread.id });
    await stage.send(by, stage.activity(by, "Create", { object }));
    return stage.activity(by, "Delete", { object: object.id });
  },
  Like: (by) => stage.activity(by, "Like", { object: stage.thread.id }),
  Dislike: (by) => stage.activity(by, "Dislike", { object: stage.thread.id }),
  EmojiReact: (by) => stage.activity(by, "EmojiReact", { object: stage.thread.id, content: "🔥" }),
  Announce: (by) => stage.activity(by, "Announce", { object: stage.thread.id }),
  Undo: async (by) => {
    const like = stage.activity(by, "Like", { object: stage.thread.id });
    await stage.send(by, like);
    return stage.activity(by, "Undo", { object: like });
  },
  Move: async (by) => {
    const target = await stage.elsewhere.addPerson(`new_${by.name}`, { document: { alsoKnownAs: [by.id] } });
    stage.home.objects.set(by.id, { ...stage.home.objects.get(by.id), movedTo: target.id });
    return stage.activity(by, "Move", { object: by.id, target: target.id });
  },
  Accept: async (by) => stage.activity(by, "Accept", { object: await askToFollow(stage, eve, by) }),
  Reject: async (by) => stage.activity(by, "Reject", { object: await askToFollow(stage, eve, by) }),
  ChooseAnswer: async (by) => {
    const question = note(stage, by);
    const answer = note(stage, stage.ana, { inReplyTo: question.id });
    await stage.send(by, stage.activity(by, "Create", { object: question }));
    await stage.send(stage.ana, stage.activity(stage.ana, "Create", { object: answer }));
    return stage.activity(by, "ChooseAnswer", { object: answer.id });
  },
};

test("none is left out", () => {
  expect(Object.keys(ACTS).sort()).toEqual([...TYPES].sort());
});

describe.each(Object.keys(ACTS))("%s", (type) => {
  const name = `x_${type.toLowerCase()}`;
  let by: RemotePerson;
  let act: Doc;

  test("counts, and sent again it is acknowledged and changes nothing", async () => {
    // Locked: it answers no follow on its own.
    by = await stage.home.addPerson(name, { locked: true });
    act = (await ACTS[type]?.(by)) as Doc;
    const before = await stage.count("journal");
    expect((await stage.send(by, act)).status).toBe(202);
    const after = await stage.count("journal");
    expect(after).toBeGreaterThan(before);
    // Not the deliveries: those go away in the background as they reach their servers. What was to be said stays.
    const rows = async () => [
      await stage.count("received"),
      await stage.count("posts"),
      await stage.count("activities"),
    ];
    const kept = await rows();
    expect((await stage.send(by, act)).status).toBe(202);
    expect(await stage.count("journal")).toBe(after);
    expect(await rows()).toEqual(kept);
  });

  test("is refused when somebody else signed it, on the same server or another", async () => {
    const fresh = { ...act, id: `${String(act.id)}/2` };
    for (const other of [stage.ben, stage.mallory]) expect((await stage.send(other, fresh)).status).toBe(401);
  });

  test("is refused when its id is on another server", async () => {
    const forged = { ...act, id: `${stage.elsewhere.origin}/acts/1` };
    expect((await stage.send(by, forged)).status).toBe(403);
  });
});
