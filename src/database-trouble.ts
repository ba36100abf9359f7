/** What to tell an operator when Postgres cannot be reached, does not let us in, or cannot do its work: one sentence each, and nobody's bug. */
import { pgCode } from "../db/open.ts";
import { Refusal } from "./base/errors.ts";

/**
 * The sentence for what went wrong at the database; undefined for what is no such trouble. `url` is given while it is being opened, and named
 * without its password; later what the system says of a file may be about anything. Connections are another matter: whoever makes one to something else
 * says themselves what became of it.
 */
export function explainDatabase(error: unknown, url?: string): Refusal | undefined {
  const code = pgCode(error) ?? String((error as NodeJS.ErrnoException).code ?? "");
  if (url === undefined && code === "ENOENT" && (error as NodeJS.ErrnoException).syscall !== "connect")
    return undefined;
  const sentence = sentenceFor(code, (error as Error).message, url === undefined ? SOMEWHERE : placeOf(url));
  return sentence === undefined ? undefined : new Refusal("database-unreachable", sentence, { cause: error });
}

interface Place {
  /** Of the server, with its port. */
  host: string;
  /** " at" the host. */
  at: string;
  user: string;
  database: string;
}

/** What Node says of a certificate that it does not believe. */
const CERTIFICATE = /CERT|LEAF_SIGNATURE/;

const SOMEWHERE: Place = { host: "", at: "", user: "this user", database: "database of that name" };

function placeOf(url: string): Place {
  const { hostname, port, pathname, username } = new URL(url);
  const host = `${decodeURIComponent(hostname)}${port === "" ? "" : `:${port}`}`;
  const [user, name] = [decodeURIComponent(username), decodeURIComponent(pathname.slice(1))];
  return { host, at: ` at ${host}`, user: `user ${user}`, database: `database ${name}` };
}

function sentenceFor(code: string, message: string, { host, at, user, database }: Place): string | undefined {
  switch (code) {
    case "28P01":
    case "28000":
      return `The database${at} does not let ${user} in: check DATABASE_URL.`;
    case "3D000":
      return `The server${at} has no ${database}: create it, or check DATABASE_URL.`;
    case "42501":
      return `The database${at} does not let ${user} do what has to be done (${message}): make it the owner of the database and of all that is in there.`;
    case "25006":
      return `The database${at} can only be read: DATABASE_URL must name one that takes writes.`;
    case "53100":
      return `The database${at} has no room left on its disk: make some.`;
    case "53300":
      return `The database${at} takes no more connections: raise its max_connections.`;
    case "55P03":
      return `The database${at} is busy: what had to be changed stayed in use by others; try again in a moment.`;
    case "57014":
      return `The database${at} took too long and was stopped: try again when it has less to do.`;
    case "57P01":
    case "57P02":
    case "CONNECTION_DESTROYED":
    case "CONNECTION_ENDED":
    case "CONNECTION_CLOSED":
      return `The connection to the database${at} was cut (${code}): is it running, and is DATABASE_URL right?`;
    case "57P03":
      return `The database${at} is still starting or just stopping: try again in a moment.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The database's host${host === "" ? "" : ` ${host}`} has no address: check DATABASE_URL.`;
    case "ECONNREFUSED":
    case "ECONNRESET":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
    case "ENOENT":
    case "CONNECT_TIMEOUT":
      return `No database answers${at} (${code}): is it running, and is DATABASE_URL right?`;
    default:
      return host !== "" && CERTIFICATE.test(code)
        ? `The certificate of the database${at} is not to be trusted (${code}): set NODE_EXTRA_CA_CERTS to the file of its authority, or sslmode=require in DATABASE_URL.`
        : undefined;
  }
}
