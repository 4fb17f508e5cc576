/** The words about the settings, and what is offered there. */
import type { AppInfo, DataPlace, SettingsSection } from '../../preload/contract/model.ts';
import type { LanguageChoice, Settings, Theme } from '../../preload/contract/settings.ts';
import { formatBytes, formatCount, formatLanguage, joinList } from './format.ts';
import { say, words } from './language.ts';
import { limitText } from './summary.ts';

export const settingsText = words('settings');
export const menuText = words('menu');
export const noticeText = words('notice');
export const batteryText = words('battery');

/** Files of a command line that are not there; some of them by name. */
export function notFoundText({ names, count }: { names: readonly string[]; count: number }): string {
  const listed = joinList(names);
  return say('notice.notFound', {
    count,
    names: count > names.length ? say('notice.notFoundMore', { names: listed }) : listed,
  });
}

/** A section of the settings by name. */
export function sectionText(section: SettingsSection): string {
  return say(`settingsSection.${section}`);
}

/** What the settings say of Tintype's own data. */
export function dataText({ queueBytes, otherBytes }: DataPlace): string {
  return say('settings.dataSizes', { queue: formatBytes(queueBytes), other: formatBytes(otherBytes) });
}

export function versionsText({ electron, chromium, node }: AppInfo): string {
  return say('settings.versions', { electron, chromium, node });
}

export function transfersText(transfers: Settings['transfers']): string {
  return transfers === 'auto' ? settingsText.transfersAuto : formatCount(transfers);
}

/** Bytes per second that are offered: none, 20, 5 and 1 Mbit/s, and what is chosen already. */
export function speedChoices(chosen: number | null): (number | null)[] {
  const usual = [null, 2_500_000, 625_000, 125_000];
  return usual.includes(chosen) ? usual : [...usual, chosen];
}

export function themeText(theme: Theme): string {
  return { system: settingsText.themeSystem, light: settingsText.themeLight, dark: settingsText.themeDark }[
    theme
  ];
}

export function languageText(choice: LanguageChoice): string {
  return choice === 'system' ? settingsText.languageSystem : formatLanguage(choice);
}

/** What a screen reader calls one of the timetable's entries. */
export function hoursText(index: number): string {
  return say('settings.timetableEntry', { number: index + 1 });
}

/** In place of the limit that was chosen, while hours of the timetable hold. */
export function timetableText(bytesPerSecond: number | null): string {
  return say('settings.timetableHolds', { limit: limitText(bytesPerSecond) });
}

export function versionText({ version }: AppInfo): string {
  return say('settings.version', { version });
}

/** @param count of the packages whose licences are listed. */
export function licencesText(count: number): string {
  return say('settings.licencesHint', { count });
}
