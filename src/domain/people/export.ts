/** All that this server keeps of somebody, as one JSON text in pieces: nobody's data but theirs, and none of their secrets. */
import type { Id } from "../../../db/ids.ts";
import { readExportedPosts, readExportedVotes, readExportParts } from "../../../db/views/export.ts";
import { mediaUrl } from "../media/store.ts";
import type { House } from "../transact.ts";

/** The pieces, in order; together they are one JSON object. Reads page by page, as fast as it is taken. */
export async function* exportOf(house: Pick<House, "db" | "origin" | "now">, actorId: Id): AsyncGenerator<string> {
  const { pictures, ...parts } = await readExportParts(house.db, actorId);
  const links = [pictures ?? []].flat().map(({ id, ...picture }) => {
    return { url: mediaUrl(house.origin, id as Id), ...picture };
  });
  const head = { server: house.origin, exportedAt: house.now().toISOString(), ...parts, pictures: links };
  yield JSON.stringify(head, null, 2).replace(/\n\}$/, "");
  yield* list("posts", readExportedPosts(house.db, actorId));
  yield* list("votes", readExportedVotes(house.db, actorId));
  yield "\n}\n";
}

async function* list(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  yield `,\n  ${JSON.stringify(name)}: [`;
  let first = true;
  for await (const page of pages) {
    yield page.map((row, at) => `${first && at === 0 ? "" : ","}\n    ${JSON.stringify(row)}`).join("");
    first = false;
  }
  yield "\n  ]";
}
