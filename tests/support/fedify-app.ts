/** A server that we did not write: an application on Fedify, as its manual says. It takes everything, and keeps what it was sent. */

import type { webcrypto } from "node:crypto";
import { createFederation, generateCryptoKeyPair, type HttpMessageSignaturesSpec, MemoryKvStore } from "@fedify/fedify";
import { Activity, Endpoints, Note, Person, PUBLIC_COLLECTION, type Recipient } from "@fedify/fedify/vocab";
import { serve } from "@hono/node-server";
import { freePort } from "./app.ts";

const PATIENCE_MS = 30_000;
const LOOK_MS = 20;

export type FedifyApp = Awaited<ReturnType<typeof openFedifyApp>>;

/** `firstKnock`: the style in which it signs at first. */
export async function openFedifyApp(firstKnock: HttpMessageSignaturesSpec) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const federation = createFederation<void>({ kv: new MemoryKvStore(), allowPrivateAddress: true, firstKnock });
  const keys = new Map<string, Promise<webcrypto.CryptoKeyPair[]>>();
  const notes = new Map<string, Note>();
  const received: Activity[] = [];
  const troubles: unknown[] = [];

  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      const pairs = await context.getActorKeyPairs(identifier);
      return new Person({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: identifier[0]?.toUpperCase() + identifier.slice(1),
        inbox: context.getInboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
        publicKeys: pairs.map((pair) => pair.cryptographicKey),
        assertionMethods: pairs.map((pair) => pair.multikey),
      });
    })
    .setKeyPairsDispatcher((_, identifier) => {
      const made = keys.get(identifier) ?? Promise.all(["RSASSA-PKCS1-v1_5", "Ed25519"].map(makeKey));
      keys.set(identifier, made);
      return made;
    });
  federation.setObjectDispatcher(Note, "/notes/{id}", (_, { id }) => notes.get(id) ?? null);
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(Activity, (_, activity) => void received.push(activity))
    .onUnverifiedActivity((_, activity, reason) => void troubles.push([activity.id?.href, reason]))
    .onError((_, error) => void troubles.push(error));

  const server = serve({
    fetch: (request) => federation.fetch(request, { contextData: undefined }),
    hostname: "127.0.0.1",
    port,
  });
  const context = federation.createContext(new URL(origin), undefined);
  return {
    context,
    origin,
    /** What it refused, and what it could not read. */
    troubles,
    /** Sends one activity of this person. Throws unless it is taken. */
    send: (identifier: string, to: Recipient, activity: Activity) => context.sendActivity({ identifier }, to, activity),
    /** A public note that it serves as well. */
    note(identifier: string, fields: ConstructorParameters<typeof Note>[0]): Note {
      const id = String(notes.size + 1);
      const note = new Note({
        id: context.getObjectUri(Note, { id }),
        attribution: context.getActorUri(identifier),
        tos: [PUBLIC_COLLECTION],
        ...fields,
      });
      notes.set(id, note);
      return note;
    },
    /** The first activity of this kind that it was sent and that fits. */
    async got<T extends Activity>(
      kind: new (...fields: never[]) => T,
      fits: (activity: T) => boolean = () => true,
    ): Promise<T> {
      const begun = performance.now();
      for (;;) {
        const found = received.find((activity): activity is T => activity instanceof kind && fits(activity));
        if (found) return found;
        if (performance.now() - begun > PATIENCE_MS)
          throw new Error(
            `No ${kind.name} came, but ${received.map((activity) => activity.constructor.name).join(", ")}.`,
          );
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

function makeKey(algorithm: string): Promise<webcrypto.CryptoKeyPair> {
  return generateCryptoKeyPair(algorithm as Parameters<typeof generateCryptoKeyPair>[0]);
}
