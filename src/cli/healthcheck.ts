/** `healthcheck`: asks the server on this machine whether it lives, for containers. */
import { get } from "node:http";
import { command } from "./command.ts";

const PATIENCE_MS = 3_000;

export const healthcheck = command({
  name: "healthcheck",
  summary: "Asks the server on this machine whether it lives; exits with 0 or 1",
  operands: [],
  options: {},
  async run(desk) {
    const answer = await askLocal(desk.config, "/livez");
    if (answer === 200) return 0;
    desk.say(`The server on port ${desk.config.port} does not live: ${answer}.`);
    return 1;
  },
});

/** The status that our own port gives for `path`, not by way of the public origin; or why there is none. */
export function askLocal({ host, port }: { host: string; port: number }, path: string): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  // The addresses that mean "all of them" are for listening; loopback is one of them.
  const local = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  const request = get({ host: local, port, path, timeout: PATIENCE_MS, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  request.on("timeout", () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} seconds`)));
  request.on("error", (error: NodeJS.ErrnoException) => {
    resolve(error.code === "ECONNREFUSED" ? "nothing listens there" : error.message || (error.code ?? "no answer"));
  });
  return promise;
}
