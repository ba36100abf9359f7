/** The policy as one matrix: every act for every standing. */
import { expect, test } from "vitest";
import { type Act, may, type Standing } from "../../src/domain/policy.ts";

const STANDINGS: Standing[] = ["operator", "author", "anyone"];
const OPEN: Act[] = [
  "community.join",
  "community.leave",
  "thread.start",
  "reply.write",
  "vote.cast",
  "vote.withdraw",
  "poll.vote",
  "boost.add",
  "boost.withdraw",
];
const OWN: Act[] = ["post.edit", "post.remove", "actor.update", "actor.remove", "actor.move"];

test.each(OPEN)("%s is open to anyone, whoever wrote what it is about", (act) => {
  expect(STANDINGS.filter((standing) => may(act, standing))).toEqual(["author", "anyone"]);
});

test.each(OWN)("%s is for whose it is, and nobody else", (act) => {
  expect(STANDINGS.filter((standing) => may(act, standing))).toEqual(["author"]);
});

test("founding a community is for the operator", () => {
  expect(STANDINGS.filter((standing) => may("community.create", standing))).toEqual(["operator"]);
});
