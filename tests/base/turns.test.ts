/** Who is next: in order, in turn, and not for ever. */
import { describe, expect, it } from "vitest";
import { openTurns } from "../../src/base/pictures/turns.ts";

const options = { each: 3, inAll: 5, longestWaitMs: 60_000 };

/** Work that ends when it is told to. */
function opened(more: Partial<typeof options> = {}) {
  const turns = openTurns({ ...options, ...more });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    turns,
    begun,
    bring: (who: string, what: string) =>
      turns.take(who, async () => {
        begun.push(what);
        await new Promise<void>((resolve) => ends.push(resolve));
        return what;
      }),
    async endOne() {
      await expect.poll(() => ends.length).toBeGreaterThan(0);
      ends.shift()?.();
    },
  };
}

describe("turns", () => {
  it("are taken one at a time, and by each person in turn", async () => {
    const { bring, begun, endOne } = opened();
    const all = [bring("ana", "a1"), bring("ana", "a2"), bring("ana", "a3"), bring("bo", "b1"), bring("cy", "c1")];
    all.push(bring("bo", "b2"));
    expect(begun).toEqual(["a1"]);
    for (const _ of all) await endOne();
    expect(await Promise.all(all)).toEqual(["a1", "a2", "a3", "b1", "c1", "b2"]);
    expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
  });

  it("are so many for one person, and so many in all", async () => {
    const { bring, endOne, begun } = opened();
    const taken = [bring("ana", "a0"), bring("ana", "a1"), bring("ana", "a2"), bring("ana", "a3")];
    expect(() => bring("ana", "a4")).toThrow(expect.objectContaining({ code: "too-many-tries", status: 429 }));
    taken.push(bring("bo", "b1"), bring("cy", "c1"));
    expect(() => bring("di", "d1")).toThrow(expect.objectContaining({ code: "busy", status: 503 }));
    await endOne();
    await expect.poll(() => begun).toHaveLength(2);
    taken.push(bring("di", "d1"));
    for (let n = 1; n < taken.length; n++) await endOne();
    expect(await Promise.all(taken)).toHaveLength(7);
  });

  it("go on after work that failed", async () => {
    const { turns } = opened();
    const ends = await Promise.allSettled([
      turns.take("ana", () => Promise.reject(new Error("no"))),
      turns.take("ana", async () => "yes"),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  it("are given up by whoever waited too long", async () => {
    const { bring, endOne, begun } = opened({ longestWaitMs: 20 });
    const [first, second] = [bring("ana", "a1"), bring("bo", "b1")];
    const refused = expect(second).rejects.toMatchObject({ code: "busy" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await endOne();
    await refused;
    expect(await first).toBe("a1");
    expect(begun).toEqual(["a1"]);
  });

  it("come no more when they are closed", async () => {
    const { turns, bring, endOne } = opened();
    const [first, second] = [bring("ana", "a1"), bring("bo", "b1")];
    const refused = expect(second).rejects.toMatchObject({ code: "busy" });
    turns.close();
    await endOne();
    await Promise.all([first, refused]);
    expect(() => bring("cy", "c1")).toThrow(expect.objectContaining({ code: "busy" }));
  });
});
