/** Reads a collection elsewhere, page by page, within the budget (R30). */
import { type Budget, BudgetSpent } from "../budget.ts";
import type { Context } from "../context.ts";
import { listOf, sameOrigin } from "../gate/limits.ts";
import { isPlainObject, type PlainObject } from "../gate/read-json.ts";
import { FetchFailed, fetchDocument } from "./document.ts";

/** Pages and items at most. */
const PAGES = 3;
const ITEMS = 300;

export interface CollectionItems {
  /** As listed: ids, or whole objects. */
  items: unknown[];
  /** What it says there is in all. */
  total: number | null;
  /** Read to its end. */
  complete: boolean;
}

/** The items of the collection at `uri`, in its own order. Pages on another server than its own are not read. Throws FetchFailed when it cannot be had at all. */
export async function fetchCollection(context: Context, uri: string, spend: Budget): Promise<CollectionItems> {
  const { document } = await fetchDocument(context, uri, spend);
  const items = listOf(document.orderedItems ?? document.items);
  const total = Number.isSafeInteger(document.totalItems) ? Number(document.totalItems) : null;
  let next: unknown = document.first;
  try {
    for (let page = 0; next !== undefined && next !== null && items.length < ITEMS; page++) {
      if (page === PAGES) return { items, total, complete: false };
      const read = await readPage(context, uri, next, spend);
      if (!read) return { items, total, complete: false };
      items.push(...listOf(read.orderedItems ?? read.items));
      next = read.next;
    }
  } catch (error) {
    if (error instanceof FetchFailed || error instanceof BudgetSpent) return { items, total, complete: false };
    throw error;
  }
  const most = items.slice(0, ITEMS);
  return { items: most, total, complete: items.length <= ITEMS && (total === null || most.length >= total) };
}

/** A page that is embedded without its items is fetched by its id. */
async function readPage(context: Context, of: string, page: unknown, spend: Budget): Promise<PlainObject | null> {
  if (isPlainObject(page) && (page.orderedItems !== undefined || page.items !== undefined)) return page;
  const id = isPlainObject(page) ? page.id : page;
  if (typeof id !== "string" || !sameOrigin(id, of)) return null;
  return (await fetchDocument(context, id, spend)).document;
}
