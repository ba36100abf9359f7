/**
 * One plain reading of the JSON (R14, R15): a document passes only if reading it as JSON-LD, with its own context, could
 * not say anything else than reading its members by name. Contexts are never fetched: those named by URL are trusted to
 * mean what their terms are known to mean, those written inline are held to the table in terms.ts.
 */

import { isPlainObject, type PlainObject } from "./read-json.ts";
import { Rejection } from "./rejection.ts";
import { AS, type Meaning, TERMS, WELL_KNOWN_PREFIXES } from "./terms.ts";

/**
 * Inline definitions in force: those of the nearest `@context`, term -> IRI or null where a term was taken out of use,
 * and what lies around it. Nothing is ever copied, so that many contexts cost no more than their length.
 */
interface Scope {
  own: Map<string, string | null>;
  outer: Scope | undefined;
}

const MAX_DEPTH = 64;
const MAX_URL = 2048;

const ACTIVITYSTREAMS_URLS = new Set([
  "https://www.w3.org/ns/activitystreams",
  "https://www.w3.org/ns/activitystreams#",
  "http://www.w3.org/ns/activitystreams",
  "http://www.w3.org/ns/activitystreams#",
]);

/** Contexts that are known by an http URL; all others are named by https. */
const HTTP_CONTEXTS = /^http:\/\/(?:www\.w3\.org|schema\.org|joinmastodon\.org)(?:\/|$)/;

/** Members by which JSON-LD says something that reading by name would miss. */
const KEYWORDS = new Set(
  (
    "@id @type @value @list @set @language @direction @index @json @graph @included @reverse @nest @base @vocab @import " +
    "@container @prefix @propagate @protected @version"
  ).split(" "),
);

// A definition with a context of its own would have to be judged wherever its term is used; no server sends one inline.
const DEFINITION_KEYS = new Set(["@id", "@type", "@container", "@language", "@direction", "@prefix", "@protected"]);

/** Every IRI that a term of ours stands for: nobody may reach it by another name. */
const KNOWN_IRIS: ReadonlySet<string> = new Set(
  [...TERMS].filter(([term]) => !WELL_KNOWN_PREFIXES.has(term)).flatMap(([, meaning]) => meaning.iris),
);

/** Second names in use that change nothing we act on: PeerTube's actors define `icons`, Lemmy's family `expires`. */
const HARMLESS_ALIASES: ReadonlyMap<string, string> = new Map([
  ["icons", `${AS}icon`],
  ["expires", `${AS}endTime`],
]);

/** What the host of the gate may allow. */
export interface ContextOptions {
  /** Context URLs may be http everywhere: for tests and development. */
  allowHttp?: boolean;
}

/**
 * Holds a document to its plain reading.
 * @throws Rejection 400 with the member or term that could be read in two ways.
 */
export function assertPlainReading(document: PlainObject, options: ContextOptions = {}): void {
  const context = document["@context"];
  if (context !== undefined && !includesActivityStreams(context)) {
    throw new Rejection(400, "The @context does not include https://www.w3.org/ns/activitystreams.");
  }
  walk(document, undefined, options, 0);
}

function includesActivityStreams(context: unknown): boolean {
  if (typeof context === "string") return ACTIVITYSTREAMS_URLS.has(context);
  return (
    Array.isArray(context) && context.some((entry) => typeof entry === "string" && ACTIVITYSTREAMS_URLS.has(entry))
  );
}

function walk(node: PlainObject, outer: Scope | undefined, options: ContextOptions, depth: number): void {
  if (depth > MAX_DEPTH) throw new Rejection(400, "The document is nested too deep.");
  const own = node["@context"];
  const scope = own === undefined ? outer : applyContext(own, outer, options);
  for (const key of Object.keys(node)) {
    if (key.charCodeAt(0) === 64) {
      if (key === "@context") continue;
      if (KEYWORDS.has(key)) throw new Rejection(400, `The document uses ${key}, which we do not read.`);
    } else if (key.includes(":") && isKnown(expandCompact(key, scope))) {
      throw new Rejection(400, "The document names a member by its IRI instead of its plain name.");
    }
    const value = node[key];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) walkArray(value, scope, options, depth + 1);
    else walk(value as PlainObject, scope, options, depth + 1);
  }
}

function walkArray(values: unknown[], scope: Scope | undefined, options: ContextOptions, depth: number): void {
  if (depth > MAX_DEPTH) throw new Rejection(400, "The document is nested too deep.");
  for (const value of values) {
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) walkArray(value, scope, options, depth + 1);
    else walk(value as PlainObject, scope, options, depth + 1);
  }
}

/** Checks one `@context` and returns the definitions in force below it. */
function applyContext(context: unknown, outer: Scope | undefined, options: ContextOptions): Scope {
  const scope: Scope = { own: new Map(), outer };
  for (const entry of Array.isArray(context) ? context : [context]) {
    if (typeof entry === "string") assertContextUrl(entry, options);
    else if (isPlainObject(entry)) applyInline(entry, scope);
    else throw new Rejection(400, "An entry of a @context is neither a URL nor an object.");
  }
  return scope;
}

function assertContextUrl(url: string, options: ContextOptions): void {
  const allowed =
    url.startsWith("https://") || HTTP_CONTEXTS.test(url) || (options.allowHttp && url.startsWith("http://"));
  if (!allowed || url.length > MAX_URL)
    throw new Rejection(400, "A @context names something that is not an https URL.");
}

