/** The keys of this server's own actors: made, sealed, and opened again to sign. */

import type { Id, MakeId } from "../db/ids.ts";
import { brokenConstraint, type Db, type Queryable } from "../db/open.ts";
import { type ActorRow, findActorByUri, findOwnKeys, insertLocalActor, type OwnKey } from "../db/queries/actors.ts";
import type { Signer } from "./context.ts";
import {
  generateEd25519Keys,
  generateRsaKeys,
  privateKeyFromPkcs8,
  privateKeyToPkcs8,
  seal,
  unseal,
} from "./signatures/keys.ts";

export interface OwnKeys {
  /** New keys for an actor that is about to be made: RSA for requests, Ed25519 for proofs (FEP-8b32, FEP-521a). */
  make(actorUri: string): Promise<OwnKey[]>;
  /** The RSA key by which an actor of ours signs requests. */
  signerOf(actorId: Id): Promise<Signer>;
  /** The Ed25519 key by which it proves documents; inside a transaction it is read there, since its actor may be new in it. */
  proverOf(actorId: Id, tx?: Queryable): Promise<Signer>;
  /** The actor by which this server signs what it fetches; made at the first call. */
  instanceActor(): Promise<ActorRow>;
}

/** `secret` is the 32 bytes that private keys are sealed with (R60). */
export function openOwnKeys(o: { db: Db; makeId: MakeId; origin: string; secret: Buffer }): OwnKeys {
  const opened = new Map<string, Promise<Signer>>();
  let instance: Promise<ActorRow> | undefined;

  async function make(actorUri: string): Promise<OwnKey[]> {
    const [rsa, ed25519] = await Promise.all([generateRsaKeys(), generateEd25519Keys()]);
    const rows = [
      { uri: `${actorUri}#main-key`, algorithm: "rsa" as const, pair: rsa },
      { uri: `${actorUri}#ed25519-key`, algorithm: "ed25519" as const, pair: ed25519 },
    ];
    return rows.map(({ uri, algorithm, pair }) => ({
      uri,
      algorithm,
      publicKey: pair.publicKey.export({ format: "der", type: "spki" }),
      sealedPrivateKey: seal(privateKeyToPkcs8(pair.privateKey), o.secret, uri),
    }));
  }

  function open(actorId: Id, algorithm: "rsa" | "ed25519", db: Queryable = o.db): Promise<Signer> {
    const name = `${algorithm} ${actorId}`;
    let signer = opened.get(name);
    if (!signer) {
      signer = read(actorId, algorithm, db);
      signer.catch(() => opened.delete(name));
      opened.set(name, signer);
    }
    return signer;
  }

  async function read(actorId: Id, algorithm: "rsa" | "ed25519", db: Queryable): Promise<Signer> {
    const key = (await findOwnKeys(db, actorId)).find((row) => row.algorithm === algorithm);
    if (!key) throw new Error(`Actor ${actorId} has no ${algorithm} key.`);
    return { keyId: key.uri, privateKey: privateKeyFromPkcs8(unseal(key.sealedPrivateKey, o.secret, key.uri)) };
  }

  async function findOrMakeInstance(): Promise<ActorRow> {
    const uri = `${o.origin}/actor`;
    const found = await findActorByUri(o.db, uri);
    if (found) return found;
    const actor = {
      id: o.makeId(),
      uri,
      kind: "application" as const,
      username: "instance",
      name: "",
      summary: "",
      url: `${o.origin}/about`,
    };
    try {
      const keys = await make(uri);
      await o.db.begin((tx) => insertLocalActor(tx, { ...actor, keys }));
    } catch (error) {
      // Another process made it in the same moment.
      if (!brokenConstraint(error)) throw error;
    }
    return (await findActorByUri(o.db, uri)) as ActorRow;
  }

  return {
    make,
    signerOf: (actorId) => open(actorId, "rsa"),
    proverOf: (actorId, tx) => open(actorId, "ed25519", tx),
    instanceActor() {
      instance ??= findOrMakeInstance().catch((error: unknown) => {
        instance = undefined;
        throw error;
      });
      return instance;
    },
  };
}
