/** Numbers, sizes and durations in words; everything goes through Intl. */

/** The one language of this version; a second one begins here. */
const locale = 'en';

const integers = new Intl.NumberFormat(locale);
const numbers = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const pluralRules = new Intl.PluralRules(locale);
const lists = new Intl.ListFormat(locale, { type: 'unit', style: 'long' });

const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
/** For times without a place: they are written as they were read. */
const wallTimes = new Intl.DateTimeFormat(locale, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});

const graphemes = new Intl.Segmenter(locale);

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

function withUnit(value: number, unit: string, digits: number, unitDisplay: 'short' | 'long'): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `1204` → `1,204`. */
export function formatCount(value: number): string {
  return integers.format(value);
}

/** `2.5` → `2.5`, `0.0625` → `0.063`. */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** A share of one, cut down and not rounded up: only all of it is ever `100%`. */
export function formatPercent(share: number): string {
  const clamped = Math.min(1, Math.max(0, share));
  return percents.format(Math.floor(clamped * 100) / 100);
}

/** The words that go with a count: `plural(1, { one: 'photo', other: 'photos' })`. */
export function plural(count: number, forms: { one: string; other: string }): string {
  return pluralRules.select(count) === 'one' ? forms.one : forms.other;
}

/** `34` → `34 photos`. Videos count as photos everywhere in the window. */
export function countPhotos(count: number): string {
  return `${formatCount(count)} ${plural(count, { one: 'photo', other: 'photos' })}`;
}

/** Bytes in decimal units as file managers show them: `4 kB`, `4.2 MB`. */
export function formatBytes(bytes: number): string {
  const [value, unit, digits] = scaleBytes(bytes);
  return withUnit(value, unit, digits, unit === 'byte' ? 'long' : 'short');
}

/** Bytes per second: `12.3 MB/s`. */
export function formatSpeed(bytesPerSecond: number): string {
  const [value, unit, digits] = scaleBytes(Math.max(bytesPerSecond, 1000));
  return withUnit(value, `${unit}-per-second`, digits, 'short');
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

/** A wait in seconds as a person would say it, never more than two units: `12 s`, `4 min 30 s`, `2 h 5 min`. */
export function formatWait(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return short(whole, 'second');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return pair(minutes, 'minute', whole % 60, 'second');
  return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute');
}

/** An estimate, coarse on purpose so that it does not flicker: `about 3 minutes`, `about 2 hours`. */
export function formatEstimate(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 55) return `about ${long(Math.ceil(seconds / 10) * 10, 'second')}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${long(Math.max(1, minutes), 'minute')}`;
  const hours = Math.round(minutes / 30) / 2;
  if (hours < 48) return `about ${long(hours, 'hour')}`;
  return `about ${long(Math.round(hours / 24), 'day')}`;
}

/** A moment, in Unix milliseconds, by this computer's clock and zone. */
export function formatMoment(at: number): string {
  return moments.format(at);
}

/** Local time as a camera wrote it, `2024-05-06T07:08:09` with or without `+02:00`, never moved to another zone. */
export function formatLocalTime(text: string): string {
  const [, time = '', offset = ''] = /^(.{19})(.*)$/.exec(text) ?? [];
  const at = Date.parse(`${time}Z`);
  if (Number.isNaN(at)) return text;
  const zone = offset === 'Z' || offset === '+00:00' ? 'UTC' : `UTC${offset}`;
  return offset === '' ? wallTimes.format(at) : `${wallTimes.format(at)} (${zone})`;
}

/** A name's first letter, as a person counts letters. */
export function initial(name: string): string {
  const [first] = graphemes.segment(name.trim());
  return first?.segment.toLocaleUpperCase(locale) ?? '';
}

/** Joins parts as a list: `3 not photos, 2 unreadable`. */
export function joinList(parts: readonly string[]): string {
  return lists.format(parts);
}

type TimeUnit = 'second' | 'minute' | 'hour' | 'day';

function short(value: number, unit: TimeUnit): string {
  return withUnit(value, unit, 0, 'short').replace(' sec', ' s').replace(' hr', ' h');
}

function long(value: number, unit: TimeUnit): string {
  return withUnit(value, unit, 1, 'long');
}

function pair(large: number, largeUnit: TimeUnit, small: number, smallUnit: TimeUnit): string {
  return small === 0 ? short(large, largeUnit) : `${short(large, largeUnit)} ${short(small, smallUnit)}`;
}
