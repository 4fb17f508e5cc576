/** What a person can choose for this computer, whoever is signed in. */
import type { EngineLimits } from './model.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** `system`: the first of the computer's languages that Tintype speaks. */
export const languageChoices = ['system', 'en', 'de'] as const;
export type LanguageChoice = (typeof languageChoices)[number];

/** At these times of these days another speed limit holds. */
export interface TimetableEntry {
  /** On which it begins; ISO 8601: Monday is 1, Sunday 7. */
  days: number[];
  /** Minutes since midnight, by this computer's clock. */
  from: number;
  /** Not after `from`: it ends on the next day. */
  to: number;
  /** null = no limit. */
  bytesPerSecond: number | null;
}

export interface Settings {
  theme: Theme;
  language: LanguageChoice;
  /** For all uploads together, whenever no entry of the timetable holds; null = no limit. */
  bytesPerSecond: number | null;
  /** The first that holds counts. */
  timetable: TimetableEntry[];
  /** Uploads at once. */
  transfers: 'auto' | number;
  startAtLogin: boolean;
  /** The window's close button leaves Tintype running. */
  keepInTray: boolean;
  /** The computer does not go to sleep by itself while photos go up. */
  keepAwake: boolean;
  pauseOnBattery: boolean;
  notifications: boolean;
  /** Ending Tintype in the middle of an upload is asked about first. */
  askBeforeQuit: boolean;
}

export const defaultSettings: Settings = {
  theme: 'system',
  language: 'system',
  bytesPerSecond: null,
  timetable: [],
  transfers: 'auto',
  startAtLogin: false,
  keepInTray: false,
  keepAwake: true,
  pauseOnBattery: false,
  notifications: true,
  askBeforeQuit: true,
};

/** Limits of {@link Settings} and {@link EngineLimits}. */
export const minBytesPerSecond = 1_000;
export const maxTransfers = 16;
export const maxTimetable = 50;

/** What of the settings is the engine's business, while this speed limit holds. */
export function engineLimits({ transfers }: Settings, bytesPerSecond: number | null): EngineLimits {
  return { bytesPerSecond, transfers: transfers === 'auto' ? null : transfers };
}
