/** A Group of a few lines over node:http, which the self tests of the scripted remote server talk to. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Doc, type KeyPair, makeKeyPair, type Outgoing, signCavage } from "../support/remote/index.ts";

export interface ScriptedGroup extends AsyncDisposable {
  id: string;
  origin: string;
  handle: string;
  key: KeyPair & { keyId: string };
  inbox: { headers: IncomingMessage["headers"]; json: Doc }[];
  served: Map<string, Doc>;
  /** POSTs a signed activity; answers with the status. */
  send(inbox: string, activity: Doc): Promise<{ status: number; body: string }>;
  announce(inbox: string, object: unknown, id?: string): Promise<{ status: number; body: string }>;
}

export async function scriptGroup(): Promise<ScriptedGroup> {
  const served = new Map<string, Doc>();
  const inbox: ScriptedGroup["inbox"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname } = new URL(request.url ?? "/", "http://x");
      if (request.method === "POST") {
        inbox.push({ headers: request.headers, json: JSON.parse(Buffer.concat(chunks).toString()) as Doc });
        return response.writeHead(202).end();
      }
      const doc = served.get(pathname);
      const type = pathname.startsWith("/.well-known") ? "application/jrd+json" : "application/activity+json";
      response.writeHead(doc ? 200 : 404, { "content-type": type }).end(JSON.stringify(doc));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  const id = `${origin}/c/welding`;
  const key = { ...(await makeKeyPair()), keyId: `${id}#main-key` };
  served.set("/c/welding", {
    "@context": "https://www.w3.org/ns/activitystreams",
    id,
    type: "Group",
    preferredUsername: "welding",
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    followers: `${id}/followers`,
    endpoints: { sharedInbox: `${origin}/inbox` },
    publicKey: { id: key.keyId, owner: id, publicKeyPem: key.publicPem },
  });
  served.set("/.well-known/webfinger", {
    subject: `acct:welding@${host}`,
    links: [{ rel: "self", type: "application/activity+json", href: id }],
  });
  let count = 0;
  const send: ScriptedGroup["send"] = async (to, activity) => {
    const url = new URL(to);
    const headers = { host: url.host, date: new Date().toUTCString(), "content-type": "application/activity+json" };
    const request: Outgoing = { method: "POST", url, headers, body: Buffer.from(JSON.stringify(activity)) };
    signCavage(request, key);
    const { host: _host, ...rest } = request.headers;
    const response = await fetch(url, { method: "POST", headers: rest, body: request.body.toString() });
    return { status: response.status, body: await response.text() };
  };
  return {
    id,
    origin,
    handle: `@welding@${host}`,
    key,
    inbox,
    served,
    send,
    announce: (to, object, announceId = `${origin}/a/${count++}`) =>
      send(to, {
        "@context": "https://www.w3.org/ns/activitystreams",
        id: announceId,
        type: "Announce",
        actor: id,
        to: ["https://www.w3.org/ns/activitystreams#Public"],
        cc: [`${id}/followers`],
        object,
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
