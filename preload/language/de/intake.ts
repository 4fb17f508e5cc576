/** German: what became of a drop, and of a whole run. */
import type * as english from '../en/intake.ts';
import type { Messages } from '../messages.ts';

export const intake: Messages<typeof english.intake> = {
  looking: 'Deine Dateien werden durchsucht: {found, number} gefunden, {queued, number} bisher eingereiht',
  queued: '{queued, number} eingereiht',
  skipped: '{queued, number} eingereiht, {skipped, number} übersprungen: {reasons}',
  nothing: 'Das Hinzugefügte war leer.',
  more: 'und {count, number} weitere',
};

export const skipCount: Messages<typeof english.skipCount> = {
  not_a_photo: '{count, plural, one {# kein Foto} other {# keine Fotos}}',
  permission_denied: '{count, number} ohne Leserecht',
  unreadable: '{count, number} nicht lesbar',
  special_file: '{count, plural, one {# keine gewöhnliche Datei} other {# keine gewöhnlichen Dateien}}',
  already_queued: '{count, number} schon in der Warteschlange',
  already_stored: '{count, number} schon hochgeladen',
  vanished: '{count, number} vor dem Lesen verschwunden',
};

export const skipWhy: Messages<typeof english.skipWhy> = {
  not_a_photo: 'Der Inhalt ist weder ein Foto noch ein Video.',
  permission_denied:
    'Dieses Benutzerkonto darf sie nicht lesen. Ändere die Zugriffsrechte und füge sie noch einmal hinzu.',
  unreadable: 'Sie ließ sich nicht lesen. Prüfe die Festplatte und füge sie noch einmal hinzu.',
  special_file: 'Das ist ein Gerät, eine Pipe oder ein Link, der im Kreis führt.',
  already_queued: 'Sie ist schon in der Warteschlange.',
  already_stored: 'Sie wurde schon hochgeladen und ist unverändert.',
  vanished: 'Sie wurde inzwischen verschoben oder gelöscht. Füge sie von dort hinzu, wo sie jetzt liegt.',
};

export const run: Messages<typeof english.run> = {
  title: 'Letzter Upload, {time}',
  queued: '{count, number} eingereiht',
  stored: '{count, number} gespeichert',
  storedBytes: '{count, number} gespeichert ({size})',
  duplicates: '{count, plural, one {# Duplikat} other {# Duplikate}}',
  attention: '{count, plural, one {# braucht Aufmerksamkeit} other {# brauchen Aufmerksamkeit}}',
  waiting: '{count, plural, one {# wartet noch} other {# warten noch}}',
};
