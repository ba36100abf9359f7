/** The database as those know it who read through the views: something to hand on to them, and how they know that it is away. */
export { type Db, isDatabaseTrouble } from "../open.ts";
