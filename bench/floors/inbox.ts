/** The floor of an inbox: node:http, one verification with a key object at hand, JSON.parse, one durable insert, 202. */
import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openDb } from "../../db/open.ts";

export interface Start {
  databaseUrl: string;
  /** Public keys in PEM by the id of the key. */
  keys: Record<string, string>;
}

async function take(
  request: IncomingMessage,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<{ id: string; body: string } | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const { headers } = request;
  const parameters = Object.fromEntries(
    [...String(headers.signature ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const key = keys.get(parameters.keyId ?? "");
  if (!key || headers.digest !== `SHA-256=${hash("sha256", body, "base64")}`) return null;
  const text = (parameters.headers ?? "")
    .split(" ")
    .map((name) => (name === "(request-target)" ? `${name}: post ${request.url}` : `${name}: ${headers[name]}`))
    .join("\n");
  if (!verify("sha256", Buffer.from(text, "latin1"), key, Buffer.from(parameters.signature ?? "", "base64")))
    return null;
  const raw = body.toString();
  return { id: String((JSON.parse(raw) as { id: unknown }).id), body: raw };
}

process.once("message", async ({ databaseUrl, keys: pems }: Start) => {
  const db = openDb(databaseUrl);
  await db`create table if not exists floor_letters (uri text primary key, body text not null)`;
  const keys = new Map(Object.entries(pems).map(([id, pem]) => [id, createPublicKey(pem)]));
  const server = createServer(async (request, response) => {
    const letter = await take(request, keys);
    if (!letter) return void response.writeHead(401).end();
    await db`insert into floor_letters (uri, body) values (${letter.id}, ${letter.body})`;
    response.writeHead(202).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once("disconnect", () => process.exit());
