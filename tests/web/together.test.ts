/** Work that many ask for at once: done once for all who wait, and never begun before they asked. */
import { expect, test } from "vitest";
import { Together } from "../../src/web/together.ts";

/** Work that is finished by hand; what it comes to is how many had been begun. */
function byHand() {
  const begun: PromiseWithResolvers<void>[] = [];
  const work = async () => {
    const mine = Promise.withResolvers<void>();
    const n = begun.push(mine);
    await mine.promise;
    return n;
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { begun, work, turn };
}

test("whoever asks while it is being done waits for the next round, all of them for the same", async () => {
  const together = new Together<number>();
  const { begun, work, turn } = byHand();
  const first = together.do("a", work);
  const others = [together.do("a", work), together.do("a", work)];
  await turn();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  expect(await first).toBe(1);
  await turn();
  expect(begun).toHaveLength(2);
  const late = together.do("a", work);
  begun[1]?.resolve();
  expect(await Promise.all(others)).toEqual([2, 2]);
  await turn();
  begun[2]?.resolve();
  expect(await late).toBe(3);
  expect(await Promise.race([together.do("a", work), turn().then(() => "begun anew")])).toBe("begun anew");
  expect(begun).toHaveLength(4);
});

test("different keys do not wait for each other", async () => {
  const together = new Together<number>();
  const { begun, work } = byHand();
  const both = [together.do("a", work), together.do("b", work)];
  expect(begun).toHaveLength(2);
  begun[1]?.resolve();
  expect(await both[1]).toBe(2);
  begun[0]?.resolve();
  expect(await both[0]).toBe(1);
});

test("a round that fails fails for those who waited for it alone", async () => {
  const together = new Together<number>();
  const { begun, work, turn } = byHand();
  const first = together.do("a", work);
  const next = together.do("a", work);
  begun[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await turn();
  begun[1]?.resolve();
  expect(await next).toBe(2);
});
