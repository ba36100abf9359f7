/** The floor of an actor document: Fedify's own actor dispatcher, giving a Group with its keys. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { Endpoints, Group, Image } from "@fedify/fedify/vocab";

process.once("message", async () => {
  const federation = createFederation<void>({ kv: new MemoryKvStore() });
  const pairs = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
  federation
    .setActorDispatcher("/c/{identifier}", async (context, identifier) => {
      if (identifier !== "bench") return null;
      const keys = await context.getActorKeyPairs(identifier);
      const id = context.getActorUri(identifier);
      return new Group({
        id,
        preferredUsername: identifier,
        name: "Bench",
        summary: "<p>What it is about.</p>",
        url: id,
        icon: new Image({ url: new URL("/icon.png", id), mediaType: "image/png" }),
        inbox: context.getInboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
        publicKeys: keys.map((pair) => pair.cryptographicKey),
        assertionMethods: keys.map((pair) => pair.multikey),
      });
    })
    .setKeyPairsDispatcher(() => pairs);
  federation.setInboxListeners("/c/{identifier}/inbox", "/inbox");
  const server = createServer(async (request, response) => {
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await federation.fetch(new Request(`http://${request.headers.host}${request.url}`, { headers }), {
      contextData: undefined,
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once("disconnect", () => process.exit());
