/** Opens sockets for undici: resolve the name, check every address, connect to exactly those that were checked. */
import { lookup, Resolver } from "node:dns/promises";
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import type { buildConnector } from "undici";
import { refusedAddress } from "./addresses.ts";
import { errorCode, OutboundError } from "./errors.ts";
import { checkUrl, plainHost } from "./urls.ts";

/** The time for name, connection and TLS handshake together. */
const CONNECT_MS = 5_000;
/** Of a name with more addresses than this per family only the first are tried (all are checked). */
const MAX_ADDRESSES = 4;
const MAX_TLS_SESSIONS = 2_000;

/** From a host name to all its addresses; rejects, or gives none, when there are none. */
export type Resolve = (hostname: string) => Promise<string[]>;

export interface ConnectorOptions {
  allowPrivateAddresses: boolean;
  /** Instead of the system's own. */
  resolve?: Resolve | undefined;
  /** PEM of the authorities to trust instead of Node's list. */
  ca?: string | undefined;
}

export interface Connector {
  connect: buildConnector.connector;
  /** Gives up the connections that are still being made. */
  close(): void;
}

export function guardedConnector(o: ConnectorOptions): Connector {
  const resolve = o.resolve ?? (o.allowPrivateAddresses ? resolveAsSystem : resolvePublic());
  const sessions = new SessionCache();
  const connecting = new Set<Socket>();
  let secureContext: SecureContext | undefined;

  function open(host: string, port: number, secure: boolean, addresses: string[]): Socket {
    const lookup = fixedLookup(addresses);
    if (!secure) return connectTcp({ host, port, lookup });
    // One context for all: reading Node's list of authorities for every connection costs milliseconds.
    secureContext ??= createSecureContext(o.ca === undefined ? {} : { ca: o.ca });
    const servername = isIP(host) === 0 ? host : "";
    const session = sessions.get(host);
    const socket = connectTls({
      host,
      port,
      lookup,
      secureContext,
      servername,
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: true,
      ...(session && { session }),
    });
    // Node tells of a session only once certificate and name are accepted, so that resuming it skips no check.
    socket.on("session", (made) => sessions.put(host, made));
    return socket;
  }

  function connect(target: buildConnector.Options, callback: buildConnector.Callback): void {
    const host = plainHost(target.hostname);
    let socket: Socket | undefined;
    let pending = true;
    const settle = (error: OutboundError | undefined): void => {
      if (!pending) return;
      pending = false;
      clearTimeout(timer);
      if (socket) connecting.delete(socket);
      if (socket && !error) {
        callback(null, socket);
      } else {
        socket?.destroy();
        callback(error ?? new OutboundError("connect", `No connection to ${host} was made.`), null);
      }
    };
    const timer = setTimeout(() => {
      settle(new OutboundError("timeout", `${host} did not take a connection within ${CONNECT_MS / 1000} s.`));
    }, CONNECT_MS);

    checkedAddresses(target, host, resolve, o.allowPrivateAddresses).then(
      (addresses) => {
        if (!pending) return;
        const secure = target.protocol === "https:";
        const opened = open(host, Number(target.port) || (secure ? 443 : 80), secure, addresses);
        socket = opened;
        connecting.add(opened);
        opened.setNoDelay(true).setKeepAlive(true, 60_000);
        opened.once(secure ? "secureConnect" : "connect", () => settle(undefined));
        opened.on("error", (error) => settle(unreachable(host, error)));
        opened.on("close", () => settle(new OutboundError("connect", `${host} closed the connection at once.`)));
      },
      (error: unknown) => settle(error instanceof OutboundError ? error : unresolved(host, error)),
    );
  }

  return {
    connect,
    close: () => {
      for (const socket of connecting) socket.destroy();
    },
  };
}

/** Checks the target again here, since a caller of the dispatcher (global fetch) comes without the checks of `http.ts`. */
async function checkedAddresses(
  target: buildConnector.Options,
  host: string,
  resolve: Resolve,
  allowPrivate: boolean,
): Promise<string[]> {
  checkUrl(`${target.protocol}//${target.hostname.includes(":") ? `[${host}]` : host}:${target.port}`, allowPrivate);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  if (addresses.length === 0) throw new OutboundError("dns", `${host} has no address.`);
  for (const address of addresses) {
    const reason = refusedAddress(address, allowPrivate);
    if (reason !== undefined) {
      throw new OutboundError("forbidden", `${host} is refused: its address ${address.slice(0, 60)} is ${reason}.`);
    }
  }
  return [6, 4].flatMap((family) => addresses.filter((address) => isIP(address) === family).slice(0, MAX_ADDRESSES));
}

/** A lookup that knows one answer; Node then tries these addresses, both families in turn (RFC 8305), and no others. */
function fixedLookup(addresses: string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first] = entries;
    if (options.all) callback(null, entries);
    else callback(null, first?.address ?? "", first?.family ?? 4);
  };
}

/** With private addresses allowed, /etc/hosts and the network's own names count. */
const resolveAsSystem: Resolve = async (hostname) => {
  const found = await lookup(hostname, { all: true });
  return found.map((entry) => entry.address);
};

/**
 * Asks the name servers without getaddrinfo: that blocks one of Node's four threads for every name server that keeps silent,
 * and with them file access, compression and password hashing.
 */
function resolvePublic(): Resolve {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  return async (hostname) => {
    const [six, four] = await Promise.allSettled([resolver.resolve6(hostname), resolver.resolve4(hostname)]);
    const found = [six, four].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (found.length === 0 && four.status === "rejected") throw four.reason;
    return found;
  };
}

function unresolved(host: string, cause: unknown): OutboundError {
  const missing = ["ENOTFOUND", "ENODATA"].includes(errorCode(cause));
  const message = missing ? `${host} has no address in the DNS` : `The name ${host} could not be looked up`;
  return new OutboundError("dns", `${message} (${errorCode(cause) || "unknown error"}).`, { cause });
}

function unreachable(host: string, cause: Error): OutboundError {
  const reason = errorCode(cause) || cause.message.slice(0, 200);
  if (reason === "ETIMEDOUT") return new OutboundError("timeout", `${host} did not take a connection.`, { cause });
  return new OutboundError("connect", `No connection to ${host} could be made (${reason}).`, { cause });
}

/** TLS sessions to resume, the least recently made forgotten first; undici's own cache holds them so weakly that they vanish. */
class SessionCache {
  readonly #sessions = new Map<string, Buffer>();

  get(host: string): Buffer | undefined {
    return this.#sessions.get(host);
  }

  put(host: string, session: Buffer): void {
    this.#sessions.delete(host);
    this.#sessions.set(host, session);
    if (this.#sessions.size <= MAX_TLS_SESSIONS) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      break;
    }
  }
}
