/** Work that many ask for at the same moment, done once for all of them. */
import type { Frame } from "./frame.ts";

interface Round<T> {
  now: Promise<T>;
  /** For those who ask while `now` is being done. */
  next: Promise<T> | null;
}

/**
 * Nobody is given what was begun before they asked, so what they get is never older than their question: whoever asks while the work is being done
 * waits for the round after it, together with all others who do. It is what databases call a group commit, for reading. Nothing is kept beyond that.
 */
export class Together<T> {
  readonly #rounds = new Map<string, Round<T>>();

  /** What `work` comes to, or its failure. Whatever goes into it has to be in the `key`. */
  do(key: string, work: () => Promise<T>): Promise<T> {
    const round = this.#rounds.get(key);
    if (!round) return this.#begin(key, work);
    const begin = () => this.#begin(key, work);
    round.next ??= round.now.then(begin, begin);
    return round.next;
  }

  #begin(key: string, work: () => Promise<T>): Promise<T> {
    const round: Round<T> = { now: work(), next: null };
    this.#rounds.set(key, round);
    const end = () => {
      if (round.next === null) this.#rounds.delete(key);
    };
    round.now.then(end, end);
    return round.now;
  }
}

/**
 * Shows a page: once for all visitors who ask for it at the same moment, as they do when a link to it spreads. Visitors see the same at the same address,
 * by language; what a signed-in person sees is made for them alone.
 */
export function forVisitors<T>(): (frame: Frame, show: () => Promise<T>) => Promise<T> {
  const visitors = new Together<T>();
  return (frame, show) => (frame.viewer ? show() : visitors.do(`${frame.language.tag} ${frame.here}`, show));
}
