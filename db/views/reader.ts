/** The database as those know it who read through the views: something to hand on to them. */
export type { Db } from "../open.ts";
