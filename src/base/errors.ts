/** Everything a well-behaved program expects to go wrong: one error class, a closed list of codes, one table. */

/** What went wrong, in one word; each door (web, gate, command line) maps it through `refusals`. */
export type RefusalCode =
  | "not-found"
  | "gone"
  | "not-allowed"
  | "blocked"
  | "slug-taken"
  | "slug-invalid"
  | "name-missing"
  | "input-invalid"
  | "too-long"
  | "origin-changed"
  | "schema-newer"
  | "database-unreachable"
  | "busy"
  | "already-done";

/** The HTTP status and the sentence a reader sees when nothing more exact is known. */
export const refusals: Readonly<Record<RefusalCode, { readonly status: number; readonly sentence: string }>> = {
  "not-found": { status: 404, sentence: "There is nothing here." },
  gone: { status: 410, sentence: "This was here once and has been removed." },
  "not-allowed": { status: 403, sentence: "You may not do this." },
  blocked: { status: 403, sentence: "This server does not talk with yours." },
  "slug-taken": { status: 409, sentence: "This name is taken." },
  "slug-invalid": { status: 422, sentence: "This cannot be a name." },
  "name-missing": { status: 422, sentence: "A name is missing." },
  "input-invalid": { status: 400, sentence: "This could not be understood." },
  "too-long": { status: 413, sentence: "This is too long." },
  "origin-changed": { status: 500, sentence: "The database belongs to another public origin than the one configured." },
  "schema-newer": { status: 500, sentence: "The database was written by a newer version of this program." },
  "database-unreachable": { status: 503, sentence: "The database does not answer." },
  busy: { status: 503, sentence: "The server is busy; try again in a moment." },
  "already-done": { status: 409, sentence: "This has been done already." },
};

/** An expected failure. Its message is one sentence that may be shown to whoever asked; anything else thrown is a bug. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, sentence?: string, options?: ErrorOptions) {
    super(sentence ?? refusals[code].sentence, options);
    this.code = code;
  }

  /** The HTTP status for this code. */
  get status(): number {
    return refusals[this.code].status;
  }
}
