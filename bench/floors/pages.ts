/** The floor of a page: node:http, one bare query by an index, and the answer as strings put together. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Db, openDb } from "../../db/open.ts";

export interface Start {
  databaseUrl: string;
  groupId: string;
  threadId: string;
  readerId: string;
}

type Page = (db: Db, start: Start) => Promise<string>;

const PAGES: Readonly<Record<string, Page>> = {
  "/front": async (db) => {
    const communities = await db<Text[]>`
      select (select name from actors where id = c.actor_id) as a, c.summary_source as b from communities c limit 120`;
    const threads = await db<Text[]>`
      select t.title as a, left(p.content, 200) as b from threads t join posts p on p.id = t.id order by t.id desc limit 8`;
    return list([...communities, ...threads]);
  },
  "/community": async (db, { groupId }) => {
    const threads = await db<Text[]>`
      select t.title as a, left(p.content, 200) as b from threads t join posts p on p.id = t.id
      where t.group_id = ${groupId} and t.removed_at is null order by t.active_at desc, t.id desc limit 31`;
    return list(threads);
  },
  "/thread": async (db, { threadId }) => {
    const posts = await db<Text[]>`
      select author_id as a, content as b, id, parent_id, published_at, url from posts where thread_id = ${threadId}
      order by branch_id, id limit 502`;
    return list(posts);
  },
  "/home": async (db, { readerId }) => {
    const threads = db<Text[]>`
      select t.title as a, left(p.content, 200) as b from memberships m cross join lateral (
          select * from threads n where n.group_id = m.group_id and n.removed_at is null order by n.id desc limit 13) t
        join posts p on p.id = t.id where m.actor_id = ${readerId} order by t.id desc limit 13`;
    const questions = db<Text[]>`
      select t.title as a, left(p.content, 200) as b from memberships m cross join lateral (
          select * from threads q where q.group_id = m.group_id and q.removed_at is null and q.kind = 'question'
           order by q.id desc limit 8) t
        join posts p on p.id = t.id where m.actor_id = ${readerId} order by t.id desc limit 8`;
    return list((await Promise.all([threads, questions])).flat());
  },
};

interface Text {
  a: string;
  b: string;
}

function list(rows: readonly Text[]): string {
  let html = "<!doctype html><title>Floor</title><ul>";
  for (const { a, b } of rows) html += `<li><b>${escaped(a)}</b> ${b}</li>`;
  return `${html}</ul>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

process.once("message", async (start: Start) => {
  const db = openDb(start.databaseUrl);
  const server = createServer(async (request, response) => {
    const page = PAGES[request.url ?? ""];
    if (!page) return void response.writeHead(404).end();
    const body = await page(db, start);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.once("disconnect", () => process.exit());
