/** German: the queue as a whole, and what is selected in it. */
import type * as english from '../en/queue.ts';
import type { Messages } from '../messages.ts';

export const summary: Messages<typeof english.summary> = {
  nothing: 'Nichts in der Warteschlange',
  allArchived: 'Alles ist hochgeladen',
  allDone: '{count, plural, one {Das eine Foto ist hochgeladen} other {Alle # Fotos sind hochgeladen}}',
  someDone: '{done, number} von {count, plural, one {# Foto} other {# Fotos}} hochgeladen',
  bytesDone: '{done} von {all}',
  left: 'noch {time}',
  duplicates: '{count, number} schon in der Bibliothek',
  held: '{count, number} angehalten',
  limited: 'begrenzt auf {speed}',
  damaged: '{count, plural, one {# sieht beschädigt aus} other {# sehen beschädigt aus}}',
  noLimit: 'Unbegrenzt',
  limit: '{megabits} Mbit/s ({speed})',
  empty: 'Die Warteschlange ist leer.',
  attention: '{count, plural, one {# Foto braucht Aufmerksamkeit.} other {# Fotos brauchen Aufmerksamkeit.}}',
};

export const selection: Messages<typeof english.selection> = {
  actions: 'Ausgewählte Fotos',
  hold: 'Anhalten',
  release: 'Fortsetzen',
  first: 'Zuerst hochladen',
  retry: 'Erneut versuchen',
  remove: 'Entfernen …',
  all: 'Alles auswählen',
  none: 'Auswahl aufheben',
  removeYes: 'Entfernen',
  keep: 'Behalten',
  selected: '{count, number} ausgewählt, {size}',
  removeTitle: '{count, plural, one {# Foto} other {# Fotos}} aus der Warteschlange entfernen?',
  removeUnfinished:
    '{count, plural, one {# Foto davon ist noch nicht hochgeladen und wird es dann auch nicht. Die Datei selbst bleibt} other {# Fotos davon sind noch nicht hochgeladen und werden es dann auch nicht. Die Dateien selbst bleiben}}, wo sie {count, plural, one {ist} other {sind}}.',
  removeDone:
    '{count, plural, one {# Foto, das die Bibliothek schon hat, verschwindet} other {# Fotos, die die Bibliothek schon hat, verschwinden}} nur aus dieser Liste und {count, plural, one {bleibt} other {bleiben}} in der Bibliothek.',
};
