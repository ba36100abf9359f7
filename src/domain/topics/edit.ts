/** Stewards keep the topics of a community: they add, rename and remove them. */
import type { Id } from "../../../db/ids.ts";
import { brokenConstraint } from "../../../db/open.ts";
import { countTopics, deleteTopic, insertTopic, renameTopic } from "../../../db/queries/topics.ts";
import { Refusal } from "../../base/errors.ts";
import { cutAtWord, oneLine } from "../../base/text/characters.ts";
import type { Standing } from "../policy.ts";
import { type House, type Tx, transact } from "../transact.ts";

interface AboutTopics {
  groupId: Id;
  standings: readonly Standing[];
}

const MOST_TOPICS = 60;
const LONGEST_NAME = 60;

/** Adds a topic; its address is made of its name. Returns that. Throws a Refusal when there is one of that name. */
export async function addTopic(house: House, act: AboutTopics & { name: string }): Promise<string> {
  const name = checkedName(act.name);
  const id = house.makeId();
  const slug = slugOf(name) || `topic_${id.slice(-8)}`;
  try {
    return await change(house, act, async (tx) => {
      if ((await countTopics(tx, act.groupId)) >= MOST_TOPICS)
        throw new Refusal("too-long", `A community has at most ${MOST_TOPICS} topics.`);
      await insertTopic(tx, { id, groupId: act.groupId, slug, name });
      return slug;
    });
  } catch (error) {
    if (brokenConstraint(error) === "topics_group_id_slug_key") throw new Refusal("slug-taken");
    throw error;
  }
}

/** Gives a topic another name. Its address, which may be written down somewhere, stays. */
export function nameTopic(house: House, act: AboutTopics & { slug: string; name: string }): Promise<void> {
  const name = checkedName(act.name);
  return change(house, act, async (tx) => {
    if (!(await renameTopic(tx, act.groupId, act.slug, name))) throw new Refusal("not-found");
  });
}

/** Removes a topic; the threads that had it stay. */
export function removeTopic(house: House, act: AboutTopics & { slug: string }): Promise<void> {
  return change(house, act, async (tx) => {
    if (!(await deleteTopic(tx, act.groupId, act.slug))) throw new Refusal("not-found");
  });
}

function change<T>(house: House, act: AboutTopics, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(house, "topic.edit", act.standings, undefined, async (tx) => ({
    result: await work(tx),
    line: null,
  }));
}

function checkedName(raw: string): string {
  const name = cutAtWord(oneLine(raw), LONGEST_NAME);
  if (name === "") throw new Refusal("name-missing");
  return name;
}

/** Small letters a to z, digits and `_`: what is left of a name without its accents. "" when nothing is. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 30)
    .replace(/^_+|_+$/g, "");
}
