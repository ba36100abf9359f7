/** ChooseAnswer and its Undo at the inbox: who asked a question, or looks after the community, accepts an answer. */
import { beforeEach, expect, test } from "vitest";
import type { Doc, RemotePerson } from "../../support/remote/index.ts";
import { note, setStage } from "./stage.ts";

const stage = setStage();
let question: Doc;
let answer: Doc;

beforeEach(async () => {
  question = note(stage, stage.ana);
  answer = note(stage, stage.mallory, { inReplyTo: question.id });
  await say(stage.ana, "Create", question);
  await say(stage.mallory, "Create", answer);
});

async function say(by: RemotePerson, type: string, object: unknown): Promise<Doc> {
  const activity = stage.activity(by, type, { object });
  expect((await stage.send(by, activity)).status).toBe(202);
  return activity;
}

/** What is accepted in the thread, by whom. */
async function accepted(): Promise<[string, string][]> {
  const rows = await stage.ours.app.db<{ post: string; by: string }[]>`
    select p.uri as post, a.uri as by from accepted_answers w join posts p on p.id = w.post_id join actors a on a.id = w.accepted_by
    join posts t on t.id = w.thread_id where t.uri = ${String(question.id)}`;
  return rows.map(({ post, by }) => [post, by]);
}

test("who asked accepts an answer, and takes that back", async () => {
  const chosen = await say(stage.ana, "ChooseAnswer", answer.id);
  expect(await accepted()).toEqual([[answer.id, stage.ana.id]]);
  await say(stage.ana, "Undo", chosen);
  expect(await accepted()).toEqual([]);
});

test("another answer takes the place of the one before", async () => {
  const another = note(stage, stage.ben, { inReplyTo: question.id });
  await say(stage.ben, "Create", another);
  await say(stage.ana, "ChooseAnswer", answer.id);
  await say(stage.ana, "ChooseAnswer", another.id);
  expect(await accepted()).toEqual([[another.id, stage.ana.id]]);
});

test("nobody else may: not who answered, nor somebody else of the server of who asked", async () => {
  for (const by of [stage.mallory, stage.ben]) await say(by, "ChooseAnswer", answer.id);
  expect(await accepted()).toEqual([]);
  const chosen = await say(stage.ana, "ChooseAnswer", answer.id);
  for (const by of [stage.mallory, stage.ben]) {
    const inner = { ...chosen, id: `${by.id}#${Math.random()}`, actor: by.id };
    await say(by, "Undo", inner);
  }
  expect(await accepted()).toEqual([[answer.id, stage.ana.id]]);
});

test("a question is no answer to itself, and what is not here, or was removed, is none", async () => {
  await say(stage.mallory, "Delete", answer.id);
  for (const object of [question.id, answer.id, `${answer.id}/2`]) await say(stage.ana, "ChooseAnswer", object);
  expect(await accepted()).toEqual([]);
});
