/** What the way out refuses before a byte is sent: hostile URLs, special addresses, names that resolve to them. */
import { isIPv4 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkUrl, guardGlobalFetch, openOutbound, refusedAddress } from "../../../federation/http.ts";
import { listen } from "./listen.ts";

const get = { accept: "application/activity+json", maxBytes: 1024 };

/** IANA's special ranges, written down a second time as numbers so that the table under test is not its own judge. */
const special4: readonly [first: number, prefix: number][] = [
  [0x00000000, 8],
  [0x0a000000, 8],
  [0x64400000, 10],
  [0x7f000000, 8],
  [0xa9fe0000, 16],
  [0xac100000, 12],
  [0xc0000000, 24],
  [0xc0000200, 24],
  [0xc01fc400, 24],
  [0xc034c100, 24],
  [0xc0586300, 24],
  [0xc0a80000, 16],
  [0xc0af3000, 24],
  [0xc6120000, 15],
  [0xc6336400, 24],
  [0xcb007100, 24],
  [0xe0000000, 4],
  [0xf0000000, 4],
];
const special6: readonly [first: bigint, prefix: number][] = [
  [0x2001n << 112n, 23],
  [0x20010db8n << 96n, 32],
  [0x2002n << 112n, 16],
  [0x3fffn << 112n, 20],
  [0x0064ff9bn << 96n, 96],
  [0xffffn << 32n, 96],
  [0xfc00n << 112n, 7],
  [0xfe80n << 112n, 10],
  [0xff00n << 112n, 8],
  [0n, 8],
];

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

function colons(value: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(":");
}

const anySpecial4 = fc
  .tuple(fc.constantFrom(...special4), fc.nat(0xffffffff))
  .map(([[first, prefix], noise]) => (first + (noise % 2 ** (32 - prefix))) >>> 0);
const anySpecial6 = fc
  .tuple(fc.constantFrom(...special6), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }))
  .map(([[first, prefix], noise]) => first + (noise & ((1n << BigInt(128 - prefix)) - 1n)));

