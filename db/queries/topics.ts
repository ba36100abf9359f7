/** Topics: the tags of a community, kept by its stewards. */
import type { Id } from "../ids.ts";
import type { Queryable } from "../open.ts";

/** Adds a topic. Breaks `topics_group_id_slug_key` when there is one of that slug. */
export async function insertTopic(
  db: Queryable,
  topic: { id: Id; groupId: Id; slug: string; name: string },
): Promise<void> {
  await db`insert into topics (id, group_id, slug, name) values (${topic.id}, ${topic.groupId}, ${topic.slug}, ${topic.name})`;
}

/** Gives a topic another name; its address stays. False when there is none. */
export async function renameTopic(db: Queryable, groupId: Id, slug: string, name: string): Promise<boolean> {
  return (await db`update topics set name = ${name} where group_id = ${groupId} and slug = ${slug}`).count > 0;
}

/** Removes a topic; its threads stay. False when there is none. */
export async function deleteTopic(db: Queryable, groupId: Id, slug: string): Promise<boolean> {
  return (await db`delete from topics where group_id = ${groupId} and slug = ${slug}`).count > 0;
}

/** How many topics a community has. */
export async function countTopics(db: Queryable, groupId: Id): Promise<number> {
  const [row] = await db<{ n: number }[]>`select count(*)::int as n from topics where group_id = ${groupId}`;
  return row?.n ?? 0;
}
