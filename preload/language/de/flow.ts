/** German: photos on their way in, and bytes on their way out. */
import type * as english from '../en/flow.ts';
import type { Messages } from '../messages.ts';

export const traffic: Messages<typeof english.traffic> = {
  label: 'Geschwindigkeit der letzten {seconds, number} Sekunden: jetzt {now}, höchstens {most}',
};

export const dragged: Messages<typeof english.dragged> = {
  items: '{count, plural, one {# Objekt} other {# Objekte}}',
  photos: '{count, plural, one {# Foto} other {# Fotos}}',
  videos: '{count, plural, one {# Video} other {# Videos}}',
  others: '{count, plural, one {# Ordner oder anderes Objekt} other {# Ordner oder andere Objekte}}',
  strangers: '{count, plural, one {# Datei, die kein Foto ist} other {# Dateien, die keine Fotos sind}}',
};

export const paste: Messages<typeof english.paste> = {
  other: 'Hier lassen sich nur Dateien und Bilder einfügen.',
  otherHint: 'Kopiere Fotos im Dateimanager oder einen Screenshot und füge dann noch einmal ein.',
  notSignedInHint: 'Füge es dann hier noch einmal ein.',
};
