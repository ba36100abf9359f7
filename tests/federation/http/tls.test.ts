/** TLS on the way out: sessions are resumed, and a wrong name stays refused however often it is tried. */
import type { TLSSocket } from "node:tls";
import { expect, it } from "vitest";
import { openOutbound } from "../../../federation/http.ts";
import { listen } from "./listen.ts";

/** Made for these tests: names tls.example only, signs itself, valid from 2000 to 2100. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsCn3qRGYTJFSAlAD
Yx2CYZP/VpSt2u7dLWkoEZdQ18ChRANCAASjkaIYfyIAZoh5+RlKI9ZNsZAffmE8
n34oQKQSHZwkg4Xf53iZ7Iew38NiXXEjkV5cjZvTZqeFTMdmyeepYJ9J
-----END PRIVATE KEY-----
`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAt0bHMuZXhh
bXBsZTAgFw0wMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAwMDAwMFowFjEUMBIGA1UE
AwwLdGxzLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASjkaIYfyIA
Zoh5+RlKI9ZNsZAffmE8n34oQKQSHZwkg4Xf53iZ7Iew38NiXXEjkV5cjZvTZqeF
TMdmyeepYJ9Jo0owSDAWBgNVHREEDzANggt0bHMuZXhhbXBsZTAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBSLFfWYP6VUdol7+qeagCfnA6R89DAKBggqhkjOPQQD
AgNHADBEAiBPCkoyDX9rzOuFOFaFDkBCw5Ss5+IuIZruC7jDcvVAYgIgKPw7iXd8
FXvqvAqbOgFqLD6PjEfbyMVeE4cFlADHo8U=
-----END CERTIFICATE-----
`;

const get = { accept: "*/*", maxBytes: 1024 };
const post = { body: Buffer.from("{}"), headersFor: () => ({}) };

function secureOutbound() {
  return openOutbound({ allowPrivateAddresses: true, userAgent: "test", ca: cert, resolve: async () => ["127.0.0.1"] });
}

it("resumes the session on the second connection to a host", async () => {
  const resumed: boolean[] = [];
  await using server = await listen(
    (request, response) => {
      resumed.push((request.socket as TLSSocket).isSessionReused());
      response.setHeader("connection", "close").end("{}");
    },
    { key, cert },
  );
  await using outbound = secureOutbound();
  for (let i = 0; i < 3; i++) await outbound.post(`https://tls.example:${server.port}/inbox`, post);
  expect(resumed).toEqual([false, true, true]);
});

it.each(["TLSv1.2", "TLSv1.3"] as const)(
  "refuses a certificate for another name every time, under %s",
  async (version) => {
    await using server = await listen((_request, response) => response.end("{}"), { key, cert, maxVersion: version });
    await using outbound = secureOutbound();
    for (let i = 0; i < 3; i++) {
      await expect(outbound.get(`https://other.example:${server.port}/`, get)).rejects.toMatchObject({
        kind: "connect",
        message: "No connection to other.example could be made (ERR_TLS_CERT_ALTNAME_INVALID).",
      });
    }
    expect(server.requests).toEqual([]);
  },
);

it("refuses a certificate that nobody we trust has signed", async () => {
  await using server = await listen((_request, response) => response.end("{}"), { key, cert });
  await using outbound = openOutbound({
    allowPrivateAddresses: true,
    userAgent: "test",
    resolve: async () => ["127.0.0.1"],
  });
  await expect(outbound.get(`https://tls.example:${server.port}/`, get)).rejects.toMatchObject({ kind: "connect" });
});

it("does not follow a redirect from https to http", async () => {
  await using plain = await listen((_request, response) => response.end("plain"));
  await using server = await listen((_request, response) => response.writeHead(302, { location: plain.origin }).end(), {
    key,
    cert,
  });
  await using outbound = secureOutbound();
  await expect(outbound.get(`https://tls.example:${server.port}/`, get)).rejects.toMatchObject({ kind: "redirect" });
  expect(plain.requests).toEqual([]);
});
