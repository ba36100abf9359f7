/** Forms as they arrive: read whole, within limits, each field asked for by name and kind. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Refusal, type RefusalCode } from "../base/errors.ts";
import { oneLine } from "../base/text/characters.ts";
import { sayWhen, sentenceOf } from "./errors.ts";
import type { WebEnv } from "./site.ts";

const KB = 1024;
/** A long text in a form, percent-encoded, is up to three times its length. */
const FORM_BYTES = 400 * KB;
/** A form with pictures (R29, R71). */
const UPLOAD_BYTES = 17 * KB * KB;
/** The longest text, without pictures, from somebody of whom nothing is known. */
const STRANGER_BYTES = 256 * KB;

const limited = (maxSize: number): MiddlewareHandler<WebEnv> =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Refusal("too-long");
    },
  });

/** Before a handler that reads a form. */
export const formLimit = limited(FORM_BYTES);
/** Before a handler that reads a form with pictures. */
export const uploadLimit = limited(UPLOAD_BYTES);
/** The same, for whoever is not signed in and never was. */
export const strangerLimit = limited(STRANGER_BYTES);

/** The fields of a form. What is absent reads as empty. */
export interface Form {
  /** One line: control characters and line breaks become spaces. Longer than `most` is a Refusal. */
  line(name: string, most?: number): string;
  /** Text of several lines, line breaks as `\n`. */
  text(name: string, most?: number): string;
  /** Exactly as it was typed: passwords. */
  raw(name: string, most?: number): string;
  /** Every value of that name, as lines. */
  lines(name: string, most?: number): string[];
  /** Whether a checkbox was ticked. */
  ticked(name: string): boolean;
  /** One of these, else the first. */
  choice<const T extends string>(name: string, choices: readonly [T, ...T[]]): T;
  /** A file that was chosen, or null. */
  file(name: string): File | null;
  /** All text fields, to show the form again or to keep it as a draft. */
  fields(): Record<string, string>;
}

const MOST_LINE = 500;
const MOST_TEXT = 100 * KB;

/** Reads the form of a POST. Throws a Refusal when it is no form. */
export async function readForm(c: Context<WebEnv>): Promise<Form> {
  let data: FormData;
  try {
    data = await c.req.formData();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("input-invalid");
  }
  const get = (name: string, most: number): string => within(textIn(data.get(name)), most);
  return {
    line: (name, most = MOST_LINE) => oneLine(get(name, most)),
    text: (name, most = MOST_TEXT) => get(name, most).replace(/\r\n?/g, "\n"),
    raw: (name, most = MOST_LINE) => get(name, most),
    lines: (name, most = MOST_LINE) => data.getAll(name).map((value) => oneLine(within(textIn(value), most))),
    ticked: (name) => data.get(name) !== null,
    choice: (name, choices) => choices.find((choice) => choice === data.get(name)) ?? choices[0],
    file(name) {
      const value = data.get(name);
      return value instanceof File && value.size > 0 ? value : null;
    },
    fields: () =>
      Object.fromEntries([...data].filter(([, value]) => typeof value === "string")) as Record<string, string>,
  };
}

function textIn(value: File | string | null): string {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : "";
}

function within(value: string, most: number): string {
  if (value.length > most) throw new Refusal("too-long");
  return value;
}

/** A path of this site to go on to, from a `next` field or parameter; anything else becomes `/`. */
export function nextPath(value: string | undefined): string {
  return value !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(value) && value.length < 1_000 ? value : "/";
}

/**
 * Does what a form asks for; when it is refused, shows the form again with what was typed: `again` makes that page from the sentence that says
 * why. Only for a Refusal; being signed out leads to signing in, and anything else is a bug.
 */
export async function attempt(
  c: Context<WebEnv>,
  act: () => Promise<Response>,
  again: (problem: string, code: RefusalCode) => string | Promise<string>,
): Promise<Response> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "sign-in-first") throw error;
    sayWhen(c, error);
    return c.html(await again(sentenceOf(c.get("frame"), error), error.code), error.status as ContentfulStatusCode);
  }
}
