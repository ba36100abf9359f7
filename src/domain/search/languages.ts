/** Which of the languages that Postgres can read a text is in. */

/** The first part of a BCP 47 tag -> the name of Postgres' configuration. */
const CONFIGS: ReadonlyMap<string, string> = new Map([
  ["ar", "arabic"],
  ["ca", "catalan"],
  ["da", "danish"],
  ["de", "german"],
  ["el", "greek"],
  ["en", "english"],
  ["es", "spanish"],
  ["et", "estonian"],
  ["eu", "basque"],
  ["fi", "finnish"],
  ["fr", "french"],
  ["ga", "irish"],
  ["hi", "hindi"],
  ["hu", "hungarian"],
  ["hy", "armenian"],
  ["id", "indonesian"],
  ["it", "italian"],
  ["lt", "lithuanian"],
  ["nb", "norwegian"],
  ["ne", "nepali"],
  ["nl", "dutch"],
  ["nn", "norwegian"],
  ["no", "norwegian"],
  ["pl", "polish"],
  ["pt", "portuguese"],
  ["ro", "romanian"],
  ["ru", "russian"],
  ["sr", "serbian"],
  ["sv", "swedish"],
  ["ta", "tamil"],
  ["tr", "turkish"],
  ["yi", "yiddish"],
]);

/** The configuration for a text in the language with this BCP 47 tag; `simple`, which takes every word as it stands, for any other and for none. */
export function configOf(tag: string | null): string {
  return CONFIGS.get(tag?.split("-", 1)[0]?.toLowerCase() ?? "") ?? "simple";
}