/** Checks the definitions of an inline context and adds them to the scope; each sees the others, then what was there before. */
function applyInline(inline: PlainObject, scope: Scope): void {
  for (const term of Object.keys(inline)) {
    if (term.startsWith("@")) {
      // A default language and the version change no meaning; everything else does.
      if (term === "@language" || term === "@version") continue;
      throw new Rejection(400, `The inline @context uses ${term.slice(0, 20)}, which we do not read.`);
    }
    const definition = inline[term];
    if (isPlainObject(definition)) assertDefinition(term, definition);
    const iri = resolveTerm(term, inline, scope, 0);
    if (iri?.startsWith("@") && iri !== TERMS.get(term)?.iris[0]) {
      throw new Rejection(400, "The inline @context gives a JSON-LD keyword another name.");
    }
    const meaning = TERMS.get(term);
    if (meaning !== undefined) {
      if (!means(definition, iri, meaning, inline, scope)) {
        throw new Rejection(400, `The inline @context gives "${term}" another meaning.`);
      }
    } else if (iri !== null && KNOWN_IRIS.has(iri) && HARMLESS_ALIASES.get(term) !== iri) {
      throw new Rejection(400, "The inline @context gives a term we read a second name.");
    } else if (term.includes(":") && isKnown(expandCompact(term, scope))) {
      throw new Rejection(400, "The inline @context defines a term by its IRI.");
    }
    scope.own.set(term, iri);
  }
}

/** What a term or prefix stands for by the definitions in force; undefined if they do not speak of it. */
function lookUp(name: string, scope: Scope | undefined): string | null | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    const iri = at.own.get(name);
    if (iri !== undefined) return iri;
  }
  return undefined;
}

/** What any definition may consist of, whether we read its term or not. */
function assertDefinition(term: string, definition: PlainObject): void {
  for (const key of Object.keys(definition)) {
    if (!DEFINITION_KEYS.has(key))
      throw new Rejection(400, `"${key.slice(0, 20)}" in the inline @context is not read.`);
  }
  const container = definition["@container"];
  const graph = container === "@graph" || (Array.isArray(container) && container.includes("@graph"));
  if (graph && TERMS.get(term)?.container !== "@graph") {
    throw new Rejection(400, "A definition in the inline @context makes a graph container.");
  }
}

/** Whether a definition says exactly what the term is known to mean. */
function means(definition: unknown, iri: string | null, meaning: Meaning, inline: PlainObject, scope: Scope): boolean {
  if (iri === null || !meaning.iris.includes(iri)) return false;
  if (!isPlainObject(definition)) return meaning.loose || (meaning.type === null && meaning.container === null);
  const { "@type": type = null, "@container": container = null } = definition;
  if (meaning.loose) {
    if (type !== null && (typeof type !== "string" || (type.startsWith("@") && type !== "@id"))) return false;
    return container === null || container === "@set" || container === meaning.container;
  }
  if ("@language" in definition || "@direction" in definition) return false;
  const coercion = typeof type === "string" ? resolve(type, inline, scope, 0) : type;
  return coercion === meaning.type && container === meaning.container;
}

/** The IRI a term of this inline context stands for; null if it is taken out of use or cannot be told. */
function resolveTerm(term: string, inline: PlainObject, scope: Scope, hops: number): string | null {
  const definition = inline[term];
  const id = isPlainObject(definition) ? definition["@id"] : definition;
  // Without an IRI of its own a term falls to the ActivityStreams context's @vocab, which is "_:".
  if (id === undefined || id === term) return term.includes(":") ? resolve(term, inline, scope, hops) : `_:${term}`;
  return typeof id === "string" ? resolve(id, inline, scope, hops) : null;
}

/** Expands a keyword, an IRI, a compact IRI or another term's name, as JSON-LD would (JSON-LD 1.1 API, 5.2). */
function resolve(value: string, inline: PlainObject, scope: Scope, hops: number): string | null {
  if (hops > 8) throw new Rejection(400, "The inline @context goes round in circles.");
  // One long prefix, used a thousand times, would make a thousand long IRIs.
  if (value.length > MAX_URL) throw new Rejection(400, "The inline @context has an IRI of more than 2048 characters.");
  if (value.startsWith("@")) return value;
  const colon = value.indexOf(":");
  if (colon === -1) {
    if (Object.hasOwn(inline, value)) return resolveTerm(value, inline, scope, hops + 1);
    const iri = lookUp(value, scope);
    return iri === undefined ? (TERMS.get(value)?.iris[0] ?? `_:${value}`) : iri;
  }
  const prefix = value.slice(0, colon);
  if (Object.hasOwn(inline, prefix) && !value.startsWith("//", colon + 1)) {
    const namespace = resolveTerm(prefix, inline, scope, hops + 1);
    return namespace === null ? value : joined(namespace, value.slice(colon + 1), value);
  }
  return expandCompact(value, scope);
}

/** Expands `prefix:suffix` by the definitions in force; anything else is returned as it is. */
function expandCompact(value: string, scope: Scope | undefined): string {
  const colon = value.indexOf(":");
  if (value.startsWith("//", colon + 1)) return value;
  const prefix = value.slice(0, colon);
  let namespace = lookUp(prefix, scope);
  if (namespace === undefined) namespace = WELL_KNOWN_PREFIXES.get(prefix) ?? null;
  return namespace === null ? value : joined(namespace, value.slice(colon + 1), value);
}

/** JSON-LD 1.1 takes only names that end in a delimiter for prefixes, 1.0 takes all: what the two read apart is refused. */
function joined(namespace: string, suffix: string, compact: string): string {
  const iri = namespace + suffix;
  if (":/?#[]@".includes(namespace.at(-1) ?? " ")) return iri;
  if (isKnown(iri))
    throw new Rejection(400, "The inline @context builds a known IRI from something that is not a prefix.");
  return compact;
}

function isKnown(iri: string): boolean {
  return iri.startsWith(AS) || KNOWN_IRIS.has(iri);
}
