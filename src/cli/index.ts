/** The operator's commands, in the order in which the help lists them. */
import { accountCreate, accountLink, accountList, accountSuspend } from "./account.ts";
import type { Command } from "./command.ts";
import { communityAppoint, communityCreate, communityList, communityShow } from "./community.ts";
import { config } from "./config.ts";
import { deliveries } from "./deliveries.ts";
import { doctor } from "./doctor.ts";
import { healthcheck } from "./healthcheck.ts";
import { migrate } from "./migrate.ts";
import { peers } from "./peers.ts";
import { serve } from "./serve.ts";
import { version } from "./version.ts";

export const commands: readonly Command[] = [
  serve,
  communityCreate,
  communityList,
  communityShow,
  communityAppoint,
  accountCreate,
  accountList,
  accountLink,
  accountSuspend,
  peers,
  deliveries,
  doctor,
  migrate,
  config,
  healthcheck,
  version,
];
