/** Numbers, plurals, dates and lists as a language writes them, by Intl. */

export interface Formats {
  /** `1,204`. */
  number(n: number): string;
  /** The form that belongs to `n`: `plural(n, { one: "1 reply", other: … })`. */
  plural(n: number, forms: { one: string; other: string }): string;
  /** `ana, bo and carla`. */
  list(items: readonly string[]): string;
}

/** For the language with this BCP 47 tag. */
export function formats(tag: string): Formats {
  const numbers = new Intl.NumberFormat(tag);
  const plurals = new Intl.PluralRules(tag);
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });
  return {
    number: (n) => numbers.format(n),
    plural: (n, forms) => (plurals.select(n) === "one" ? forms.one : forms.other),
    list: (items) => lists.format(items),
  };
}

/** Days and times in one language and one time zone. All take milliseconds since 1970. */
export interface Times {
  /** The locale they are written in: where script writes a day, it does so in the same way. */
  locale: string;
  /** `12 Nov 2026`. */
  day(at: number): string;
  /** `14:03`. */
  clock(at: number): string;
  /** `12 Nov 2026, 14:03`. */
  moment(at: number): string;
}

const MOST_KEPT = 2_000;
const made = new Map<string, Times>();

/** `zone` is an IANA time zone; an unknown one counts as UTC. The same answers for the same arguments, made once. */
export function timesIn(tag: string, zone: string): Times {
  const key = `${tag} ${zone}`;
  const known = made.get(key);
  if (known) return known;
  const timeZone = isTimeZone(zone) ? zone : "UTC";
  // Bare "en" is American English, which puts the month first.
  const locale = tag === "en" ? "en-GB" : tag;
  const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone });
  const clocks = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
  // Intl takes microseconds a date; pages of hundreds of posts share few minutes.
  const remember = (format: Intl.DateTimeFormat) => {
    const kept = new Map<number, string>();
    return (at: number) => {
      const minute = Math.floor(at / 60_000);
      let text = kept.get(minute);
      if (text === undefined) {
        if (kept.size >= MOST_KEPT) kept.clear();
        text = format.format(at);
        kept.set(minute, text);
      }
      return text;
    };
  };
  const [day, clock] = [remember(days), remember(clocks)];
  const times = { locale, day, clock, moment: (at: number) => `${day(at)}, ${clock(at)}` };
  if (made.size >= MOST_KEPT) made.clear();
  made.set(key, times);
  return times;
}

/** Whether Intl knows a time zone of this name. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}
