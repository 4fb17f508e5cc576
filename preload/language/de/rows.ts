/** German: what a photo's row says of itself, and the words of the list that it is in. */
import type * as english from '../en/rows.ts';
import type { Messages } from '../messages.ts';

export const wait: Messages<typeof english.wait> = {
  ready: 'Kommt von selbst an die Reihe.',
  offline: 'Keine Verbindung.',
  signed_out: 'Weiter geht es nach der Anmeldung.',
  network: 'Die Verbindung ist abgebrochen.',
  captive_portal: 'Dieses Netzwerk hat eine Anmeldeseite; öffne den Browser und melde dich im Netzwerk an.',
  certificate:
    'Dem Zertifikat der Bibliothek wird nicht vertraut; wende dich an die Person, die diesen Computer oder die Bibliothek betreut.',
  proxy:
    'Der Proxyserver dieses Netzwerks lässt es nicht durch; wende dich an die Person, die das Netzwerk betreut.',
  proxy_auth: 'Der Proxyserver dieses Netzwerks verlangt Benutzername und Passwort; gib sie oben ein.',
  throttled: 'Die Bibliothek hat um eine Pause gebeten.',
  server_error: 'Die Bibliothek hat eine Störung.',
  store_full: 'Die Bibliothek ist voll; wende dich an die Person, die sie betreut.',
  clock_skew: 'Die Uhr dieses Computers geht falsch; stelle sie richtig.',
  grant_expired: 'Die Erlaubnis zum Hochladen ist abgelaufen; eine neue wird geholt.',
  checksum_mismatch: 'Was ankam, stimmt nicht mit dem Foto überein; es wird noch einmal gesendet.',
  file_changed: 'Die Datei hat sich beim Hochladen geändert; sie wird neu gelesen.',
  copy_on_its_way: 'Dasselbe Foto ist unterwegs; diese Kopie wird verglichen, wenn es angekommen ist.',
  volume_missing:
    'Die Festplatte oder Karte mit der Datei ist nicht angeschlossen. Sobald sie es ist, geht es weiter.',
  local_io: 'Die Datei ließ sich gerade nicht lesen; prüfe die Festplatte.',
};

export const block: Messages<typeof english.block> = {
  missing:
    'Die Datei ist nicht mehr da. Zeige, wo sie jetzt liegt, oder lege sie zurück und versuche es erneut.',
  permission_denied:
    'Dieses Benutzerkonto darf die Datei nicht lesen. Ändere ihre Zugriffsrechte und versuche es erneut.',
  empty_file: 'Die Datei ist leer. Ersetze sie oder entferne sie aus der Warteschlange.',
  not_a_file:
    'Wo die Datei war, liegt jetzt ein Ordner oder ein Gerät. Lege die Datei zurück und versuche es erneut.',
  too_large: 'Die Datei ist größer, als die Bibliothek erlaubt. Entferne sie aus der Warteschlange.',
  forbidden: 'Die Bibliothek erlaubt dir hier keine Uploads. Frage die Person, die sie betreut.',
  rejected:
    'Die Bibliothek hat die Datei nicht angenommen. Entferne sie oder frage die Person, die die Bibliothek betreut.',
  quota: 'Dein Speicherplatz in der Bibliothek ist aufgebraucht. Bitte um mehr und versuche es erneut.',
  disk_suspected:
    'Die Datei liest sich jedes Mal anders. Prüfe die Festplatte, bewahre eine zweite Kopie auf und versuche es erneut.',
  gave_up: 'Es ist zu oft fehlgeschlagen. Prüfe die Verbindung und versuche es erneut.',
};

export const stepTitle: Messages<typeof english.stepTitle> = {
  inspecting: 'Wird gelesen',
  checking: 'Wird geprüft',
  sending: 'Wird hochgeladen',
  confirming: 'Wird bestätigt',
};

export const stepDetail: Messages<typeof english.stepDetail> = {
  inspecting: 'Der Fingerabdruck wird genommen.',
  checking: 'Die Bibliothek wird gefragt, ob sie dieses Foto hat.',
  confirming: 'Die Bibliothek vergleicht, was angekommen ist.',
};

export const row: Messages<typeof english.row> = {
  held: 'Angehalten',
  heldDetail: 'Wartet, bis du es fortsetzt.',
  waiting: 'Wartet',
  waitsFor: 'Auf {file}, dasselbe Foto.',
  nextTry: 'Nächster Versuch in {time}.',
  tryingNow: 'Wird gerade erneut versucht.',
  done: 'Hochgeladen',
  doneDetail: 'Die Bibliothek hat es geprüft.',
  duplicate: 'Schon in der Bibliothek',
  duplicateOf: 'Dasselbe wie {file}',
  blocked: 'Braucht Aufmerksamkeit',
};

