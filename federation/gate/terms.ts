/** The words we read in ActivityPub documents, and what each means as JSON-LD: the reading that context.ts holds documents to. */

/** What a term means. A definition in a stranger's inline context must say exactly this. */
export interface Meaning {
  /** The IRIs the term may stand for; more than one where servers in use differ. */
  iris: readonly string[];
  /** The coercion (`@type`), null if there is none. */
  type: string | null;
  /** The `@container`, null if there is none. */
  container: string | null;
  /** Extension terms: servers define them with `@type` and without, and no harm comes of it. */
  loose: boolean;
}

/** The namespace of ActivityStreams. */
export const AS = "https://www.w3.org/ns/activitystreams#";
const XSD = "http://www.w3.org/2001/XMLSchema#";
const SEC = "https://w3id.org/security#";
const TOOT = "http://joinmastodon.org/ns#";
const LITEPUB = "http://litepub.social/ns#";
const LEMMY = "https://join-lemmy.org/ns#";
const FEP_044F = "https://w3id.org/fep/044f#";
const SCHEMA = ["http://schema.org#", "http://schema.org/", "https://schema.org#", "https://schema.org/"];

/** Prefixes as everybody means them, for documents that rely on a remote context to define them. */
export const WELL_KNOWN_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["as", AS],
  ["ldp", "http://www.w3.org/ns/ldp#"],
  ["xsd", XSD],
  ["vcard", "http://www.w3.org/2006/vcard/ns#"],
  ["sec", SEC],
  ["dc", "http://purl.org/dc/terms/"],
  ["toot", TOOT],
  ["litepub", LITEPUB],
  ["lemmy", LEMMY],
  ["schema", "http://schema.org#"],
  ["sc", "http://schema.org/"],
  ["pt", "https://joinpeertube.org/ns#"],
  ["ostatus", "http://ostatus.org#"],
  ["misskey", "https://misskey-hub.net/ns#"],
  ["fedibird", "http://fedibird.com/ns#"],
]);

const activityTypes =
  "Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore Invite Join Leave Like Listen Move Offer Question " +
  "Read Reject Remove TentativeAccept TentativeReject Travel Undo Update View Activity IntransitiveActivity";
const objectTypes =
  "Application Group Organization Person Service Article Audio Document Event Image Note Page Place Profile Relationship Tombstone " +
  "Video Object Link Mention Collection CollectionPage OrderedCollection OrderedCollectionPage";
const nodes =
  "actor object target origin to cc bto bcc audience attributedTo inReplyTo url tag attachment icon image context replies likes shares " +
  "result instrument preview generator outbox followers following liked streams endpoints sharedInbox oneOf anyOf href alsoKnownAs " +
  "first next prev last partOf items current Public";
const literals = "content name summary source mediaType preferredUsername rel hreflang";
const times = "published updated endTime startTime deleted closed";
const counts = "totalItems startIndex width height";

/** Every term we read. Terms that are not here may be defined as anybody likes. */
export const TERMS: ReadonlyMap<string, Meaning> = buildTerms();

function buildTerms(): Map<string, Meaning> {
  const terms = new Map<string, Meaning>();
  const words = (list: string) => list.split(" ");
  const fixed = (term: string, iri: string, type: string | null = null, container: string | null = null) =>
    terms.set(term, { iris: [iri], type, container, loose: false });
  const loose = (names: string, namespaces: readonly string[]) => {
    for (const term of words(names)) {
      terms.set(term, {
        iris: namespaces.map((namespace) => namespace + term),
        type: null,
        container: null,
        loose: true,
      });
    }
  };
  fixed("id", "@id");
  fixed("type", "@type");
  for (const prefix of ["as", "ldp", "xsd", "sec"]) fixed(prefix, WELL_KNOWN_PREFIXES.get(prefix) as string);
  for (const term of words(`${activityTypes} ${objectTypes} ${literals}`)) fixed(term, AS + term);
  for (const term of words(nodes)) fixed(term, AS + term, "@id");
  for (const term of words(times)) fixed(term, AS + term, `${XSD}dateTime`);
  for (const term of words(counts)) fixed(term, AS + term, `${XSD}nonNegativeInteger`);
  for (const term of ["content", "name", "summary"]) fixed(`${term}Map`, AS + term, null, "@language");
  fixed("orderedItems", `${AS}items`, "@id", "@list");
  fixed("inbox", "http://www.w3.org/ns/ldp#inbox", "@id");

  loose("sensitive Hashtag manuallyApprovesFollowers movedTo quoteUrl", [AS]);
  loose("publicKey publicKeyPem owner Key publicKeyMultibase controller assertionMethod Multikey", [SEC]);
  loose("DataIntegrityProof proofValue proofPurpose cryptosuite verificationMethod", [SEC]);
  terms.set("proof", { iris: [`${SEC}proof`], type: null, container: "@graph", loose: true });
  terms.set("CryptographicKey", { iris: [`${SEC}Key`], type: null, container: null, loose: true });
  loose("featured Emoji votersCount discoverable indexable", [TOOT]);
  loose("EmojiReact", [LITEPUB]);
  loose("moderators postingRestrictedToMods removeData distinguished", [LEMMY]);
  loose("stickied", [LEMMY, AS]);
  loose("quote", [FEP_044F]);
  loose("PropertyValue value", SCHEMA);
  return terms;
}
