/** The one way the gate says no to a stranger: an HTTP status and one sentence that an operator can act on. */

/** The statuses a stranger may be turned away with. */
export type RejectionStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 415 | 429 | 503;

/**
 * Thrown by everything that reads what a stranger sent. The sentence says what is wrong with the request in words that
 * may be sent back and logged; it never repeats more of the input than a name or a number.
 */
export class Rejection extends Error {
  readonly status: RejectionStatus;
  readonly sentence: string;
  /** Headers of the answer, such as when to come back. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the log is told beside the sentence, and the sender is not. */
  readonly notes: { host?: string; why?: string } = {};
  /** The log knows already: what comes in floods is told by whoever counts it. */
  readonly told: boolean;

  constructor(status: RejectionStatus, sentence: string, headers: Readonly<Record<string, string>> = {}, told = false) {
    // A refusal is no bug: where it was thrown tells nobody anything, and finding that out costs more than most of the checks.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(sentence);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "Rejection";
    this.status = status;
    this.sentence = sentence;
    this.headers = headers;
    this.told = told;
  }
}
