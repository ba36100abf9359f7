/** The doctor's look from outside: does our public origin answer as other servers expect, or does a proxy stand in between? */
import { MAX_CLOCK_DIFFERENCE_MS } from "../../../db/views/operator.ts";
import { plural } from "../../base/table.ts";
import { bad, type Finding, good, warning } from "./finding.ts";
import { ACTIVITY_JSON, type Answer, described, jsonOf, mediaType, type Probe } from "./probe.ts";

/** What GoToSocial and Lemmy ask with, and Mastodon in front of it. */
const SERVER_ACCEPT = `${ACTIVITY_JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`;
const BROWSER_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/** Whether anything answers at the origin, and by whose clock. The origin's other checks make sense only if something does. */
export async function checkReach(probe: Probe, origin: string): Promise<{ reached: boolean; findings: Finding[] }> {
  const before = Date.now();
  const answer = await probe("/", { headers: { accept: BROWSER_ACCEPT } });
  const after = Date.now();
  if (answer.status === 0) {
    return {
      reached: false,
      findings: [bad(`${origin} does not answer (${answer.failure}).`, unreachedAdvice(answer.failure))],
    };
  }
  const findings: Finding[] = [];
  if (answer.status >= 500) {
    findings.push(
      bad(
        `${origin} answers with ${answer.status}.`,
        "The proxy does not reach the server: check the address and port it forwards to.",
      ),
    );
  } else if (answer.status >= 300 && answer.status < 400) {
    findings.push(
      bad(
        `${origin} sends visitors on to ${answer.headers.location ?? "nowhere"}.`,
        "Set ORIGIN to the address that answers itself: ids must not redirect.",
      ),
    );
  } else {
    findings.push(good(`${origin} answers.`));
  }
  findings.push(...checkDate(answer, before, after));
  return { reached: answer.status < 500, findings };
}

function unreachedAdvice(failure: string): string {
  switch (failure) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "Its name has no address: add an A or AAAA record to the DNS.";
    case "ECONNREFUSED":
      return "Nothing listens there: start the server and the proxy, and check the port.";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "A firewall may be in the way, or this machine cannot reach its own public address; then run the doctor from elsewhere.";
    default:
      return "Check DNS, the firewall and the proxy.";
  }
}

/** Compares the Date header with our clock (R89): signatures of the others are judged by it. */
function checkDate(answer: Answer, before: number, after: number): Finding[] {
  const date = Date.parse(answer.headers.date ?? "");
  if (Number.isNaN(date)) return [];
  // The header has whole seconds only.
  const skew = date + 1_000 < before ? before - date : date > after ? date - after : 0;
  if (skew <= MAX_CLOCK_DIFFERENCE_MS) return [good("The clock at the public origin agrees with this machine's.")];
  return [
    bad(
      `The clock at the public origin and this machine's differ by ${plural(Math.round(skew / 1000), "second")}.`,
      "Set both by NTP: letters are signed with the time, and others refuse those that seem old.",
    ),
  ];
}

/** NodeInfo, through the public origin. */
export async function checkNodeInfo(probe: Probe, origin: string): Promise<Finding[]> {
  const index = await probe("/.well-known/nodeinfo", { headers: { accept: "application/json" } });
  const links = jsonOf(index)?.links;
  const [first] = Array.isArray(links) ? (links as { href?: unknown }[]) : [];
  if (index.status !== 200 || typeof first?.href !== "string") {
    return [
      bad(
        `/.well-known/nodeinfo gives ${described(index)} instead of a list of links.`,
        "Make the proxy forward all of /.well-known/ to the server.",
      ),
    ];
  }
  if (URL.parse(first.href)?.origin !== origin) return [elsewhere("NodeInfo", first.href, origin)];
  const answer = await probe(new URL(first.href).pathname, { headers: { accept: "application/json" } });
  const software = jsonOf(answer)?.software as { name?: unknown } | undefined;
  if (answer.status !== 200 || software?.name !== "commonplace") {
    return [
      bad(
        `${first.href} gives ${described(answer)} instead of NodeInfo.`,
        "Make the proxy forward /nodeinfo/ to the server.",
      ),
    ];
  }
  return [good("NodeInfo says what we are.")];
}

/** WebFinger for `@slug` and the actor it names, as JSON for servers and HTML for people. */
export async function checkCommunity(probe: Probe, origin: string, slug: string): Promise<Finding[]> {
  const id = `${origin}/c/${slug}`;
  return [...(await checkWebFinger(probe, origin, slug, id)), ...(await checkActor(probe, origin, slug, id))];
}

