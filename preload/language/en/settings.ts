/** English: the settings. */
import type { SettingsSection } from '../../contract/model.ts';

export const settings = {
  title: 'Settings',
  sections: 'Sections',
  close: 'Close',
  theme: 'Appearance',
  themeSystem: 'As the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  language: 'Language',
  languageSystem: 'As the system',
  startAtLogin: 'Start when I log in',
  startAtLoginHint: 'Without its window: uploads go on by themselves.',
  keepInTray: 'Keep running when the window is closed',
  keepInTrayHint: 'Tintype stays in the tray. Where there is none, start it again to see its window.',
  notifications: 'Notify me when an upload has finished',
  notificationsHint: 'Once for all photos, and only while the window is not in front.',
  askBeforeQuit: 'Ask before quitting while photos are being uploaded',
  data: 'Where Tintype keeps its data',
  dataSizes: 'Queue {queue}, everything else {other}',
  showData: 'Show in folder',
  speed: 'Speed limit for all uploads',
  speedOwn: 'Another limit…',
  speedOwnLabel: 'Limit in megabits per second',
  timetable: 'At other times',
  timetableHint:
    'A limit for certain hours, by this computer’s clock. Of several that hold at once the first counts.',
  timetableNone: 'The limit above holds around the clock.',
  timetableAdd: 'Add hours',
  timetableRemove: 'Remove these hours',
  timetableDays: 'Days',
  timetableFrom: 'From',
  timetableTo: 'To',
  timetableLimit: 'Speed limit',
  timetableEntry: 'Hours {number, number}',
  timetableNow: 'holds now',
  timetableHolds: 'The timetable holds now: {limit}',
  timetableOvernight: 'until the next day',
  transfers: 'Uploads at once',
  transfersHint: 'Automatic finds by itself how many carry the most.',
  transfersAuto: 'Automatic',
  keepAwake: 'Keep the computer awake while uploading',
  keepAwakeHint: 'The screen may still turn off.',
  pauseOnBattery: 'Pause while on battery',
  pauseOnBatteryHint: 'Uploads go on as soon as the computer is plugged in.',
  nobody: 'Nobody is signed in.',
  versions: 'Electron {electron}, Chromium {chromium}, Node.js {node}',
  version: 'Version {version}',
  licences: 'Third-party licences',
  licencesHint:
    '{count, plural, one {# package is} other {# packages are}} part of this version, beside Electron and Chromium, whose licences lie next to the program.',
  licencesNone: 'This build has no list of its packages.',
} as const;

export const settingsSection = {
  general: 'General',
  uploads: 'Uploads',
  account: 'Account',
  about: 'About',
} as const satisfies Record<SettingsSection, string>;

export const notice = {
  notFound:
    '{count, plural, one {A file that Tintype was started with is not there: {names}.} other {# files that Tintype was started with are not there: {names}.}}',
  notFoundMore: '{names} and others',
  notFoundNext: 'Check the names, or drop the files on the window.',
} as const;

export const battery = {
  banner: 'Uploads wait while this computer runs on battery.',
  settings: 'Settings…',
} as const;
