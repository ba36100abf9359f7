/** The letterbox when the other side goes away in the middle of a letter. */
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { openLoad } from "../../federation/gate/load.ts";
import { Rejection } from "../../federation/gate/rejection.ts";
import type { Federation } from "../../federation/index.ts";
import { openLetterbox } from "../../federation/letterbox.ts";

test.each(["reset", "ended"])(
  "a connection that is %s half-way is the sender's doing, and no trouble of ours",
  async (how) => {
    const refused = Promise.withResolvers<unknown>();
    const letterbox = openLetterbox({
      gate: { take: async (request) => void (await request.read(1_000, () => {})) },
      groups: { exists: async () => true, byId: async () => null, firstOf: async () => null },
      load: openLoad({ log: console }),
      refuse: (error) => {
        refused.resolve(error);
        return { status: 400, sentence: "", headers: {} };
      },
    } as Pick<Federation, "gate" | "groups" | "load" | "refuse"> as Federation);
    const server = createServer((request, response) => void letterbox.serve(request, response, "", {})).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    const arrived = once(server, "request");
    socket.write("POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf of it");
    await arrived;
    if (how === "reset") socket.resetAndDestroy();
    else socket.destroy();
    const error = await refused.promise;
    server.close();
    expect(error).toBeInstanceOf(Rejection);
    expect(error).toMatchObject({ status: 400 });
  },
);
