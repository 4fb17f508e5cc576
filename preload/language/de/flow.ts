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
  place: 'Aus der Zwischenablage',
  notSignedInHint: 'Füge es dann hier noch einmal ein.',
};

export const stall: Messages<typeof english.stall> = {
  sending: 'Seit einer Weile kommt bei der Bibliothek nichts an.',
  sendingNext:
    'Die Verbindung ist sehr langsam oder unbemerkt abgebrochen. Tintype sendet von selbst weiter; bleibt es so, prüfe deine Verbindung.',
  library: 'Die Bibliothek antwortet seit einer Weile nicht.',
  libraryNext:
    'Sie ist beschäftigt oder schlecht zu erreichen. Sie wird von selbst wieder gefragt, und nichts geht verloren.',
  reading: 'Die Fotos lassen sich seit einer Weile nicht lesen.',
  readingNext:
    'Die Festplatte oder das Netzlaufwerk, auf dem sie liegen, antwortet nicht. Prüfe Kabel oder Verbindung.',
  retry: 'Alle übrigen Fotos warten auf einen neuen Versuch.',
  tryNow: 'Jetzt versuchen',
};
