/** The way out at work on loopback: redirects, caps, time, signatures, deliveries and the reuse of connections. */
import { createServer, type Socket } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outbound, openOutbound } from "../../federation/http.ts";
import { listen } from "./http/listen.ts";

const json = { accept: "application/activity+json", maxBytes: 64 * 1024 };
const letter = {
  body: Buffer.from('{"type":"Create"}'),
  headersFor: () => ({ "content-type": "application/activity+json" }),
};

let outbound: Outbound;
beforeAll(() => {
  outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "Commonplace (test)" });
});
afterAll(async () => {
  await outbound[Symbol.asyncDispose]();
});

describe("a GET", () => {
  it("asks politely and gives status, final URL, headers and body", async () => {
    await using server = await listen((_request, response) => {
      response.setHeader("X-Twice", ["a", "b"]).setHeader("content-type", "application/json").end('{"a":1}');
    });
    const result = await outbound.get(`${server.origin}/actor?x=1#main-key`, json);
    expect(result).toMatchObject({ status: 200, url: `${server.origin}/actor?x=1` });
    expect(result.headers).toMatchObject({ "content-type": "application/json", "x-twice": "a, b" });
    expect(result.body.toString()).toBe('{"a":1}');
    expect(server.requests[0]).toMatchObject({
      method: "GET",
      url: "/actor?x=1",
      headers: { accept: json.accept, "user-agent": "Commonplace (test)", "accept-encoding": "gzip, br, deflate" },
    });
  });

  it("gives a refusal as a status without its body", async () => {
    await using server = await listen((_request, response) => response.writeHead(404).end("x".repeat(200_000)));
    const result = await outbound.get(server.origin, json);
    expect([result.status, result.body.length]).toEqual([404, 0]);
  });

  it("signs nothing any more once a redirect has led to another origin, not even back at the first", async () => {
    await using other = await listen((request, response) =>
      response.writeHead(302, { location: `${server.origin}/back` }).end(request.url),
    );
    await using server = await listen((request, response) => {
      if (request.url === "/back") response.end("{}");
      else response.writeHead(302, { location: `${other.origin}/there` }).end();
    });
    const sign = () => ({ "x-signed": "yes" });
    expect((await outbound.get(`${server.origin}/here`, { ...json, sign })).status).toBe(200);
    const signed = [...server.requests, ...other.requests].map(({ url, headers }) => [url, headers["x-signed"]]);
    expect(signed).toEqual([
      ["/here", "yes"],
      ["/back", undefined],
      ["/there", undefined],
    ]);
  });

  it("follows three redirects, signing each hop anew and carrying no header on", async () => {
    await using server = await listen(chain(3));
    const sign = (method: string, url: URL) => ({ [`x-for${url.pathname.replaceAll("/", "-")}`]: method });
    const result = await outbound.get(`${server.origin}/0`, { ...json, sign });
    expect(result).toMatchObject({ status: 200, url: `${server.origin}/3` });
    const signatures = server.requests.map(({ headers }) =>
      Object.keys(headers).filter((name) => name.startsWith("x-for")),
    );
    expect(signatures).toEqual([["x-for-0"], ["x-for-1"], ["x-for-2"], ["x-for-3"]]);
  });

  it("refuses a fourth redirect", async () => {
    await using server = await listen(chain(4));
    await expect(outbound.get(`${server.origin}/0`, json)).rejects.toMatchObject({ kind: "redirect" });
    expect(server.requests.length).toBe(4);
  });

  it("notices a circle", async () => {
    await using server = await listen((request, response) => {
      response.writeHead(302, { location: request.url === "/a" ? "/b#x" : "/a#y" }).end();
    });
    await expect(outbound.get(`${server.origin}/a`, json)).rejects.toThrow("redirects in a circle");
    expect(server.requests.length).toBe(2);
  });

  it.each(["http://169.254.169.254/", "file:///etc/passwd", "http://a:b@127.0.0.1/", "//x.onion/", "http://0/"])(
    "refuses a redirect to %s",
    async (location) => {
      await using server = await listen((_request, response) => response.writeHead(301, { location }).end());
      await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "forbidden" });
    },
  );

  it("refuses a redirect to a name that resolves where we do not go", async () => {
    await using server = await listen((_request, response) =>
      response.writeHead(302, { location: "http://inside.example/" }).end(),
    );
    const resolve = async (name: string) => [name === "inside.example" ? "169.254.169.254" : "127.0.0.1"];
    await using careful = openOutbound({ allowPrivateAddresses: true, userAgent: "test", resolve });
    const url = `http://outside.example:${server.port}/`;
    await expect(careful.get(url, json)).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringContaining("inside.example"),
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["identity", (plain: Buffer) => plain],
  ])("reads an answer in %s", async (coding, encode) => {
    await using server = await listen((_request, response) => {
      response.setHeader("content-encoding", coding).end(encode(Buffer.from('{"a":1}')));
    });
    expect((await outbound.get(server.origin, json)).body.toString()).toBe('{"a":1}');
  });

  it.each(["gzip, gzip", "gzip, br", "zstd", "compress"])("refuses an answer in %s", async (coding) => {
    await using server = await listen((_request, response) =>
      response.setHeader("content-encoding", coding).end(gzipSync("{}")),
    );
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "protocol" });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("stops a %s bomb at the cap", async (coding, encode) => {
    const bomb = encode(Buffer.alloc(50 * 1024 * 1024));
    await using server = await listen((_request, response) => response.setHeader("content-encoding", coding).end(bomb));
    await expect(outbound.get(server.origin, { ...json, maxBytes: 1024 * 1024 })).rejects.toMatchObject({
      kind: "too-large",
    });
  });

  it("refuses compressed data that breaks off", async () => {
    const half = gzipSync("x".repeat(1000)).subarray(0, 20);
    await using server = await listen((_request, response) => response.setHeader("content-encoding", "gzip").end(half));
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "protocol" });
  });

  it("takes a body of exactly the cap and not one byte more, announced or not", async () => {
    await using server = await listen((request, response) => {
      const body = "x".repeat(Number(request.url?.slice(2)));
      if (request.url?.startsWith("/a")) response.end(body);
      else response.write(body, () => response.end());
    });
    for (const kind of ["a", "c"]) {
      expect((await outbound.get(`${server.origin}/${kind}1000`, { ...json, maxBytes: 1000 })).body.length).toBe(1000);
      const tooMuch = outbound.get(`${server.origin}/${kind}1001`, { ...json, maxBytes: 1000 });
      await expect(tooMuch).rejects.toMatchObject({ kind: "too-large" });
    }
  });

  it("breaks off an endless body", async () => {
    await using server = await listen((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16 * 1024)));
      };
      response.on("drain", more);
      more();
    });
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "too-large" });
  });

  it("ends a body that drips, a server that never answers and a chain of slow redirects on time", async () => {
    await using server = await listen((request, response) => {
      if (request.url === "/silent") return;
      if (request.url === "/drip") {
        const timer = setInterval(() => response.write("x"), 20);
        response.on("close", () => clearInterval(timer));
      } else {
        setTimeout(() => response.writeHead(302, { location: `${request.url}x` }).end(), 150);
      }
    });
    for (const path of ["/silent", "/drip", "/slow"]) {
      const began = performance.now();
      await expect(outbound.get(server.origin + path, { ...json, totalMs: 300 }), path).rejects.toMatchObject({
        kind: "timeout",
      });
      // Without the bound it would be 10 s.
      expect(performance.now() - began).toBeLessThan(8_000);
    }
  });

  it("stops with the caller's own reason", async () => {
    await using server = await listen(() => undefined);
    const stop = new AbortController();
    const pending = outbound.get(server.origin, { ...json, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("shutting down")), 20);
    await expect(pending).rejects.toThrow("shutting down");
    await expect(outbound.get(server.origin, { ...json, signal: stop.signal })).rejects.toThrow("shutting down");
  });

  it("runs four at a time to one host and lets the rest wait their turn or give up", async () => {
    let running = 0;
    let most = 0;
    await using server = await listen((_request, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        response.end("{}");
      }, 100);
    });
    const patient = Array.from({ length: 10 }, () => outbound.get(server.origin, json));
    const hasty = outbound.get(server.origin, { ...json, totalMs: 50 });
    await expect(hasty).rejects.toMatchObject({ kind: "timeout" });
    expect((await Promise.all(patient)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(most).toBe(4);
    expect(server.requests.length).toBe(10);
  });

  it("says what is wrong with something that is not HTTP", async () => {
    await using server = await listenRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n\r\n"));
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "protocol" });
  });

  it("says that nothing listens there", async () => {
    const server = await listen(() => undefined);
    await server[Symbol.asyncDispose]();
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({
      kind: "connect",
      message: "No connection to 127.0.0.1 could be made (ECONNREFUSED).",
    });
  });

  it("fails on an answer that is cut short", async () => {
    await using server = await listenRaw((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc"));
    await expect(outbound.get(server.origin, json)).rejects.toMatchObject({ kind: "connect" });
  });
});

