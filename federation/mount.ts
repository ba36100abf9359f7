/** Puts federation on the web server: inboxes, documents, collections, WebFinger, NodeInfo. */
import type { IncomingMessage } from "node:http";
import { Hono, type Context as HonoContext, type Next } from "hono";
import { type Id, parseId } from "../db/ids.ts";
import { findOwnKeys } from "../db/queries/actors.ts";
import { answerNoteUri } from "../db/queries/answers.ts";
import { findCommunity } from "../db/queries/communities.ts";
import { readAcceptedAnswer, readOwnPost } from "../db/queries/own-posts.ts";
import { findClosedPerson, findOwnPerson } from "../db/queries/people.ts";
import { findPost, isBuried } from "../db/queries/posts.ts";
import { problem } from "./answers.ts";
import {
  charterDocument,
  groupCollection,
  personCollection,
  postReplies,
  threadBoost,
  threadContext,
} from "./collections.ts";
import { nodeInfo, nodeInfoLinks, webfinger } from "./discovery.ts";
import type { InboundRequest } from "./gate.ts";
import type { Federation } from "./index.ts";
import { openLetterbox, readAll } from "./letterbox.ts";
import { faceFor, signingHost, wantsDocument } from "./negotiate.ts";
import { groupDocument, instanceDocument } from "./objects/actor.ts";
import { answerNote } from "./objects/answer.ts";
import { POST_CONTEXT, postObject } from "./objects/own-post.ts";
import { closedPersonDocument, featuredTags, personDocument } from "./objects/person.ts";
import type { Sheet, Shelf } from "./shelf.ts";

const ACTIVITY_JSON = "application/activity+json; charset=utf-8";
const JRD_JSON = "application/jrd+json; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";
const nodeInfoType = (version: string) =>
  `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/${version}#"; charset=utf-8`;

/** The address or network that a request comes from; "" where that is not known. */
type ClientOf = (env: unknown, forwardedFor: string | undefined) => string;

/** What is shown in another face to servers that we know. */
const VARY_BY_READER = "Accept, Signature, Signature-Input";

type Make = () => Promise<object | null>;

