/** The other end of deliveries: many hosts on loopback in one process, which answer at once, late, or never. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Start {
  hosts: number;
}

/** How they behave from now on; the answer is what came since the last question. */
export interface Behave {
  latencyMs: number;
  /** The first so many hosts take every letter and never answer. */
  hanging: number;
}

/** When letters arrived, in milliseconds of the machine's monotonic clock, by host. */
export interface Arrived {
  arrivals: { host: number; at: number }[];
}

/** The same in all processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function open(hosts: number): Promise<void> {
  let latencyMs = 0;
  let hanging = 0;
  let arrivals: Arrived["arrivals"] = [];
  const ports: number[] = [];
  for (let host = 0; host < hosts; host++) {
    const server = createServer((request, response) => {
      request.resume();
      request.on("end", () => {
        arrivals.push({ host, at: monotonicMs() });
        if (host < hanging) return;
        if (latencyMs === 0) response.writeHead(202).end();
        else setTimeout(() => response.writeHead(202).end(), latencyMs);
      });
    });
    server.keepAliveTimeout = 120_000;
    server.requestTimeout = 0;
    await once(server.listen(0, "127.0.0.1"), "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  process.on("message", (next: Behave) => {
    ({ latencyMs, hanging } = next);
    process.send?.({ arrivals } satisfies Arrived);
    arrivals = [];
  });
  process.send?.({ ports });
}

if (process.send) {
  process.once("message", ({ hosts }: Start) => open(hosts));
  process.once("disconnect", () => process.exit());
}
