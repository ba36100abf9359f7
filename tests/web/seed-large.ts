/** Fills a database with a hundred thousand threads and a million replies in a minute: for measuring pages, not for reading them. */
import type { Db } from "../../db/open.ts";

export interface LargeOptions {
  communities?: number;
  people?: number;
  threads?: number;
  /** Replies of an ordinary thread: on average half of this. */
  repliesAtMost?: number;
}

export interface Large {
  slug: string;
  /** A thread of exactly 500 replies, every tenth of them with votes. */
  threadOf500: string;
  threadOf5000: string;
}

const START = 1_767_225_600_000; // 2026-01-01

/** The id of thread `i`; reply `n` of it is `replyId(i, n)`. Threads start five minutes, replies one minute apart. */
function replyId(i: number, n: number): string {
  return String((BigInt(START + i * 300_000 + n * 60_000) << 16n) | (BigInt(i % 64) << 10n) | BigInt(n % 1024));
}

/** Expects an empty, migrated database. Every seventh thread is a question. Thread 1 of community `large` has 500 replies, thread 2 has 5,000. */
export async function seedLarge(db: Db, options: LargeOptions = {}): Promise<Large> {
  const communities = options.communities ?? 50;
  const people = options.people ?? 20_000;
  const threads = options.threads ?? 100_000;
  const most = options.repliesAtMost ?? 19;
  const origin = "https://commonplace.test";

  await db.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    await tx`insert into peers (id, host, software) select i, 'server' || i || '.example', 'mastodon' from generate_series(1, 400) i`;
    await tx`insert into inboxes (uri, peer_id) select 'https://server' || i || '.example/inbox', i from generate_series(1, 400) i`;
    await tx`insert into actors (id, uri, kind, username, name, url)
      select i, ${origin} || '/c/large' || i, 'group', 'large' || i, 'Community ' || i, ${origin} || '/c/large' || i
        from generate_series(1, ${communities}::int) i`;
    await tx`insert into communities (actor_id, summary_source)
      select i, 'One of many, made to be measured.' from generate_series(1, ${communities}::int) i`;
    await tx`insert into actors (id, uri, peer_id, kind, username, name, url, inbox_id)
      select 1000 + i, 'https://server' || p.id || '.example/users/u' || i, p.id, 'person', 'u' || i, 'Person Number ' || i,
             'https://server' || p.id || '.example/@u' || i, b.id
        from generate_series(1, ${people}::int) i
        join peers p on p.id = 1 + i % 400 join inboxes b on b.peer_id = p.id`;
    await tx`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
      select 1 + i % ${communities}::int, 1000 + i, 'accepted', 'https://server.example/follow/' || i, now()
        from generate_series(1, ${people}::int) i`;
    // Reply n hangs under the reply before it, three to a branch; the first of a branch answers the opening post.
    await tx`create temporary table plan on commit drop as
      select i, n,
             ((${START}::bigint + i * 300000 + n * 60000) << 16) | ((i % 64) << 10) | (n % 1024) as id,
             ((${START}::bigint + i * 300000) << 16) | ((i % 64) << 10) as thread_id,
             case when n = 0 then null when n % 3 = 1
                  then ((${START}::bigint + i * 300000) << 16) | ((i % 64) << 10)
                  else ((${START}::bigint + i * 300000 + (n - 1) * 60000) << 16) | ((i % 64) << 10) | ((n - 1) % 1024) end as parent_id,
             n - (n + 2) % 3 as top
        from generate_series(1::bigint, ${threads}::bigint) i,
             lateral generate_series(0::bigint, case i when 1 then 500 when 2 then 5000 else (i * 7919) % (${most}::int + 1) end) n`;
    await tx`insert into threads (id, group_id, kind, title, active_at)
      select thread_id, 1 + (case when i <= 2 then 0 else i end) % ${communities}::int,
             case when i % 7 = 3 then 'question' else 'discussion' end,
             'How do you keep a long question about practice number ' || i || ' on one line?',
             to_timestamp((${START}::bigint + i * 300000 + max(n) * 60000) / 1000.0)
        from plan group by thread_id, i`;
    await tx`insert into posts (id, uri, url, thread_id, parent_id, branch_id, author_id, object_type, content, published_at)
      select id, 'https://server' || 1 + (id % 400) || '.example/p/' || id, 'https://server' || 1 + (id % 400) || '.example/@u/' || id,
             thread_id, parent_id,
             case when n = 0 then id else ((${START}::bigint + i * 300000 + top * 60000) << 16) | ((i % 64) << 10) | (top % 1024) end,
             1001 + (i * 31 + n * 17) % ${people}::int, 'Note',
             '<p>Reply number ' || n || ' says what it has to say in a paragraph of ordinary length, with a <a href="https://example.com/" rel="nofollow noopener noreferrer ugc">link</a> and <em>some</em> stress &amp; care.</p><p>Then it says a second thing, because people do, and that is all.</p>',
             to_timestamp((${START}::bigint + i * 300000 + n * 60000) / 1000.0)
        from plan order by i, n`;
    await tx`insert into votes (post_id, actor_id, kind, uri)
      select p.id, 1001 + (p.i + p.n + v) % ${people}::int, 'up', 'https://server.example/like/' || p.id || '/' || v
        from plan p, lateral generate_series(1, 5) v where p.n % 10 = 0`;
  });
  const connection = await db.reserve();
  await connection.unsafe("set statement_timeout = 0");
  await connection.unsafe("vacuum analyze");
  await connection.unsafe("reset statement_timeout");
  connection.release();
  return { slug: "large1", threadOf500: replyId(1, 0), threadOf5000: replyId(2, 0) };
}
