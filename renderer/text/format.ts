/** Numbers, sizes and durations in the language of the window: see preload/language/formats.ts for what each writes. */
import type { Formats } from '../../preload/language/formats.ts';
import { language } from './language.ts';

/** A format of the language that is spoken when it is used. */
function format<K extends keyof Formats>(name: K): Formats[K] {
  return ((...args: Parameters<Formats[K]>) =>
    (language.get()[name] as (...values: typeof args) => string)(...args)) as Formats[K];
}

export const formatCount = format('formatCount');
export const formatNumber = format('formatNumber');
export const formatPercent = format('formatPercent');
export const countPhotos = format('countPhotos');
export const formatBytes = format('formatBytes');
export const formatSpeed = format('formatSpeed');
export const formatWait = format('formatWait');
export const formatEstimate = format('formatEstimate');
export const formatMoment = format('formatMoment');
export const formatLocalTime = format('formatLocalTime');
export const formatLanguage = format('formatLanguage');
export const formatTimeOfDay = format('formatTimeOfDay');
export const formatWeekday = format('formatWeekday');
export const initial = format('initial');
export const joinList = format('joinList');
