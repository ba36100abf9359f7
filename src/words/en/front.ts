/** English for the front page. */

type Piece = unknown;

export const front = {
  description:
    "Communities of people who learn what they do from each other. Follow any of them from wherever you already are.",
  lede: "Communities of people who learn what they do from each other. Follow any of them from Mastodon, Lemmy or wherever you already are.",
  communities: "Communities",
  waiting: "Waiting for its first conversation",
  lastSpoken: (day: Piece): Piece[] => ["Last conversation on ", day],
  newest: "Started last",
  found: "Found a community",
  emptyTitle: "The shelf is empty",
  emptyMember: "This server runs, and nobody has founded a community on it yet. The first one can be yours.",
  emptyOperator:
    "This server runs, and nobody has founded a community on it yet. If it is yours, found the first one on the machine where it runs, in the program’s folder:",
  emptyThen: (handle: Piece): Piece[] => [
    "The community then stands here, and anyone on the fediverse can follow ",
    handle,
    " from their own server.",
  ],
};

export type FrontWords = typeof front;
