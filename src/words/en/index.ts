/** All English sentences. */
import { accounts } from "./accounts.ts";
import { admin } from "./admin.ts";
import { charter } from "./charter.ts";
import { community } from "./community.ts";
import { composer } from "./composer.ts";
import { errors } from "./errors.ts";
import { frame } from "./frame.ts";
import { front } from "./front.ts";
import { home } from "./home.ts";
import { mails } from "./mails.ts";
import { members } from "./members.ts";
import { notifications } from "./notifications.ts";
import { person } from "./person.ts";
import { poll } from "./poll.ts";
import { remote } from "./remote.ts";
import { search } from "./search.ts";
import { settings } from "./settings.ts";
import { signIn } from "./sign-in.ts";
import { thread } from "./thread.ts";
import { topics } from "./topics.ts";

export const en = {
  frame,
  errors,
  front,
  community,
  charter,
  members,
  topics,
  thread,
  composer,
  poll,
  person,
  signIn,
  accounts,
  settings,
  admin,
  mails,
  home,
  notifications,
  search,
  remote,
};

/** What every language must say. */
export type Words = typeof en;
