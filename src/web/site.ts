/** What the site needs from the rest of the program, and the types its pages share. */
import type { html } from "hono/html";
import type { Live } from "../../db/views/live.ts";
import type { Db } from "../../db/views/reader.ts";
import type { Viewer } from "../../db/views/viewer.ts";
import type { LookedUp } from "../../federation/index.ts";
import type { Limits } from "../auth/limits.ts";
import type { Tokens } from "../auth/tokens.ts";
import type { Logger } from "../base/log.ts";
import type { House } from "../domain/transact.ts";
import type { Frame } from "./frame.ts";

/** What `web()` is built on. */
export interface Site {
  db: Db;
  /** What people do here goes through it. */
  house: House;
  tokens: Tokens;
  /** How much it does for one person or address. */
  limits: Limits;
  /** What open pages hear while something happens. */
  live: Live;
  /** The public origin, such as `https://commons.example`, without a slash at its end. */
  origin: string;
  /** This program's version. */
  version: string;
  /** How an operator calls it, from the folder it lies in: the Node that npm brought may not be the one on the PATH. */
  command: string;
  log: Logger;
  /** The address a request came from, seen through trusted proxies only. */
  addressOf(env: unknown, forwardedFor: string | undefined): string;
  /** Finds where `handle` can follow the group `groupUri` on their own server, or says in a sentence why not. Never throws for what a stranger types. */
  remoteFollow(handle: string, groupUri: string): Promise<{ url: string } | { problem: string }>;
  /** Finds on other servers what a member pasted or typed. Never throws for what others type or answer. */
  lookUp(text: string): Promise<LookedUp>;
}

/** What a handler finds in its context: the id of the request, if the server gave it one, who is looking, and the frame for their page. */
export interface WebEnv {
  Variables: { requestId?: string; viewer: Viewer | null; frame: Frame };
}

/** A piece of a page. */
export type Html = ReturnType<typeof html>;
