/** A whole server while a picture is too much for the process that reads it: everybody else is served, and the end comes in time. */
import sharp from "sharp";
import { expect, it } from "vitest";
import { openTestServer } from "../support/app.ts";
import { makePerson, type TestPerson } from "../support/people.ts";
import { canAsk, othersEnded, pictureProcess, pictureProcesses } from "../support/picture-processes.ts";

it.skipIf(!canAsk)(
  "a server goes on serving while a picture is read and when that fails, and ends in time",
  async () => {
    await othersEnded();
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await openTestServer());
    const [ana, bo] = [await makePerson(server.app.house, "ana"), await makePerson(server.app.house, "bo")];
    const png = await sharp({ create: { width: 60, height: 40, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const upload = async (person: TestPerson) => {
      const body = new FormData();
      body.set("picture", new File([new Uint8Array(png)], "a.png"));
      const headers = { origin: server.origin, cookie: person.cookie };
      const answer = await fetch(`${server.origin}/settings/picture`, {
        method: "POST",
        headers,
        body,
        redirect: "manual",
      });
      return { status: answer.status, text: await answer.text() };
    };
    expect(await upload(ana)).toMatchObject({ status: 303 });
    const pid = pictureProcess();
    process.kill(pid, "SIGSTOP");
    const uploads = Promise.all([upload(ana), upload(bo)]);
    const brought = async () => {
      const [row] = await server.app.db`select sum(cardinality(pictures_brought_at))::int as n from accounts`;
      return row?.n;
    };
    await expect.poll(brought, { timeout: 10_000 }).toBe(3);
    for (const path of ["/livez", "/u/ana", "/"]) expect((await server.page(path)).status).toBe(200);
    process.kill(pid, "SIGKILL");
    // Whoever came first is told; the other is served by the next process.
    const [done, failed] = (await uploads).sort((one, other) => one.status - other.status);
    expect([done?.status, failed?.status]).toEqual([303, 422]);
    expect(failed?.text).toContain("Reading this picture broke off or took too long: try again");
    expect(pictureProcesses()).toHaveLength(1);
    const started = performance.now();
    await stack.disposeAsync();
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(pictureProcesses()).toEqual([]);
  },
);