describe("a POST", () => {
  it("delivers the bytes, gives status and the start of the text, and uses the connection again", async () => {
    await using server = await listen((_request, response) =>
      response.writeHead(202).end(`ok\u0007${"y".repeat(600)}`),
    );
    for (let i = 0; i < 3; i++) {
      const result = await outbound.post(`${server.origin}/inbox`, letter);
      expect(result).toMatchObject({ status: 202, text: `ok ${"y".repeat(497)}` });
      expect(result.remoteClosed).toBeUndefined();
    }
    expect(server.connections).toBe(1);
    expect(server.requests[2]).toMatchObject({ method: "POST", url: "/inbox", body: '{"type":"Create"}' });
    expect(server.requests[2]?.headers).toMatchObject({ "content-length": "17", "user-agent": "Commonplace (test)" });
  });

  it.each([307, 308])("follows one %i on the same host with the same body and fresh headers", async (status) => {
    await using server = await listen((request, response) => {
      if (request.url === "/inbox") response.writeHead(status, { location: "/box" }).end();
      else response.writeHead(202).end();
    });
    const headersFor = (url: URL) => ({ "x-signed": url.href });
    await expect(outbound.post(`${server.origin}/inbox`, { ...letter, headersFor })).resolves.toMatchObject({
      status: 202,
    });
    expect(server.requests.map(({ method, body, headers }) => [method, body, headers["x-signed"]])).toEqual([
      ["POST", '{"type":"Create"}', `${server.origin}/inbox`],
      ["POST", '{"type":"Create"}', `${server.origin}/box`],
    ]);
  });

  it("refuses a second redirect", async () => {
    await using server = await listen((request, response) =>
      response.writeHead(307, { location: `${request.url}x` }).end(),
    );
    await expect(outbound.post(`${server.origin}/inbox`, letter)).rejects.toMatchObject({ kind: "redirect" });
    expect(server.requests.length).toBe(2);
  });

  it.each([301, 302, 303])("refuses a %i", async (status) => {
    await using server = await listen((_request, response) => response.writeHead(status, { location: "/box" }).end());
    await expect(outbound.post(`${server.origin}/inbox`, letter)).rejects.toMatchObject({ kind: "redirect" });
    expect(server.requests.length).toBe(1);
  });

  it("refuses a 307 to another host or port", async () => {
    await using other = await listen((_request, response) => response.end());
    for (const location of [other.origin, `http://localhost:${other.port}/`]) {
      await using server = await listen((_request, response) => response.writeHead(307, { location }).end());
      await expect(outbound.post(server.origin, letter)).rejects.toMatchObject({ kind: "redirect" });
    }
    expect(other.requests).toEqual([]);
  });

  it("takes the status of an answer whose body never ends, drips, or is cut", async () => {
    await using endless = await listen((_request, response) => {
      response.writeHead(202);
      const timer = setInterval(() => response.write(Buffer.alloc(32 * 1024, "z")), 5);
      response.on("close", () => clearInterval(timer));
    });
    await expect(outbound.post(endless.origin, letter)).resolves.toMatchObject({ status: 202, text: "z".repeat(500) });
    await using dripping = await listen((_request, response) => response.writeHead(202).write("slow"));
    await expect(outbound.post(dripping.origin, { ...letter, totalMs: 500 })).resolves.toMatchObject({
      status: 202,
      text: "slow",
    });
    await using cut = await listenRaw((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nabc"));
    });
    await expect(outbound.post(cut.origin, letter)).resolves.toMatchObject({
      status: 202,
      text: "abc",
      remoteClosed: true,
    });
  });

  it("sends once more when the connection was closed without an answer, and only once", async () => {
    let connections = 0;
    await using flaky = await listenRaw((socket) => {
      connections += 1;
      const answer = connections === 1 ? "" : "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n";
      socket.once("data", () => socket.end(answer));
    });
    await expect(outbound.post(flaky.origin, letter)).resolves.toMatchObject({ status: 202 });
    expect(connections).toBe(2);
    connections = 0;
    await using dead = await listenRaw((socket) => {
      connections += 1;
      socket.once("data", () => socket.destroy());
    });
    await expect(outbound.post(dead.origin, letter)).rejects.toMatchObject({ kind: "connect" });
    expect(connections).toBe(2);
  });

  it("bounds the connections that a hanging host can take", async () => {
    await using server = await listen(() => undefined);
    const enough = new AbortController();
    const hanging = Array.from({ length: 8 }, () =>
      outbound.post(server.origin, { ...letter, signal: enough.signal }).catch((reason: unknown) => reason),
    );
    await expect.poll(() => server.requests.length).toBe(8);
    const waiting = Array.from({ length: 22 }, () => outbound.post(server.origin, { ...letter, totalMs: 200 }));
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason.kind === "timeout")).toBe(true);
    expect(server.connections).toBe(8);
    enough.abort("enough");
    expect(await Promise.all(hanging)).toEqual(Array.from({ length: 8 }, () => "enough"));
    expect(server.requests).toHaveLength(8);
  });

  it("ends what is under way when it is disposed of", async () => {
    await using server = await listen(() => undefined);
    const closing = openOutbound({ allowPrivateAddresses: true, userAgent: "test" });
    const pending = expect(closing.post(server.origin, letter)).rejects.toMatchObject({ kind: "connect" });
    await expect.poll(() => server.requests.length).toBe(1);
    await closing[Symbol.asyncDispose]();
    await pending;
    await expect(closing.get(server.origin, json)).rejects.toMatchObject({ kind: "connect" });
  });
});

/** Redirects /0 to /1 and so on up to /last, which answers. */
function chain(last: number): Parameters<typeof listen>[0] {
  return (request, response) => {
    const step = Number(request.url?.slice(1));
    if (step < last) response.writeHead(302, { location: `/${step + 1}` }).end("moved");
    else response.end("{}");
  };
}

/** A server that answers in bytes of its own choosing. */
async function listenRaw(answer: (socket: Socket) => void): Promise<AsyncDisposable & { origin: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
