/** German: menus, the tray, notifications, and the question before Tintype ends. */
import type * as english from '../en/desktop.ts';
import type { Messages } from '../messages.ts';

export const menu: Messages<typeof english.menu> = {
  about: 'Über Tintype',
  settings: 'Einstellungen …',
  quit: 'Tintype beenden',
  services: 'Dienste',
  hide: 'Tintype ausblenden',
  hideOthers: 'Andere ausblenden',
  unhide: 'Alle einblenden',
  file: '&Datei',
  addPhotos: 'Fotos hinzufügen …',
  addFolder: 'Ordner hinzufügen …',
  pause: 'Hochladen anhalten',
  resume: 'Hochladen fortsetzen',
  close: 'Fenster schließen',
  edit: '&Bearbeiten',
  undo: 'Rückgängig',
  redo: 'Wiederholen',
  cut: 'Ausschneiden',
  copy: 'Kopieren',
  paste: 'Einfügen',
  selectAll: 'Alles auswählen',
  find: 'Suchen',
  view: '&Ansicht',
  list: 'Als Liste',
  grid: 'Als Raster',
  actualSize: 'Originalgröße',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  fullScreen: 'Vollbild',
  window: 'Fenster',
  help: '&Hilfe',
};

export const tray: Messages<typeof english.tray> = {
  open: 'Tintype öffnen',
  paused: 'Tintype: angehalten',
  waiting: 'Tintype: wartet',
  busy: 'Tintype: {share} hochgeladen',
  attention:
    'Tintype: {count, plural, one {# Foto braucht Aufmerksamkeit} other {# Fotos brauchen Aufmerksamkeit}}',
};

export const notification: Messages<typeof english.notification> = {
  finished: 'Hochladen beendet',
  attention: 'Hochladen beendet, einige Fotos brauchen Aufmerksamkeit',
  stored: '{count, number} hochgeladen',
  duplicates: '{count, plural, one {# war schon da} other {# waren schon da}}',
  needAttention: '{count, plural, one {# braucht Aufmerksamkeit} other {# brauchen Aufmerksamkeit}}',
  waiting: '{count, plural, one {# wartet} other {# warten}}',
};

export const quit: Messages<typeof english.quit> = {
  title: 'Es werden noch Fotos hochgeladen',
  detail:
    'Beim Beenden geht nichts verloren: Beim nächsten Öffnen macht Tintype dort weiter, wo es aufgehört hat. Im Hintergrund geht es jetzt ohne Fenster weiter; wird Tintype noch einmal geöffnet, ist es wieder da.',
  quit: 'Beenden',
  background: 'Im Hintergrund weiter hochladen',
  cancel: 'Abbrechen',
  dontAsk: 'Nicht mehr fragen',
};
