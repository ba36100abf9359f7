/** Fetches a post from where it lives; its words are its author's only when both are on the same server (R20, FEP-fe34). */
import type { Budget } from "../budget.ts";
import type { Context } from "../context.ts";
import { sameOrigin } from "../gate/limits.ts";
import type { PlainObject } from "../gate/read-json.ts";
import { Rejection } from "../gate/rejection.ts";
import { type ReadPost, readPost } from "../objects/post.ts";
import { fetchDocument } from "./document.ts";

export interface FetchedPost {
  post: ReadPost;
  authorUri: string;
  /** As it came. */
  raw: string;
}

/**
 * The post at `uri`. Null when there is something else, when its author did not address it to the public, or when it names an author on
 * another server, who never said so. Throws FetchFailed, or BudgetSpent.
 */
export async function fetchPost(context: Context, uri: string, spend: Budget): Promise<FetchedPost | null> {
  const { document, raw } = await fetchDocument(context, uri, spend);
  return toFetchedPost(context, document, raw);
}

/** `fetchPost` of a document that was fetched already. */
export function toFetchedPost(context: Context, document: PlainObject, raw: string): FetchedPost | null {
  try {
    const post = readPost(document, context.now());
    if (!post?.isPublic || post.authorUri === null || !sameOrigin(post.authorUri, post.text.uri)) return null;
    return { post, authorUri: post.authorUri, raw };
  } catch (error) {
    if (error instanceof Rejection) return null;
    throw error;
  }
}