/** The routes. Those that are a page as well go on to the next handler when a page is asked for. */
export function mount(federation: Federation, clientOf: ClientOf = () => ""): Hono {
  const { db, origin, host, shelf, slowShelf, ownKeys, paces } = federation;
  const app = new Hono();

  const whoOf = (c: HonoContext) => clientOf(c.env, c.req.header("x-forwarded-for"));

  /** What costs a look at the database counts as asked for, whatever comes of it. */
  function plain(c: HonoContext, answer: Response): Response {
    paces.asked(whoOf(c));
    return answer;
  }

  /** `by` is what of the query the answer depends on; a stranger may add whatever they like to an address. */
  async function send(
    c: HonoContext,
    contentType: string,
    make: Make,
    by = "",
    from: Shelf = shelf,
  ): Promise<Response> {
    paces.asked(whoOf(c));
    const sheet = await from.get(`${c.req.path} ${by}`, contentType, make);
    return sheet ? sheetResponse(c, sheet) : problem(404, "There is nothing here.");
  }

  function document(make: (c: HonoContext) => Promise<object | null>) {
    return (c: HonoContext) => send(c, ACTIVITY_JSON, () => make(c));
  }

  /** A collection that may be asked for from some item on. */
  function pages(make: (id: Id, after: Id | null) => Promise<object | null>) {
    return (c: HonoContext) => {
      const [id, asked] = [idOf(c), c.req.query("after") ?? ""];
      const after = asked === "0" ? ("0" as Id) : parseId(asked);
      return send(c, ACTIVITY_JSON, async () => id && make(id, after), after ?? "");
    };
  }

  /** A URL that is a page as well: whoever serves the page says `Vary: Accept`, too. */
  function both(make: (c: HonoContext) => Promise<object | null>) {
    return async (c: HonoContext, next: Next) => {
      return wantsDocument(c.req.header("accept")) ? document(make)(c) : next();
    };
  }

  const slugOf = (c: HonoContext) => storable(c.req.param("slug"));
  const nameOf = (c: HonoContext) => storable(c.req.param("name"));
  const idOf = (c: HonoContext) => parseId(c.req.param("id") ?? "");
  const askerOf = (c: HonoContext) => signingHost((name) => c.req.header(name));

  app.get("*", async (c, next) => {
    const asker = askerOf(c);
    if (asker && (await federation.isBlocked(asker))) return problem(403, "This server does not answer yours.");
    return next();
  });

  app.get("/.well-known/webfinger", async (c) => {
    const resource = storable(c.req.query("resource"));
    if (!resource) return problem(400, "WebFinger needs a resource to look for.");
    const answer = await send(c, JRD_JSON, () => webfinger({ db, origin, host }, resource), resource);
    answer.headers.set("access-control-allow-origin", "*");
    return answer;
  });
  app.get("/.well-known/nodeinfo", async (c) => {
    const answer = await send(c, JSON_TYPE, async () => nodeInfoLinks(origin));
    answer.headers.set("access-control-allow-origin", "*");
    return answer;
  });
  app.get("/nodeinfo/:version", async (c) => {
    const version = c.req.param("version");
    const answer = await send(c, nodeInfoType(version), () => nodeInfo(db, version, federation), "", slowShelf);
    answer.headers.set("access-control-allow-origin", "*");
    return answer;
  });

  app.get(
    "/actor",
    document(async () => {
      const actor = await ownKeys.instanceActor();
      return instanceDocument(origin, actor, await findOwnKeys(db, actor.id));
    }),
  );
  app.get(
    "/actor/outbox",
    document(async () => emptyCollection(`${origin}/actor/outbox`)),
  );
  app.get(
    "/c/:slug",
    both(async (c) => {
      const community = await findCommunity(db, slugOf(c));
      return community && groupDocument(origin, community, await findOwnKeys(db, community.id));
    }),
  );
  for (const name of ["outbox", "followers", "featured", "facilitators"]) {
    app.get(`/c/:slug/${name}`, async (c) => {
      const asked = await faceFor(db, askerOf(c));
      const face = asked === "forum" ? "forum" : "pages";
      const make = async () => {
        const community = await findCommunity(db, slugOf(c));
        return community && groupCollection(db, community, name, face, federation.tools.charterText);
      };
      const answer = await send(c, ACTIVITY_JSON, make, face);
      answer.headers.set("vary", VARY_BY_READER);
      return answer;
    });
  }
  app.get(
    "/c/:slug/charter",
    both(async (c) => {
      const community = await findCommunity(db, slugOf(c));
      return community && charterDocument(db, community, federation.tools.charterText);
    }),
  );
  const person = both(async (c) => {
    const found = await findOwnPerson(db, nameOf(c));
    if (found) return personDocument(origin, found, await findOwnKeys(db, found.id));
    const closed = await findClosedPerson(db, nameOf(c));
    return closed?.lately ? closedPersonDocument(closed, await findOwnKeys(db, closed.id)) : null;
  });
  app.get("/u/:name", async (c, next) => {
    const answer = await person(c, next);
    const closed = answer?.status === 404 ? await findClosedPerson(db, nameOf(c)) : null;
    return closed ? tombstone(closed.uri, "Person") : answer;
  });
  for (const name of ["outbox", "followers", "following"]) {
    app.get(
      `/u/:name/${name}`,
      document(async (c) => {
        const person = await findOwnPerson(db, nameOf(c));
        return person && personCollection(db, host, person, name);
      }),
    );
  }
  app.get(
    "/u/:name/tags",
    document(async (c) => {
      const person = await findOwnPerson(db, nameOf(c));
      return person && featuredTags(origin, person);
    }),
  );
  app.get("/posts/:id", async (c, next) => {
    if (!wantsDocument(c.req.header("accept"))) return next();
    const id = idOf(c);
    const post = id && (await findPost(db, id));
    if (!post) return plain(c, problem(404, "There is nothing here."));
    if (post.removedAt) return plain(c, problem(410, "This was removed."));
    if (post.uri !== `${origin}/posts/${id}`) {
      // What was written elsewhere lives there: its own server is the one to ask.
      return plain(c, new Response(null, { status: 302, headers: { location: post.uri, vary: "Accept" } }));
    }
    const face = await faceFor(db, askerOf(c));
    const make = async () => {
      const own = await readOwnPost(db, id);
      return own && { "@context": POST_CONTEXT, ...postObject(own, host, face) };
    };
    const answer = await send(c, ACTIVITY_JSON, make, face);
    answer.headers.set("vary", VARY_BY_READER);
    return answer;
  });
  app.get("/answers/:id", async (c) => {
    const id = idOf(c);
    const uri = id && answerNoteUri(origin, id);
    if (uri && (await isBuried(db, uri))) return plain(c, tombstone(uri, "Note"));
    return document(async () => {
      const answer = id && (await readAcceptedAnswer(db, id));
      return answer && answerNote(origin, answer);
    })(c);
  });
  app.get(
    "/posts/:id/context",
    pages((id, after) => threadContext(db, origin, id, after)),
  );
  app.get(
    "/posts/:id/replies",
    pages((id, after) => postReplies(db, origin, id, after)),
  );
  app.get("/boosts/:id", async (c) => {
    const id = idOf(c);
    const boost = id && (await threadBoost(db, origin, id));
    if (boost === "gone") return plain(c, problem(410, "This boost was taken back."));
    return document(async () => boost)(c);
  });

  const letterbox = openLetterbox(federation);
  for (const path of ["/inbox", "/actor/inbox", "/c/:slug/inbox", "/u/:name/inbox"]) {
    app.post(path, async (c) => {
      const { slug, name } = c.req.param() as { slug?: string; name?: string };
      const to =
        slug !== undefined
          ? ({ is: "community", name: storable(slug) } as const)
          : name !== undefined
            ? ({ is: "person", name: storable(name) } as const)
            : undefined;
      const no = await letterbox.take(toInbound(c, whoOf(c)), to);
      return no ? problem(no.status, no.sentence, no.headers) : new Response(null, { status: 202 });
    });
    app.all(path, () => problem(405, "Letters are posted here; there is nothing to read.", { allow: "POST" }));
  }
  return app;
}

