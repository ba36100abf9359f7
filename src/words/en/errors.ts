/** English for pages that say what went wrong. */
import { type RefusalCode, refusals } from "../../base/errors.ts";

const sentences = Object.fromEntries(
  Object.entries(refusals).map(([code, { sentence }]) => [code, sentence]),
) as Record<RefusalCode, string>;

export const errors = {
  noSuchPage: "There is no such page",
  noSuchPageWhy: "The address may have been copied only in part, or what stood here never came to this server.",
  gone: "This is gone",
  goneThread: "Its author has taken this conversation back, and what was said in it is not kept.",
  gonePerson: "This account is gone, and what it wrote here went with it.",
  goneCommunity: "This community has been closed.",
  backToCommunity: "Back to the community",
  onlyKeepers:
    "This is for those who look after this server. Who they are stands on the page about it; they can give you the role.",
  whoKeeps: "About this server",
  onlyCarers:
    "This is for those who look after the community. Who they are stands among its members; one of them can do it, or give you the role.",
  whoCares: "To the members",
  onlyAuthors: "This is for whoever wrote it; a facilitator can remove it, too. You can answer it.",
  backToPost: "Back to the post",
  didNotWork: "That did not work",
  notUnderstood: "The request could not be understood.",
  away: "We cannot reach our books",
  broke: "Something broke here",
  notYourFault: "It is not your fault, and nothing of yours is lost. Trying again in a minute may help.",
  requestId: "If you tell the people who run this server, give them this:",
  otherSite: "This form was sent from another site.",
  sentences,
};

export type ErrorsWords = typeof errors;
