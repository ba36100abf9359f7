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
  | "already-done"
  | "sign-in-first"
  | "second-factor-first"
  | "wrong-credentials"
  | "account-waiting"
  | "account-suspended"
  | "too-many-tries"
  | "enough-for-today"
  | "token-invalid"
  | "password-weak"
  | "email-invalid"
  | "email-taken"
  | "registration-closed"
  | "invitation-invalid"
  | "nobody-of-that-name"
  | "text-missing"
  | "title-missing"
  | "locked"
  | "members-only"
  | "facilitators-only"
  | "invitation-only"
  | "answer-missing"
  | "changed-meanwhile"
  | "last-facilitator"
  | "last-owner"
  | "picture-invalid"
  | "picture-too-large"
  | "picture-failed"
  | "announcement-restricted"
  | "description-missing"
  | "link-invalid"
  | "poll-options"
  | "poll-closed"
  | "already-voted"
  | "choice-missing";

/** The HTTP status and the sentence a reader sees when nothing more exact is known. */
export const refusals: Readonly<Record<RefusalCode, { readonly status: number; readonly sentence: string }>> = {
  "not-found": { status: 404, sentence: "There is nothing here." },
  gone: { status: 410, sentence: "This was here once and has been removed." },
  "not-allowed": {
    status: 403,
    sentence: "Only those who look after this, or whose it is, may do it: ask them, if you should.",
  },
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
  "sign-in-first": { status: 401, sentence: "Sign in first." },
  "second-factor-first": { status: 403, sentence: "This needs a second factor: set one up in your settings." },
  "wrong-credentials": { status: 422, sentence: "The name, the password or the code is wrong." },
  "account-waiting": { status: 403, sentence: "This account waits until somebody here has let it in." },
  "account-suspended": { status: 403, sentence: "The people who run this server have suspended this account." },
  "too-many-tries": { status: 429, sentence: "That was too often; try again later." },
  "enough-for-today": { status: 429, sentence: "That is as much of it as one person may do in a day; go on tomorrow." },
  "token-invalid": { status: 410, sentence: "This link has expired or was used already." },
  "password-weak": {
    status: 422,
    sentence: "A password has 10 to 200 characters, and is not one that everybody uses.",
  },
  "email-invalid": { status: 422, sentence: "This is not a mail address." },
  "email-taken": { status: 409, sentence: "This mail address belongs to another account." },
  "registration-closed": { status: 403, sentence: "This server takes no new members now." },
  "invitation-invalid": { status: 410, sentence: "This invitation has expired or was used up." },
  "nobody-of-that-name": { status: 422, sentence: "Nobody on this server has that name." },
  "text-missing": { status: 422, sentence: "There are no words in it yet." },
  "title-missing": { status: 422, sentence: "It needs a title." },
  locked: { status: 403, sentence: "This conversation is closed to further replies." },
  "members-only": { status: 403, sentence: "Only members of this community start conversations here." },
  "facilitators-only": { status: 403, sentence: "Only facilitators start conversations here." },
  "invitation-only": { status: 403, sentence: "People join this community by invitation." },
  "answer-missing": { status: 422, sentence: "Each question needs an answer." },
  "changed-meanwhile": { status: 409, sentence: "Somebody else changed this while you wrote." },
  "last-facilitator": { status: 409, sentence: "A community needs a facilitator: name another one first." },
  "last-owner": { status: 409, sentence: "A server needs an owner: name another one first." },
  "picture-invalid": { status: 422, sentence: "This is not a picture that can be read." },
  "announcement-restricted": { status: 403, sentence: "Only facilitators make announcements." },
  "description-missing": { status: 422, sentence: "A picture has no description yet." },
  "picture-too-large": { status: 413, sentence: "A picture has at most 16 MB and 40 million points." },
  "picture-failed": {
    status: 422,
    sentence: "Reading this picture broke off or took too long: try again, or save it anew in another program first.",
  },
  "link-invalid": { status: 422, sentence: "A link begins with https://." },
  "poll-options": {
    status: 422,
    sentence: "A poll has 2 to 10 options, one a line, all different and of at most 100 characters each.",
  },
  "poll-closed": { status: 403, sentence: "This poll is closed." },
  "already-voted": {
    status: 409,
    sentence: "You have voted in this poll already, and a vote is final: nothing has changed.",
  },
  "choice-missing": { status: 422, sentence: "Choose an option first, then vote." },
};

/** An expected failure. Its message is one sentence that may be shown to whoever asked; anything else thrown is a bug. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** Seconds after which it may be tried again; null where that changes nothing. */
  readonly retryAfterS: number | null;

  constructor(code: RefusalCode, sentence?: string, options?: ErrorOptions & { retryAfterS?: number }) {
    super(sentence ?? refusals[code].sentence, options);
    this.code = code;
    this.retryAfterS = options?.retryAfterS ?? null;
  }

  /** The HTTP status for this code. */
  get status(): number {
    return refusals[this.code].status;
  }
}
