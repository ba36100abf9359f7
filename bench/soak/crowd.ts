/** People who write, answer, edit, remove, like and take back, each one thing after the other, and what must be true when they have done. */
import { setTimeout as sleep } from "node:timers/promises";
import { act, createNote, type Person } from "../harness/fediverse.ts";

const AS = "https://www.w3.org/ns/activitystreams";
const PUBLIC = `${AS}#Public`;
/** Milliseconds between two things that somebody does, at least and at most. */
const PAUSE_MS = [200, 1_000] as const;

/** A post as its author and everybody else believe it to be. */
export interface Post {
  readonly uri: string;
  readonly author: Person;
  readonly parent: Post | null;
  /** As it was first said. */
  readonly object: object;
  /** Words that are in no other post, nor in an earlier text of this one. */
  words: string;
  edits: number;
  removed: boolean;
  /** Who likes it, by which activity; null while that is on its way. */
  readonly likes: Map<Person, object | null>;
  /** Replies that are not removed. */
  replies: number;
  /** Acts that are under way: meanwhile it is not removed, since which of them came first would be luck. */
  busy: number;
}

/** Sends a letter until it is acknowledged. */
type Send = (by: Person, activity: object) => Promise<void>;

/** One of a list by luck. */
export function anyOf<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)];
}

export class Crowd {
  /** All that was acknowledged, in the order in which it was. */
  readonly posts: Post[] = [];
  readonly #group: string;
  readonly #send: Send;
  #counter = 0;

  constructor(group: string, send: Send) {
    this.#group = group;
    this.#send = send;
  }

  /** Lets somebody do one thing after the other until `isOver`. */
  async live(person: Person, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#doSomething(person, Math.random());
      await sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
    }
  }

  async #doSomething(person: Person, luck: number): Promise<void> {
    const there = this.posts.filter((post) => !post.removed);
    const own = there.filter((post) => post.author === person);
    if (luck < 0.12) return this.#write(person, null);
    if (luck < 0.45) return this.#write(person, anyOf(there) ?? null);
    if (luck < 0.7) return this.#like(person, anyOf(there.filter((post) => !post.likes.has(person))));
    if (luck < 0.8) return this.#unlike(person, anyOf(there.filter((post) => post.likes.get(person))));
    if (luck < 0.9) return this.#edit(person, anyOf(own));
    return this.#remove(person, anyOf(own.filter((post) => post.busy === 0 && post.replies === 0)));
  }

  async #write(author: Person, parent: Post | null): Promise<void> {
    const { activity, uri } = createNote(author, this.#group, parent?.uri ?? null);
    const words = this.#newWords();
    const object = { ...(activity as { object: object }).object, ...said(words) };
    const post: Post = {
      ...{ uri, author, parent, object, words },
      ...{ edits: 0, removed: false, likes: new Map(), replies: 0, busy: 0 },
    };
    if (parent) parent.replies++;
    await this.#onto(parent, () => this.#send(author, { ...activity, object }));
    this.posts.push(post);
  }

  async #like(person: Person, post: Post | undefined): Promise<void> {
    if (!post) return;
    const like = act(person, "Like", post.uri);
    post.likes.set(person, null);
    await this.#onto(post, () => this.#send(person, like));
    post.likes.set(person, like);
  }

  async #unlike(person: Person, post: Post | undefined): Promise<void> {
    const like = post?.likes.get(person);
    if (!post || !like) return;
    await this.#onto(post, () => this.#send(person, this.#activity(person, "Undo", like)));
    post.likes.delete(person);
  }

  async #edit(author: Person, post: Post | undefined): Promise<void> {
    if (!post) return;
    const words = this.#newWords();
    const object = { ...post.object, ...said(words), updated: new Date().toISOString() };
    await this.#onto(post, () => this.#send(author, this.#activity(author, "Update", object)));
    post.words = words;
    post.edits++;
  }

  async #remove(author: Person, post: Post | undefined): Promise<void> {
    if (!post) return;
    post.removed = true;
    if (post.parent) post.parent.replies--;
    await this.#send(author, this.#activity(author, "Delete", { id: post.uri, type: "Tombstone" }));
  }

  async #onto(post: Post | null, work: () => Promise<void>): Promise<void> {
    if (!post) return work();
    post.busy++;
    await work();
    post.busy--;
  }

  #activity(actor: Person, type: "Undo" | "Update" | "Delete", object: object): object {
    const id = `${actor.id}#${type.toLowerCase()}s/${++this.#counter}`;
    return { "@context": AS, id, type, actor: actor.id, to: [PUBLIC], cc: [this.#group], object };
  }

  #newWords(): string {
    return `Words ${++this.#counter}.`;
  }
}

function said(words: string) {
  return { content: `<p>${words}</p>`, contentMap: { en: `<p>${words}</p>` } };
}