async function checkWebFinger(probe: Probe, origin: string, slug: string, id: string): Promise<Finding[]> {
  const account = `acct:${slug}@${new URL(origin).host}`;
  const answer = await probe(`/.well-known/webfinger?resource=${encodeURIComponent(account)}`, {
    headers: { accept: "application/jrd+json" },
  });
  const document = jsonOf(answer);
  if (answer.status !== 200 || !document) {
    return [
      bad(
        `WebFinger for ${account} gives ${described(answer)}.`,
        `Make the proxy forward all of /.well-known/ to the server, with the query: other servers do not find us otherwise.`,
      ),
    ];
  }
  const links = Array.isArray(document.links) ? (document.links as { rel?: unknown; href?: unknown }[]) : [];
  const self = links.find((link) => link?.rel === "self")?.href;
  if (self !== id) return [elsewhere("WebFinger", String(self), origin)];
  if (mediaType(answer) !== "application/jrd+json") {
    return [
      warning(
        `WebFinger comes as ${mediaType(answer) || "no media type at all"} instead of application/jrd+json.`,
        "Keep the proxy from changing Content-Type.",
      ),
    ];
  }
  return [good(`WebFinger finds ${account.slice(5)}.`)];
}

/** The actor that signs what we fetch, for a server without a community. */
export async function checkInstanceActor(probe: Probe, origin: string): Promise<Finding[]> {
  return [judgeActor(await probe("/actor", { headers: { accept: SERVER_ACCEPT } }), `${origin}/actor`, origin)];
}

async function checkActor(probe: Probe, origin: string, slug: string, id: string): Promise<Finding[]> {
  const path = `/c/${slug}`;
  // The page first: a cache that does not heed Vary then gives the page to servers too.
  const page = await probe(path, { headers: { accept: BROWSER_ACCEPT } });
  const actor = await probe(path, { headers: { accept: SERVER_ACCEPT } });
  const findings = [
    judgeActor(actor, id, origin),
    page.status === 200 && mediaType(page) === "text/html"
      ? good(`People get the page of ${slug} at the same address.`)
      : bad(
          `${id} gives browsers ${described(page)} instead of a page.`,
          "Keep the proxy from changing the Accept header.",
        ),
  ];
  const varies = [page, actor].every((answer) => /(^|,)\s*accept\s*(,|$)/i.test(answer.headers.vary ?? ""));
  if (page.status === 200 && actor.status === 200 && !varies) {
    findings.push(
      warning(
        "The answers come without Vary: Accept.",
        "Keep the proxy from removing Vary, or a cache will give people's pages to servers.",
      ),
    );
  }
  return findings;
}

function judgeActor(answer: Answer, id: string, origin: string): Finding {
  if (answer.status === 200 && mediaType(answer) === "text/html") {
    return bad(
      `${id} gives servers the page for people.`,
      "A cache or the proxy drops the Accept header or ignores Vary: Accept; make it pass the one and heed the other.",
    );
  }
  const document = jsonOf(answer);
  if (answer.status !== 200 || !document) {
    return bad(`${id} gives servers ${described(answer)} instead of an actor.`, actorAdvice(answer.status));
  }
  if (document.id !== id) return elsewhere("The actor", String(document.id), origin);
  if (mediaType(answer) !== ACTIVITY_JSON && mediaType(answer) !== "application/ld+json") {
    return bad(
      `The actor comes as ${mediaType(answer) || "no media type at all"} instead of ${ACTIVITY_JSON}.`,
      "Keep the proxy from changing Content-Type: other servers refuse the actor otherwise.",
    );
  }
  return good(`Servers get the actor with the id ${id}.`);
}

function actorAdvice(status: number): string {
  if (status === 401 || status === 403 || status === 429) {
    return "A protection against robots stands in front of the server: let requests for application/activity+json pass.";
  }
  if (status >= 300 && status < 400) return "Ids must not redirect: set ORIGIN to the address that answers itself.";
  return "Make the proxy forward every path to the server, with the Accept header.";
}

function elsewhere(what: string, url: string, origin: string): Finding {
  return bad(
    `${what} speaks of ${url}, not of ${origin}.`,
    `Start the server with ORIGIN=${origin}, or make the proxy for this name forward to the right server.`,
  );
}
