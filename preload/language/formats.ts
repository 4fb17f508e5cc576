/** Numbers, sizes, times and durations in words; everything goes through Intl, and every format is made once. */
import type { Say } from './translator.ts';

export type Formats = ReturnType<typeof createFormats>;

type TimeUnit = 'second' | 'minute' | 'hour' | 'day';

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** The formats of a locale; `say` gives the words around them. */
export function createFormats(locale: string, say: Say) {
  // The start of the app waits for none that it does not use.
  const integers = once(() => new Intl.NumberFormat(locale));
  const numbers = once(() => new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }));
  const percents = once(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const lists = once(() => new Intl.ListFormat(locale, { type: 'unit', style: 'long' }));
  const moments = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  /** For times without a place: they are written as they were read. */
  const wallTimes = once(
    () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }),
  );
  const shortWeekdays = once(() => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }));
  const longWeekdays = once(() => new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }));
  const timesOfDay = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' }));
  const graphemes = once(() => new Intl.Segmenter(locale));

  // Making a format costs a hundred times what using it costs, and a list asks for three of each row.
  const units = new Map<string, Intl.NumberFormat>();
  const withUnit = (value: number, unit: string, digits: number, unitDisplay: 'short' | 'long'): string => {
    const key = `${unit} ${digits} ${unitDisplay}`;
    let format = units.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay,
        maximumFractionDigits: digits,
      });
      units.set(key, format);
    }
    return format.format(value);
  };
  // Symbols and not CLDR's short forms: ‘Sek.’ ends in a full stop in the middle of a sentence.
  const short = (count: number, unit: Exclude<TimeUnit, 'day'>): string => say(`format.${unit}`, { count });
  const long = (value: number, unit: TimeUnit): string => withUnit(value, unit, 1, 'long');
  const pair = (
    large: number,
    largeUnit: 'minute' | 'hour',
    small: number,
    smallUnit: 'second' | 'minute',
  ): string =>
    small === 0 ? short(large, largeUnit) : `${short(large, largeUnit)} ${short(small, smallUnit)}`;

  return {
    /** `1204` → `1,204`. */
    formatCount: (value: number): string => integers().format(value),

    /** `2.5` → `2.5`, `0.0625` → `0.063`. */
    formatNumber: (value: number): string => numbers().format(value),

    /** A share of one, cut down and not rounded up: only all of it is ever `100%`. */
    formatPercent: (share: number): string => {
      const clamped = Math.min(1, Math.max(0, share));
      return percents().format(Math.floor(clamped * 100) / 100);
    },

    /** `34` → `34 photos`. Videos count as photos everywhere in the window. */
    countPhotos: (count: number): string => say('format.photos', { count }),

    /** Bytes in decimal units as file managers show them: `4 kB`, `4.2 MB`. */
    formatBytes: (bytes: number): string => {
      const [value, unit, digits] = scaleBytes(bytes);
      return withUnit(value, unit, digits, unit === 'byte' ? 'long' : 'short');
    },

    /** Bytes per second: `12.3 MB/s`. */
    formatSpeed: (bytesPerSecond: number): string => {
      const [value, unit, digits] = scaleBytes(Math.max(bytesPerSecond, 1000));
      return withUnit(value, `${unit}-per-second`, digits, 'short');
    },

    /** A wait in seconds as a person would say it, never more than two units: `12 s`, `4 min 30 s`, `2 h 5 min`. */
    formatWait: (seconds: number): string => {
      const whole = Math.max(0, Math.ceil(seconds));
      if (whole < 60) return short(whole, 'second');
      const minutes = Math.floor(whole / 60);
      if (minutes < 60) return pair(minutes, 'minute', whole % 60, 'second');
      return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute');
    },

    /** An estimate, coarse on purpose so that it does not flicker: `about 3 minutes`, `about 2 hours`. */
    formatEstimate: (seconds: number): string => {
      if (seconds < 10) return say('format.fewSeconds');
      const about = (value: number, unit: TimeUnit): string =>
        say('format.about', { time: long(value, unit) });
      if (seconds < 55) return about(Math.ceil(seconds / 10) * 10, 'second');
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) return about(Math.max(1, minutes), 'minute');
      const hours = Math.round(minutes / 30) / 2;
      return hours < 48 ? about(hours, 'hour') : about(Math.round(hours / 24), 'day');
    },

    /** A moment, in Unix milliseconds, by this computer's clock and zone. */
    formatMoment: (at: number): string => moments().format(at),

    /** Local time as a camera wrote it, `2024-05-06T07:08:09` with or without `+02:00`, never moved to another zone. */
    formatLocalTime: (text: string): string => {
      const [, time = '', offset = ''] = /^(.{19})(.*)$/.exec(text) ?? [];
      const at = Date.parse(`${time}Z`);
      if (Number.isNaN(at)) return text;
      const zone = offset === 'Z' || offset === '+00:00' ? 'UTC' : `UTC${offset}`;
      return offset === '' ? wallTimes().format(at) : `${wallTimes().format(at)} (${zone})`;
    },

    /** A day of the week; ISO 8601: Monday is 1. `short` where there is little room. */
    formatWeekday: (day: number, width: 'short' | 'long'): string => {
      const weekdays = width === 'short' ? shortWeekdays() : longWeekdays();
      // 1 January 2024 was a Monday.
      return weekdays.format(Date.UTC(2024, 0, day));
    },

    /** A language's name in itself, so that whoever wants it can read it: `Deutsch`. */
    formatLanguage: (tag: string): string => new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag,

    /** `08:00` or `8:00 AM`, as the region writes it; `minute` counts from midnight. */
    formatTimeOfDay: (minute: number): string => timesOfDay().format(Date.UTC(2024, 0, 1, 0, minute)),

    /** A name's first letter, as a person counts letters. */
    initial: (name: string): string => {
      const [first] = graphemes().segment(name.trim());
      return first?.segment.toLocaleUpperCase(locale) ?? '';
    },

    /** Joins parts as a list: `3 not photos, 2 unreadable`. */
    joinList: (parts: readonly string[]): string => lists().format(parts),
  };
}

/** What `make` makes, made when it is first asked for. */
function once<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => (made ??= make());
}

function scaleBytes(bytes: number): [value: number, unit: string, digits: number] {
  let value = Math.max(0, bytes);
  let index = 0;
  // 999.5 would be written as 1,000, so it moves on to the next unit.
  while (value >= 999.5 && index < byteUnits.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = index < 2 || value >= 100 ? 0 : 1;
  return [value, byteUnits[index] ?? 'byte', digits];
}