function sheetResponse(c: HonoContext, { body, etag, contentType }: Sheet): Response {
  const headers = { "content-type": contentType, etag, vary: "Accept", "cache-control": "public, max-age=30" };
  if (c.req.header("if-none-match")?.includes(etag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}

function tombstone(id: string, formerType: string): Response {
  const body = { "@context": POST_CONTEXT, id, type: "Tombstone", formerType };
  return new Response(JSON.stringify(body), {
    status: 410,
    headers: { "content-type": ACTIVITY_JSON, vary: "Accept" },
  });
}

function emptyCollection(id: string): object {
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id,
    type: "OrderedCollection",
    totalItems: 0,
    orderedItems: [],
  };
}

/** The request as the gate reads it: straight from the socket where there is one, so that no copy is made before it is wanted. */
function toInbound(c: HonoContext, client: string): InboundRequest {
  const incoming = (c.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  if (incoming) {
    const { method = "POST", url: target = "/", headers, rawHeaders } = incoming;
    return { method, target, headers, rawHeaders, client, read: (...how) => readAll(incoming, ...how) };
  }
  const { raw } = c.req;
  const { pathname, search } = new URL(raw.url);
  const headers = Object.fromEntries(raw.headers);
  return {
    method: raw.method,
    target: pathname + search,
    headers,
    rawHeaders: Object.entries(headers).flat(),
    client,
    read: (...how) => readAll(raw.body ?? [], ...how),
  };
}

/** As it stands in an address; "", which is nobody's name, where it holds U+0000: the database takes no such text. */
function storable(text: string | undefined): string {
  return text === undefined || text.includes("\0") ? "" : text;
}
