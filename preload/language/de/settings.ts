/** German: the settings. */
import type * as english from '../en/settings.ts';
import type { Messages } from '../messages.ts';

export const settings: Messages<typeof english.settings> = {
  title: 'Einstellungen',
  sections: 'Bereiche',
  close: 'Schließen',
  theme: 'Erscheinungsbild',
  themeSystem: 'Wie das System',
  themeLight: 'Hell',
  themeDark: 'Dunkel',
  language: 'Sprache',
  languageSystem: 'Wie das System',
  startAtLogin: 'Beim Anmelden am Computer starten',
  startAtLoginHint: 'Ohne Fenster; das Hochladen geht von selbst weiter.',
  keepInTray: 'Weiterlaufen, wenn das Fenster geschlossen wird',
  keepInTrayHint:
    'Tintype bleibt im Infobereich. Gibt es keinen, holt ein erneuter Start das Fenster zurück.',
  notifications: 'Benachrichtigen, wenn alles hochgeladen ist',
  notificationsHint: 'Einmal für alle Fotos, und nur solange das Fenster nicht vorn ist.',
  askBeforeQuit: 'Vor dem Beenden fragen, solange noch hochgeladen wird',
  data: 'Wo Tintype seine Daten aufbewahrt',
  dataSizes: 'Warteschlange {queue}, alles andere {other}',
  showData: 'Im Ordner zeigen',
  speed: 'Höchstgeschwindigkeit für alle Uploads',
  speedOwn: 'Eine andere …',
  speedOwnLabel: 'Grenze in Megabit pro Sekunde',
  timetable: 'Zeitplan',
  timetableHint:
    'Eine Grenze für bestimmte Stunden, nach der Uhr dieses Computers. Gelten mehrere zugleich, zählt die erste.',
  timetableNone: 'Die Grenze darüber gilt rund um die Uhr.',
  timetableAdd: 'Zeiten hinzufügen',
  timetableRemove: 'Diese Zeiten entfernen',
  timetableDays: 'Tage',
  timetableFrom: 'Von',
  timetableTo: 'Bis',
  timetableLimit: 'Höchstgeschwindigkeit',
  timetableEntry: 'Zeiten {number, number}',
  timetableNow: 'gilt jetzt',
  timetableHolds: 'Jetzt gilt der Zeitplan: {limit}',
  timetableOvernight: 'bis zum nächsten Tag',
  transfers: 'Gleichzeitige Uploads',
  transfersHint: '„Automatisch“ findet selbst heraus, bei wie vielen es am schnellsten geht.',
  transfersAuto: 'Automatisch',
  keepAwake: 'Computer beim Hochladen wach halten',
  keepAwakeHint: 'Der Bildschirm darf trotzdem ausgehen.',
  pauseOnBattery: 'Im Akkubetrieb anhalten',
  pauseOnBatteryHint: 'Das Hochladen geht weiter, sobald das Netzteil angeschlossen ist.',
  nobody: 'Niemand ist angemeldet.',
  versions: 'Electron {electron}, Chromium {chromium}, Node.js {node}',
  version: 'Version {version}',
  licences: 'Lizenzen Dritter',
  licencesHint:
    '{count, plural, one {# Paket ist} other {# Pakete sind}} Teil dieser Version, neben Electron und Chromium, deren Lizenzen beim Programm liegen.',
  licencesNone: 'Diese Version hat kein Verzeichnis ihrer Pakete.',
};

export const settingsSection: Messages<typeof english.settingsSection> = {
  general: 'Allgemein',
  uploads: 'Uploads',
  account: 'Konto',
  about: 'Über Tintype',
};

export const notice: Messages<typeof english.notice> = {
  notFound:
    '{count, plural, one {Eine Datei, mit der Tintype gestartet wurde, gibt es nicht: {names}.} other {# Dateien, mit denen Tintype gestartet wurde, gibt es nicht: {names}.}}',
  notFoundMore: '{names} und andere',
  notFoundNext: 'Stimmen die Namen? Sonst die Dateien auf das Fenster ziehen.',
};

export const battery: Messages<typeof english.battery> = {
  banner: 'Das Hochladen wartet, solange dieser Computer im Akkubetrieb läuft.',
  settings: 'Einstellungen …',
};
