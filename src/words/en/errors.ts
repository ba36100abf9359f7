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
