/** German for members, requests, roles, the welcome. */
import type { MembersWords } from "../en/members.ts";

export const members: MembersWords = {};
