/** Move at the inbox: both accounts must say so (R26). */
import { expect, test } from "vitest";
import { setStage } from "./stage.ts";

const stage = setStage();

async function movedTo(uri: string): Promise<string | null> {
  const [row] = await stage.ours.app.db<{ movedTo: string | null }[]>`
    select case when moved_at is not null then moved_to end as "movedTo" from actors where uri = ${uri}`;
  return row?.movedTo ?? null;
}

test("a move that only one side confirms does not count", async () => {
  await stage.send(stage.ben, stage.activity(stage.ben, "Like", { object: stage.thread.id }));
  await stage.ben.moveTo(stage.mallory.id, { deliverTo: [stage.inbox] });
  expect(await movedTo(stage.ben.id)).toBeNull();
});

test("a move in another's name is refused", async () => {
  const forged = stage.activity(stage.mallory, "Move", { object: stage.ana.id, target: stage.mallory.id });
  expect((await stage.send(stage.mallory, forged)).status).toBe(403);
});

test("a move that both sides confirm is written down, once in 30 days", async () => {
  const eva = await stage.home.addPerson("eva");
  const newEva = await stage.elsewhere.addPerson("eva");
  await stage.send(eva, stage.activity(eva, "Like", { object: stage.thread.id }));
  const sent = await eva.moveTo(newEva, { deliverTo: [stage.inbox] });
  expect(sent.status).toBe(202);
  expect(await movedTo(eva.id)).toBe(newEva.id);
  const third = await stage.elsewhere.addPerson("eva3");
  await eva.moveTo(third, { deliverTo: [stage.inbox] });
  expect(await movedTo(eva.id)).toBe(newEva.id);
});
