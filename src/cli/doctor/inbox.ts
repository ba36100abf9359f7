/** The doctor's letters to our own inbox, through the public origin: the server itself must refuse them, and a proxy must not. */
import { createHash } from "node:crypto";
import { bad, type Finding, good, warning } from "./finding.ts";
import { ACTIVITY_JSON, type Answer, described, jsonOf, type Probe } from "./probe.ts";

const LARGE_BODY_BYTES = 900 * 1024;
/** How the gate says that the covered Host header is not the origin's, and that the Date is too old or new (federation/signatures/parsed.ts). */
const WRONG_HOST = "for another host";
const WRONG_TIME = "from ours";

/**
 * Posts three letters, none of which can be accepted: one unsigned; one with a made-up signature that covers Host, Date and Digest, so that the
 * gate says whether these arrived as they were sent; one of 900 KiB.
 */
export async function checkInbox(probe: Probe, origin: string): Promise<Finding[]> {
  const send = (body: Buffer, headers: Record<string, string> = {}) =>
    probe("/inbox", {
      method: "POST",
      headers: { accept: ACTIVITY_JSON, "content-type": ACTIVITY_JSON, ...headers },
      body,
    });
  const unsigned = await send(letter(origin, ""));
  if (isBusy(unsigned)) return [busy(unsigned)];
  if (unsigned.status !== 401) {
    const todo =
      unsigned.status === 403
        ? "A protection against robots stands in front of the server: let POST to /inbox pass."
        : "Make the proxy forward POST to /inbox and to every path below /c/.";
    return [bad(`The inbox gives ${described(unsigned)} for a letter that nobody signed, instead of 401.`, todo)];
  }
  const small = letter(origin, "");
  const large = letter(origin, "x".repeat(LARGE_BODY_BYTES));
  return [
    good("The inbox refuses letters that nobody signed."),
    checkCovered(await send(small, madeUpSignature(origin, small))),
    // The digest of another body: the server reads all of this one before it refuses it.
    checkLarge(await send(large, madeUpSignature(origin, small))),
  ];
}

function letter(origin: string, content: string): Buffer {
  const id = `${origin}/doctor`;
  return Buffer.from(
    JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", id, type: "Create", actor: id, content }),
  );
}

function madeUpSignature(origin: string, body: Buffer): Record<string, string> {
  const covered = "(request-target) host date digest";
  return {
    date: new Date().toUTCString(),
    digest: `SHA-256=${createHash("sha256").update(body).digest("base64")}`,
    signature: `keyId="${origin}/doctor#key",algorithm="rsa-sha256",headers="${covered}",signature="${Buffer.alloc(256).toString("base64")}"`,
  };
}

function checkCovered(answer: Answer): Finding {
  if (isBusy(answer)) return busy(answer);
  const said = String(jsonOf(answer)?.error ?? answer.body).slice(0, 300);
  if (said.includes(WRONG_HOST)) {
    return bad(
      "The proxy changes the Host header, which signatures cover: every signed letter is refused.",
      "Make it pass the header on; in nginx: proxy_set_header Host $http_host;",
    );
  }
  if (said.includes("digest"))
    return bad("The proxy changes the bodies of letters.", "Make it pass them on byte for byte.");
  if (said.includes(WRONG_TIME)) {
    return bad(
      `The server refuses the time of a letter sent just now: ${said}`,
      "Set the clocks of both machines by NTP.",
    );
  }
  return answer.status === 401 || answer.status === 403 || answer.status === 400
    ? good("Host, date and body of signed letters arrive as they were sent.")
    : bad(`The inbox gives ${described(answer)} for a letter with a made-up signature.`, "Its log says why.");
}

function checkLarge(answer: Answer): Finding {
  if (isBusy(answer)) return busy(answer);
  if (answer.status === 413) {
    return bad(
      "The proxy refuses letters of 900 KiB (413).",
      "Let it take bodies of 1 MiB; in nginx: client_max_body_size 1m;",
    );
  }
  if (answer.status === 401) return good("Letters of 900 KiB get through.");
  return warning(
    `A letter of 900 KiB gets ${described(answer)} instead of 401.`,
    "Let the proxy take bodies of 1 MiB, and give slow ones 30 seconds.",
  );
}

function isBusy(answer: Answer): boolean {
  return answer.status === 429 || answer.status === 503;
}

function busy(answer: Answer): Finding {
  return warning(`The inbox is busy (${answer.status}).`, "Run the doctor again in a minute.");
}
