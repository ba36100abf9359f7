/** What the followers' servers were told, in the order in which they first heard it. */

/** What a letter says: `Announce`, or `Announce Create` and the like where it embeds an activity, `Undo Announce`; and of which post. */
interface News {
  what: string;
  post: string;
}

interface Heard {
  /** Ids under which it was said: one, however often the letter came. */
  ids: Set<string>;
  /** Place among all that came. */
  first: number;
  /** The text of the letter that came last. */
  last: string;
}

type Json = { id?: string; type?: string; object?: Json | string };

export class Arrivals {
  readonly #heard = new Map<string, Heard>();
  #count = 0;

  /** Letters that came, repeated ones too. */
  get count(): number {
    return this.#count;
  }

  add(origin: string, body: string): void {
    const letter = JSON.parse(body) as Json;
    const first = this.#count++;
    const { what, post } = newsOf(letter);
    const key = `${origin} ${what} ${post}`;
    const heard = this.#heard.get(key) ?? { ids: new Set(), first, last: body };
    heard.ids.add(letter.id ?? "");
    heard.last = body;
    this.#heard.set(key, heard);
  }

  /** What the server at `origin` heard of a post in that way, if it did. */
  of(origin: string, what: string, post: string): Heard | undefined {
    return this.#heard.get(`${origin} ${what} ${post}`);
  }
}

function newsOf(letter: Json): News {
  const types = [letter.type];
  let object = letter.object;
  while (object && typeof object === "object" && object.object) {
    types.push(object.type);
    object = object.object;
  }
  return { what: types.join(" "), post: typeof object === "object" ? (object.id ?? "") : (object ?? "") };
}