export const filter: Messages<typeof english.filter> = {
  all: 'Alle',
  waiting: 'Wartend',
  active: 'Unterwegs',
  done: 'Hochgeladen',
  attention: 'Aufmerksamkeit nötig',
  history: 'Verlauf',
};

export const emptyFilter: Messages<typeof english.emptyFilter> = {
  all: 'Die Warteschlange ist leer.',
  waiting: 'Kein Foto wartet.',
  active: 'Gerade wird nichts hochgeladen.',
  done: 'Noch ist kein Foto hochgeladen.',
  attention: 'Kein Foto braucht Aufmerksamkeit.',
  history: 'Im Verlauf ist noch nichts.',
};

export const emptyHint: Messages<typeof english.emptyHint> = {
  all: 'Ziehe Fotos oder Ordner auf dieses Fenster.',
  waiting: 'Hier stehen Fotos, bis sie an der Reihe sind.',
  active: 'Hier stehen Fotos, solange sie unterwegs sind.',
  done: 'Hierher kommen Fotos, sobald die Bibliothek sie geprüft hat.',
  attention: 'Hierher kommen Fotos, die ohne dich nicht weiterkommen.',
  history: 'Hierher kommen hochgeladene Fotos nach 30 Tagen oder wenn du sie verschiebst.',
};

export const emptyList: Messages<typeof english.emptyList> = {
  archived: '{count, plural, one {# hochgeladenes Foto ist} other {# hochgeladene Fotos sind}} im Verlauf.',
  archivedHint: 'Weitere lassen sich jederzeit auf dieses Fenster ziehen.',
  searchHint: 'Prüfe die Schreibweise oder leere die Suche, um wieder alle Fotos zu sehen.',
  showAll: 'Alle Fotos zeigen',
  showWaiting: 'Wartende zeigen',
  showAttention: 'Zeigen, was Aufmerksamkeit braucht',
  showHistory: 'Verlauf zeigen',
  searchAll: 'In allen Fotos suchen',
  searchHistory: 'Im Verlauf suchen',
};

export const sort: Messages<typeof english.sort> = {
  added: 'Hinzugefügt am',
  taken: 'Aufgenommen am',
  name: 'Name',
  size: 'Größe',
  state: 'Zustand',
};

export const pause: Messages<typeof english.pause> = {
  user: 'Angehalten. Mit „Fortsetzen“ geht es weiter.',
  offline: 'Offline. Die Uploads gehen weiter, wenn die Verbindung wieder da ist.',
  signedOut: 'Die Uploads warten auf deine Anmeldung.',
  suspended: 'Angehalten, solange der Computer im Ruhezustand ist.',
  battery: 'Die Uploads warten, solange der Computer mit Akku läuft.',
  outage: 'Die Bibliothek nimmt gerade keine Fotos an.',
  captivePortal: 'Die Uploads warten, bis du in diesem Netzwerk angemeldet bist.',
  certificate: 'Dem Zertifikat der Bibliothek wird hier nicht vertraut.',
  proxy: 'Der Proxyserver dieses Netzwerks steht im Weg.',
  proxyAuth: 'Die Uploads warten auf das Passwort für den Proxyserver dieses Netzwerks.',
};

export const finder: Messages<typeof english.finder> = {
  search: 'Nach Name oder Ordner suchen',
  placeholder: 'Name oder Ordner suchen',
  clear: 'Suche leeren',
  sort: 'Sortieren nach',
  ascending: 'Aufsteigend',
  descending: 'Absteigend',
  direction: 'Richtung',
  found: '{count, plural, one {# Foto} other {# Fotos}} gefunden',
  nothingFound: 'Kein Foto hier hat „{search}“ im Namen oder im Ordner.',
};

export const details: Messages<typeof english.details> = {
  title: 'Details',
  show: 'Details anzeigen',
  hide: 'Details ausblenden',
  nothing: 'Wähle ein Foto aus, um mehr darüber zu erfahren.',
  state: 'Zustand',
  taken: 'Aufgenommen',
  camera: 'Kamera',
  size: 'Größe',
  folder: 'Ordner',
  reveal: 'Im Ordner zeigen',
  added: 'Hinzugefügt',
  stored: 'Hochgeladen',
  copyOf: 'Dasselbe Foto in der Bibliothek',
  sameContent: 'Dasselbe Foto in der Warteschlange',
  unknown: 'Nicht bekannt',
  notRead: 'Bekannt, sobald die Datei gelesen ist',
  fingerprint: 'Fingerabdruck (SHA-256)',
  bytes: '{count, plural, one {# Byte} other {# Byte}}',
  sizeAndBytes: '{size} ({bytes})',
  takenBy: '{time}, {source}',
};

export const takenSource: Messages<typeof english.takenSource> = {
  'exif-original': 'laut Kamera',
  'exif-create': 'als es digitalisiert wurde',
  gps: 'laut Satellitenzeit',
  'exif-modify': 'als es zuletzt geändert wurde',
};
