/** The colour of a community: one that its facilitators chose, or one of twelve bookcloths chosen by its name; with the book that it binds, and its picture. */
import { html } from "hono/html";
import type { Html } from "../site.ts";
import type { PageProps } from "./layout.ts";

/** As many as tokens.css has. */
export const CLOTHS = 12;
/** Hues and strengths of colour that community.css has a class for. */
export const HUES = 36;
export const DYES = [0.012, 0.045, 0.08, 0.11] as const;

/**
 * The classes that give a community's colour to everything in it. Of a chosen colour only hue and strength are used, each moved to the nearest there
 * is: how light it is follows from what has to be read on it. Without one, the same slug has the same colour for ever.
 */
export function clothOf(slug: string, colour: string | null = null): string {
  const dyed = colour === null ? null : dyeOf(colour);
  if (dyed) return `cloth-own hue-${dyed.hue} dye-${dyed.dye}`;
  let hash = 2_166_136_261;
  for (let i = 0; i < slug.length; i++) hash = Math.imul(hash ^ slug.charCodeAt(i), 16_777_619);
  return `cloth-${((hash ^ (hash >>> 15)) >>> 0) % CLOTHS}`;
}

const dyes = new Map<string, { hue: number; dye: number }>();
const MOST_DYES = 2_000;

function dyeOf(colour: string): { hue: number; dye: number } | null {
  const known = dyes.get(colour);
  if (known) return known;
  const found = nearest(colour);
  if (!found) return null;
  if (dyes.size >= MOST_DYES) dyes.clear();
  dyes.set(colour, found);
  return found;
}

/** sRGB to OKLab (Björn Ottosson's matrices), of which the lightness is left aside. */
function nearest(colour: string): { hue: number; dye: number } | null {
  if (!/^#[0-9a-f]{6}$/.test(colour)) return null;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const x = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const chroma = Math.hypot(x, y);
  const degrees = ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
  const hue = Math.round(degrees / (360 / HUES)) % HUES;
  const dye = DYES.reduce(
    (best, at, i) => (Math.abs(at - chroma) < Math.abs((DYES[best] ?? 0) - chroma) ? i : best),
    0,
  );
  return { hue, dye };
}

/** The twelve cloths as the colour fields of forms show them, about as they look. */
const SHOWN = [
  "#863a2d",
  "#7a431b",
  "#69500b",
  "#485b1e",
  "#256042",
  "#00615a",
  "#005d6d",
  "#22567b",
  "#3b4c85",
  "#593f79",
  "#743561",
  "#843742",
];

/** A colour like the one that the slug has of itself. */
export function shownColour(slug: string): string {
  return SHOWN[Number(clothOf(slug).slice("cloth-".length))] ?? "#863a2d";
}

export interface Bound {
  slug: string;
  name: string;
  colour?: string | null;
  pictureId?: string | null;
}

/** The community's picture for link previews, if it has one. */
export function pictureOf({ name, pictureId = null }: Bound): Pick<PageProps, "picture"> {
  return pictureId === null ? {} : { picture: { src: `/media/${pictureId}`, of: name } };
}

/** A small bound book with the community's picture, or its initial on a label: decoration, the name stands beside it. */
export function book({ slug, name, colour = null, pictureId = null }: Bound): Html {
  const cloth = clothOf(slug, colour);
  if (pictureId !== null) {
    return html`<span class="book pictured ${cloth}" aria-hidden="true"><img src="/media/${pictureId}" alt="" decoding="async"></span>`;
  }
  const initial = Array.from(name.trim() || slug)[0]?.toUpperCase() ?? "";
  return html`<span class="book ${cloth}" aria-hidden="true"><span class="label">${initial}</span></span>`;
}