describe("addresses", () => {
  it("refuses every IPv4 address in a special range, however it is written in a URL", () => {
    fc.assert(
      fc.property(anySpecial4, (value) => {
        expect(refusedAddress(dotted(value), false)).toBeTypeOf("string");
        const [a, b, c, d] = dotted(value).split(".").map(Number) as [number, number, number, number];
        const octal = [a, b, c, d].map((part) => `0${part.toString(8)}`).join(".");
        const short = `${a}.${b}.${c * 256 + d}`;
        const mapped = `[::ffff:${dotted(value)}]`;
        for (const host of [dotted(value), String(value), `0x${value.toString(16)}`, octal, short, mapped]) {
          expect(() => checkUrl(`https://${host}/`, false), host).toThrow("is refused");
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses every IPv6 address in a special range", () => {
    fc.assert(
      fc.property(anySpecial6, (value) => {
        expect(refusedAddress(colons(value), false), colons(value)).toBeTypeOf("string");
        expect(() => checkUrl(`https://[${colons(value)}]/`, false)).toThrow("is refused");
      }),
      { numRuns: 1000 },
    );
  });

  it("takes an IPv4 address exactly when it is in no special range", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (value) => {
        const inside = special4.some(
          ([first, prefix]) => Math.floor(value / 2 ** (32 - prefix)) === first / 2 ** (32 - prefix),
        );
        expect(refusedAddress(dotted(value), false) !== undefined).toBe(inside);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "1.1.1.1",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2a00::1",
  ])("takes the public address %s", (address) => {
    expect(refusedAddress(address, false)).toBeUndefined();
    expect(checkUrl(`https://${isIPv4(address) ? address : `[${address}]`}/x`, false).pathname).toBe("/x");
  });

  it.each(["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "::1", "fd00::1"])(
    "takes %s only when private is allowed",
    (address) => {
      expect(refusedAddress(address, true)).toBeUndefined();
      expect(refusedAddress(address, false)).toMatch(/loopback|private/);
    },
  );

  it.each([
    "169.254.169.254",
    "0.0.0.0",
    "224.0.0.1",
    "::",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "example.com",
    "",
  ])("refuses %j even when private is allowed", (address) => {
    expect(refusedAddress(address, true)).toBeTypeOf("string");
  });
});

describe("URLs", () => {
  it.each([
    ["http://example.com/", "only https"],
    ["ftp://example.com/", "only https"],
    ["file:///etc/passwd", "only https"],
    ["javascript:alert(1)", "only https"],
    ["data:text/plain,x", "only https"],
    ["https://user:secret@example.com/", "user name or password"],
    ["https://user@example.com/", "user name or password"],
    ["https://example.com:8443/", "ports 80 and 443"],
    ["https://example.com:22/", "ports 80 and 443"],
    ["https://example.com:0/", "ports 80 and 443"],
    ["https://localhost/", "bare name"],
    ["https://intranet/", "bare name"],
    ["https://app.localhost/", "inner network"],
    ["https://printer.local/", "inner network"],
    ["https://metadata.google.INTERNAL/", "inner network"],
    ["https://router.home.arpa/", "inner network"],
    ["https://abcdefghij.onion/", "hidden service"],
    ["https://example.com./", "dot at its end"],
    ["https://localhost./", "dot at its end"],
    ["https://2130706433/", "loopback"],
    ["https://0x7f.1/", "loopback"],
    ["https://017700000001/", "loopback"],
    ["https://127.1/", "loopback"],
    ["https://127.0.0.1./", "loopback"],
    ["https://%31%32%37.0.0.1/", "loopback"],
    ["https://①②⑦.⓪.⓪.①/", "loopback"],
    ["https://[::1]/", "loopback"],
    ["https://[::ffff:7f00:1]/", "written as IPv6"],
    ["https://[::ffff:8.8.8.8]/", "written as IPv6"],
    ["https://[::127.0.0.1]/", "outside the public address space"],
    ["https://[64:ff9b::7f00:1]/", "NAT64"],
    ["https://[2002:7f00:1::]/", "6to4"],
    ["https://169.254.169.254/latest/meta-data/", "link-local"],
    ["https://", "not a URL"],
    ["", "not a URL"],
    ["//example.com/", "not a URL"],
    ["https://[fe80::1%25eth0]/", "not a URL"],
    [`https://example.com/${"x".repeat(5000)}`, "not a URL"],
  ])("refuses %.60s", async (url, sentence) => {
    await using outbound = openOutbound({ allowPrivateAddresses: false, userAgent: "test", resolve: noResolve });
    const post = { body: Buffer.from("{}"), headersFor: () => ({}) };
    await expect(outbound.get(url, get)).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringMatching(sentence),
    });
    await expect(outbound.post(url, post)).rejects.toMatchObject({ kind: "forbidden" });
  });

  it.each([
    "ftp://127.0.0.1/",
    "http://a:b@127.0.0.1/",
    "http://169.254.169.254/",
    "http://x.onion/",
    "http://127.0.0.1:0/",
  ])("refuses %s even when private is allowed", (url) => {
    expect(() => checkUrl(url, true)).toThrow("is refused");
  });

  it("drops the fragment and keeps the rest", () => {
    expect(checkUrl("https://Example.COM:443/a?b=c#d", false).href).toBe("https://example.com/a?b=c");
    expect(checkUrl("http://localhost:8080/a#", true).href).toBe("http://localhost:8080/a");
  });
});

describe("names", () => {
  it.each([
    [["127.0.0.1"], "forbidden"],
    [["93.184.215.14", "10.0.0.1"], "forbidden"],
    [["2606:4700::1111", "::1"], "forbidden"],
    [["::ffff:127.0.0.1"], "forbidden"],
    [["no address"], "forbidden"],
    [[], "dns"],
  ])("refuses a name whose addresses are %j", async (addresses, kind) => {
    const resolve = async () => addresses;
    await using outbound = openOutbound({ allowPrivateAddresses: false, userAgent: "test", resolve });
    await expect(outbound.get("https://example.com/", get)).rejects.toMatchObject({ kind });
  });

  it("connects to the address it checked, and checks anew for every connection (DNS rebinding)", async () => {
    await using server = await listen((_request, response) => response.setHeader("connection", "close").end("hello"));
    const answers = [["127.0.0.1"], ["169.254.169.254"]];
    let asked = 0;
    const resolve = async () => answers[asked++] ?? [];
    await using outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "test", resolve });
    const url = `http://rebind.example:${server.port}/`;

    await expect(outbound.get(url, get)).resolves.toMatchObject({ status: 200, url });
    expect(asked).toBe(1);
    await expect(outbound.get(url, get)).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringContaining("link-local"),
    });
    expect(asked).toBe(2);
  });

  it("calls a name that does not resolve a matter of dns", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" }));
    await using outbound = openOutbound({ allowPrivateAddresses: false, userAgent: "test", resolve });
    await expect(outbound.get("https://gone.example/", get)).rejects.toMatchObject({
      kind: "dns",
      message: "gone.example has no address in the DNS (ENOTFOUND).",
    });
  });

  it("resolves by the system's own means when private is allowed", async () => {
    await using server = await listen((_request, response) => response.end("hello"));
    await using outbound = openOutbound({ allowPrivateAddresses: true, userAgent: "test" });
    await expect(outbound.get(`http://localhost:${server.port}/`, get)).resolves.toMatchObject({ status: 200 });
  });
});

describe("global fetch under guard", () => {
  it("refuses what the way out refuses, and is set free again", async () => {
    await using server = await listen((_request, response) => response.end("hello"));
    const resolve = (name: string) => (name === "inside.example" ? Promise.resolve(["127.0.0.1"]) : noResolve());
    await using outbound = openOutbound({ allowPrivateAddresses: false, userAgent: "test", resolve });
    const { port, origin } = server;
    const hostile = [
      origin,
      "https://127.0.0.1/",
      "https://[::1]/",
      "http://example.com/",
      `https://example.com:${port}/`,
    ];
    {
      using _guard = guardGlobalFetch(outbound);
      for (const url of [...hostile, "https://localhost/", "https://inside.example/"]) {
        await expect(fetch(url), url).rejects.toMatchObject({ cause: { kind: "forbidden" } });
      }
    }
    expect(server.connections).toBe(0);
    expect(await (await fetch(origin, { headers: { connection: "close" } })).text()).toBe("hello");
  });

  it("is what the latest of several allows, in whatever order they end", async () => {
    await using server = await listen((_request, response) => response.end("hello"));
    const hello = async () => (await fetch(server.origin, { headers: { connection: "close" } })).text();
    await using strict = openOutbound({ allowPrivateAddresses: false, userAgent: "test" });
    await using open = openOutbound({ allowPrivateAddresses: true, userAgent: "test" });
    const first = guardGlobalFetch(strict);
    const second = guardGlobalFetch(open);
    expect(await hello()).toBe("hello");
    first[Symbol.dispose]();
    expect(await hello()).toBe("hello");
    const third = guardGlobalFetch(strict);
    await expect(hello()).rejects.toMatchObject({ cause: { kind: "forbidden" } });
    second[Symbol.dispose]();
    third[Symbol.dispose]();
    expect(await hello()).toBe("hello");
  });
});

function noResolve(): Promise<string[]> {
  throw new Error("A refused URL must not be looked up.");
}
