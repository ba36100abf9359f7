/** A person of this server who reads: a member of ten of the seeded communities who says what they can help with. */
import { idMaker } from "../../db/ids.ts";
import type { Db } from "../../db/open.ts";
import { testHouse } from "../../tests/support/house.ts";
import { makePerson, type TestPerson } from "../../tests/support/people.ts";

const COMMUNITIES = 10;

/** Makes them anew, signed in, on the database that `seedLarge` filled. */
export async function makeReader(db: Db, origin: string): Promise<TestPerson> {
  const house = testHouse(db, { origin, makeId: idMaker(() => 63) });
  const reader = await makePerson(house, `reader_${Date.now().toString(36)}`);
  await db`insert into memberships (group_id, actor_id, state, follow_uri, accepted_at)
    select a.id, ${reader.id}, 'accepted', ${`${reader.uri}#follows/`} || a.id, now()
      from actors a where a.username like 'large%' order by a.id limit ${COMMUNITIES}`;
  await db`insert into profiles (actor_id, helps_with) values (${reader.id}, '{"keeping a practice", "sharpening plane irons"}')
    on conflict (actor_id) do update set helps_with = excluded.helps_with`;
  return reader;
}
