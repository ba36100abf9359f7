/** Small makers of rows for the pages' tests: people of other servers, communities, threads, replies, helpful votes. */
import type { Db, Queryable } from "../../db/open.ts";

export const ORIGIN = "https://commons.example";

export interface PersonSeed {
  handle: string;
  name: string;
  summary?: string;
  goneAt?: Date;
}

export interface PostSeed {
  by: string;
  at: string;
  html: string;
  warning?: string;
  language?: string;
  attachments?: { url: string; mediaType: string | null; description: string }[];
  editedAt?: string;
  removedAt?: string;
  helpful?: number;
}

export interface Seed {
  person(person: PersonSeed): Promise<string>;
  community(slug: string, name: string, summary: string, followers?: number): Promise<string>;
  thread(slug: string, title: string, post: PostSeed): Promise<string>;
  reply(to: string, post: PostSeed): Promise<string>;
  block(host: string): Promise<void>;
  /** A thread of `replies` replies in branches of up to `deep` levels, and the ids of the replies in the order they were written. */
  longThread(
    slug: string,
    title: string,
    by: string,
    replies: number,
    deep: number,
  ): Promise<{ id: string; replyIds: string[] }>;
  /** The ids of people by handle. */
  people: ReadonlyMap<string, string>;
}

/** Makers on an empty, migrated database. */
export function seeder(db: Db): Seed {
  let counter = 0;
  const people = new Map<string, string>();
  const idAt = (at: number): string => String((BigInt(at) << 16n) | BigInt(counter++ % 65_536));
  const early = Date.parse("2026-01-01T00:00:00Z");

  const need = async (handle: string): Promise<string> => people.get(handle) ?? person({ handle, name: "" });

  async function person({ handle, name, summary = "", goneAt }: PersonSeed): Promise<string> {
    const known = people.get(handle);
    if (known) return known;
    const [username = "", host = ""] = handle.split("@");
    const id = idAt(early);
    await db`insert into peers (id, host, software) values (${idAt(early)}, ${host}, 'mastodon') on conflict do nothing`;
    await db`insert into inboxes (uri, peer_id) select ${`https://${host}/inbox`}, id from peers where host = ${host} on conflict do nothing`;
    await db`
      insert into actors (id, uri, peer_id, kind, username, name, summary, url, inbox_id, gone_at)
      select ${id}, ${`https://${host}/users/${username}`}, p.id, 'person', ${username}, ${name}, ${summary},
             ${`https://${host}/@${username}`}, b.id, ${goneAt ?? null}
        from peers p join inboxes b on b.peer_id = p.id where p.host = ${host}`;
    people.set(handle, id);
    return id;
  }

  async function writePost(
    q: Queryable,
    id: string,
    threadId: string,
    parentId: string | null,
    post: PostSeed,
  ): Promise<void> {
    const authorId = await need(post.by);
    const host = post.by.split("@")[1];
    await q`
      insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, warning, language, attachments,
        published_at, edited_at, removed_at)
      select ${id}, ${`https://${host}/notes/${id}`}, ${`https://${host}/@${post.by.split("@")[0]}/${id}`}, ${threadId}, ${parentId},
        coalesce((select case when parent_id is null then ${id}::bigint else branch_id end from posts where id = ${parentId}), ${id}),
        ${authorId}, 'Note', ${post.html}, ${post.warning ?? ""}, ${post.language ?? null},
        ${post.attachments ? db.json(post.attachments as never) : null},
        ${new Date(post.at)}, ${post.editedAt ? new Date(post.editedAt) : null}, ${post.removedAt ? new Date(post.removedAt) : null}`;
    for (let i = 0; i < (post.helpful ?? 0); i++) {
      const voter = await need(`voter${i}@elsewhere.example`);
      await q`insert into votes (post_id, actor_id, kind, uri) values (${id}, ${voter}, 'up', ${`https://elsewhere.example/likes/${id}/${i}`})`;
    }
  }

  return {
    people,
    person,
    async community(slug, name, summary, followers = 0) {
      const id = idAt(early);
      const uri = `${ORIGIN}/c/${slug}`;
      await db`insert into actors (id, uri, kind, username, name, url, created_at)
        values (${id}, ${uri}, 'group', ${slug}, ${name}, ${uri}, ${new Date("2026-03-01T09:00:00Z")})`;
      await db`insert into communities (actor_id, summary_source) values (${id}, ${summary})`;
      for (let i = 0; i < followers; i++) {
        const follower = await need(`reader${i}@server${i % 5}.example`);
        await db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
          values (${id}, ${follower}, 'accepted', ${`https://server${i % 5}.example/follows/${id}/${i}`}, now())`;
      }
      return id;
    },
    async thread(slug, title, post) {
      const id = idAt(Date.parse(post.at));
      await need(post.by);
      for (let i = 0; i < (post.helpful ?? 0); i++) await need(`voter${i}@elsewhere.example`);
      await db.begin(async (tx) => {
        await tx`insert into threads (id, group_id, title, active_at)
          select ${id}, id, ${title}, ${new Date(post.at)} from actors where username = ${slug} and peer_id is null`;
        await writePost(tx, id, id, null, post);
      });
      return id;
    },
    async reply(to, post) {
      const id = idAt(Date.parse(post.at));
      const [parent] = await db<{ threadId: string }[]>`select thread_id as "threadId" from posts where id = ${to}`;
      if (!parent) throw new Error(`There is no post ${to}.`);
      await writePost(db, id, parent.threadId, to, post);
      await db`update threads set active_at = greatest(active_at, ${new Date(post.at)}) where id = ${parent.threadId}`;
      return id;
    },
    async block(host) {
      await db`update peers set blocked_at = now() where host = ${host}`;
    },
    async longThread(slug, title, by, replies, deep) {
      const start = Date.parse("2026-05-01T08:00:00Z");
      const id = await this.thread(slug, title, {
        by,
        at: new Date(start).toISOString(),
        html: `<p>${title}</p><p>Tell us everything.</p>`,
      });
      const authors = await Promise.all(Array.from({ length: 40 }, (_, i) => need(`hand${i}@server${i % 7}.example`)));
      const rows: { id: string; parent: string; branch: string; author: string; at: Date; n: number }[] = [];
      for (let n = 0; n < replies; n++) {
        const at = start + (n + 1) * 60_000;
        const own = idAt(at);
        const level = n % deep;
        const parent = level === 0 ? id : (rows[n - 1]?.id ?? id);
        const branch = level === 0 ? own : (rows[n - 1]?.branch ?? own);
        rows.push({ id: own, parent, branch, author: authors[n % 40] ?? "", at: new Date(at), n });
      }
      for (let from = 0; from < rows.length; from += 1000) {
        const part = rows.slice(from, from + 1000).map((row) => ({
          id: row.id,
          uri: `https://server0.example/notes/${row.id}`,
          url: `https://server0.example/@hand/${row.id}`,
          thread_id: id,
          parent_id: row.parent,
          branch_id: row.branch,
          author_id: row.author,
          object_type: "Note",
          content: `<p>Answer number ${row.n + 1}: it depends on the joint, the metal and the day.</p>`,
          published_at: row.at,
        }));
        await db`insert into posts ${db(part)}`;
      }
      await db`update threads set active_at = ${rows.at(-1)?.at ?? new Date(start)} where id = ${id}`;
      return { id, replyIds: rows.map((row) => row.id) };
    },
  };
}
