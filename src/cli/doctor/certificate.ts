/** Looks at the certificate that our public origin shows, and says in plain words what other servers will think of it. */
import { connect, type DetailedPeerCertificate } from "node:tls";
import { plural } from "../../base/table.ts";
import { bad, type Finding, good, warning } from "./finding.ts";

const PATIENCE_MS = 10_000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

const VERDICTS: Readonly<Record<string, readonly [what: string, todo: string]>> = {
  CERT_HAS_EXPIRED: ["has expired", "Renew it, and find out why the renewal did not happen by itself."],
  CERT_NOT_YET_VALID: ["is not valid yet", "Set the clock of this machine, or wait until the certificate begins."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "is for another name",
    "Ask for a certificate with this name, or make the proxy choose the right one.",
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "comes without the certificate that signed it",
    "Make the proxy send the full chain (often called fullchain.pem).",
  ],
  UNABLE_TO_GET_ISSUER_CERT: [
    "comes with an incomplete chain",
    "Make the proxy send the full chain (often called fullchain.pem).",
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    "comes with an incomplete chain, or from an authority that nobody knows",
    "Make the proxy send the full chain (often called fullchain.pem) of a certificate from a public authority.",
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "is signed by itself",
    "Get one from a public authority: no other server trusts this one.",
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    "comes from a private authority",
    "Get one from a public authority: no other server trusts this one.",
  ],
};

interface Shown {
  /** Empty: it is accepted. */
  error: string;
  certificate: DetailedPeerCertificate;
}

/** What is to be said about the certificate of an https origin. `ca` is the PEM of the authorities to trust instead of Node's list. */
export async function checkCertificate(origin: string, now: Date = new Date(), ca?: string): Promise<Finding> {
  const { hostname, port } = new URL(origin);
  let shown: Shown;
  try {
    shown = await look(hostname.replace(/^\[|\]$/g, ""), Number(port || 443), ca);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    return bad(
      `No encrypted connection to ${hostname} could be made (${reason}).`,
      "Check DNS, the firewall and the proxy.",
    );
  }
  if (shown.error !== "") {
    const [what, todo] = VERDICTS[shown.error] ?? [
      `is not accepted (${shown.error})`,
      "Get a new one from a public authority.",
    ];
    return bad(`The certificate of ${hostname} ${what}.`, todo);
  }
  const end = new Date(shown.certificate.valid_to);
  const days = Math.floor((end.getTime() - now.getTime()) / DAY_MS);
  return days < SOON_DAYS
    ? warning(`The certificate of ${hostname} ends in ${plural(days, "day")}.`, "Make sure that it is renewed in time.")
    : good(`The certificate of ${hostname} is accepted, for another ${plural(days, "day")}.`);
}

function look(host: string, port: number, ca: string | undefined): Promise<Shown> {
  const { promise, resolve, reject } = Promise.withResolvers<Shown>();
  const isName = /[a-z]/i.test(host) && !host.includes(":");
  const socket = connect(
    {
      host,
      port,
      rejectUnauthorized: false,
      ...(isName ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
    },
    () => {
      const error = socket.authorizationError as Error | string | null;
      const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : (error ?? "");
      resolve({ error: code, certificate: socket.getPeerCertificate(true) });
      socket.destroy();
    },
  );
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer")));
  socket.on("error", reject);
  return promise;
}
