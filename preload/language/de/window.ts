/** German: the fixed words of the window, view by view. */
import type * as english from '../en/window.ts';
import type { Messages } from '../messages.ts';

export const app: Messages<typeof english.app> = {
  name: 'Tintype',
  promise:
    'Bringt deine Fotos in die Fotobibliothek deiner Organisation und weist nach, dass sie angekommen sind.',
  starting: 'Warteschlange wird geöffnet …',
  copyDetails: 'Details kopieren',
  copied: 'Kopiert',
  saveDiagnostics: 'Diagnose sichern …',
  details: 'Details',
  dismiss: 'Ausblenden',
};

export const connect: Messages<typeof english.connect> = {
  title: 'Wo liegt deine Fotobibliothek?',
  intro:
    'Gib die Adresse ein, die du von deiner Organisation bekommen hast. Tintype erfragt dort, wie die Anmeldung geht.',
  label: 'Adresse der Bibliothek',
  placeholder: 'https://fotos.example.org',
  connect: 'Verbinden',
  connecting: 'Verbindung wird hergestellt …',
};

export const signIn: Messages<typeof english.signIn> = {
  signIn: 'Anmelden',
  how: 'Dafür öffnet sich der Webbrowser. Tintype bekommt dein Passwort nie zu sehen.',
  title: 'Im Browser anmelden',
  openAgain: 'Erneut öffnen',
  copyLink: 'Link kopieren',
  copied: 'Link kopiert',
  cancel: 'Abbrechen',
  stepDone: 'Erledigt: ',
  stepNow: 'Jetzt: ',
  deadline: 'Die Seite ist noch {time} gültig.',
  timeIsUp: 'Die Zeit ist um.',
};

export const signInStep: Messages<typeof english.signInStep> = {
  opening: 'Browser wird geöffnet',
  waiting: 'Warten auf die Anmeldung dort',
  finishing: 'Identität wird geprüft',
};

export const empty: Messages<typeof english.empty> = {
  title: 'Fotos oder Ordner hierher ziehen',
  how: 'Irgendwo aufs Fenster. Ordner werden mit allen Unterordnern durchsucht; deine Dateien bleiben unverändert.',
  chooseFiles: 'Fotos auswählen …',
  chooseFolder: 'Ordner auswählen …',
};

export const queue: Messages<typeof english.queue> = {
  summary: 'Überblick',
  overall: 'Bisher hochgeladen',
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  filters: 'Anzeigen',
  list: 'Fotos',
  grid: 'Als Bildraster anzeigen',
  loading: 'Wird geladen',
  retry: 'Erneut versuchen',
  tryNow: 'Jetzt versuchen',
  uploadAnyway: 'Trotzdem hochladen',
  locate: 'Datei suchen',
  locateFile: 'Das Foto auswählen …',
  locateFolder: 'Den früheren Ordner auswählen …',
  remove: 'Aus der Warteschlange entfernen (die Datei bleibt, wo sie ist)',
  hold: 'Dieses Foto anhalten',
  release: 'Dieses Foto fortsetzen',
  first: 'Zuerst hochladen',
  options: 'Optionen der Warteschlange',
  speedLimit: 'Höchstgeschwindigkeit für alle Uploads',
  archive: 'Hochgeladene Fotos in den Verlauf verschieben',
  cancelAll: 'Alle Uploads abbrechen …',
  cancelAllTitle: 'Alle Uploads abbrechen?',
  cancelAllBody:
    'Jedes noch nicht hochgeladene Foto wird aus der Warteschlange genommen. Deine Dateien bleiben, wo sie sind, und was hochgeladen ist, bleibt in der Bibliothek.',
  cancelAllYes: 'Alle Uploads abbrechen',
  cancelAllNo: 'Warteschlange behalten',
  damaged: 'Sieht beschädigt aus',
  damagedHint: 'Das Bild ließ sich nicht lesen. Die Datei wird hochgeladen, wie sie ist.',
  photoProgress: 'Gesendet',
  reload: 'Liste neu laden',
  retryAll: '{count, plural, one {Erneut versuchen} other {Alle erneut versuchen}}',
  rowAction: '{action}: {file}',
};

export const banner: Messages<typeof english.banner> = {
  banners: 'Meldungen',
  expiredRevoked: 'Deine Sitzung ist beendet.',
  expiredMissing: 'Der Schlüsselbund enthält deine Sitzung nicht mehr.',
  expiredNext: 'Nach erneuter Anmeldung geht es weiter; aus der Warteschlange geht nichts verloren.',
  signInAgain: 'Erneut anmelden',
  skippedFiles: 'Übersprungene Dateien',
  showSkipped: 'Übersprungene Dateien anzeigen',
  saveSkipped: 'Liste sichern …',
  hideSkipped: 'Übersprungene Dateien ausblenden',
  clockSlow:
    'Die Uhr dieses Computers geht {time} nach. Uploads richten sich nach der Zeit der Bibliothek; stelle die Uhr in den Systemeinstellungen richtig.',
  clockFast:
    'Die Uhr dieses Computers geht {time} vor. Uploads richten sich nach der Zeit der Bibliothek; stelle die Uhr in den Systemeinstellungen richtig.',
  waitForSignIn:
    '{count, plural, one {# Foto wartet in der Warteschlange und wird} other {# Fotos warten in der Warteschlange und werden}} nach der Anmeldung hochgeladen.',
};

export const obstacle: Messages<typeof english.obstacle> = {
  offline: 'Offline.',
  captivePortal: 'Dieses Netzwerk hat eine Anmeldeseite: Öffne den Browser und melde dich im Netzwerk an.',
  certificate:
    'Dem Zertifikat der Bibliothek wird hier nicht vertraut. Hat dieses Netzwerk eine Anmeldeseite, melde dich dort an; sonst wende dich an die Person, die deine Fotobibliothek betreut.',
  proxy:
    'Der Proxyserver dieses Netzwerks antwortet nicht oder lässt Tintype nicht durch: Wende dich an die Person, die das Netzwerk betreut.',
};

export const reconnect: Messages<typeof english.reconnect> = {
  bySystem:
    '{count, plural, =0 {Nichts wartet} one {# Foto wartet} other {# Fotos warten}}, bis die Verbindung wieder da ist.',
  nextCheck:
    '{count, plural, =0 {Nichts wartet} one {# Foto wartet} other {# Fotos warten}}; nächste Prüfung in {time}.',
  checking:
    '{count, plural, =0 {Nichts wartet} one {# Foto wartet} other {# Fotos warten}}; wird gerade geprüft.',
};

export const drop: Messages<typeof english.drop> = {
  files: 'Zum Hinzufügen loslassen',
  other: 'Nur Dateien und Ordner lassen sich hinzufügen',
  otherHint: 'Erst auf dem Computer speichern, dann die Datei hierher ziehen.',
  notSignedIn: 'Erst anmelden',
  notSignedInHint: 'Danach die Fotos noch einmal hierher ziehen.',
};

export const proxy: Messages<typeof english.proxy> = {
  title: 'Am Proxyserver anmelden',
  user: 'Benutzername',
  password: 'Passwort',
  submit: 'Anmelden',
  trying: 'Wird versucht …',
  cancel: 'Abbrechen',
  open: 'Passwort eingeben …',
  wrong:
    'Der Proxyserver hat das nicht angenommen. Prüfe Benutzername und Passwort und versuche es noch einmal.',
  question:
    'Der Proxyserver dieses Netzwerks, {proxy}, verlangt Benutzername und Passwort. Beides wird im Schlüsselbund dieses Computers aufbewahrt.',
};

export const fatal: Messages<typeof english.fatal> = {
  title: 'Dieses Fenster reagiert nicht mehr',
  body: 'Uploads laufen im Hintergrund weiter, und die Warteschlange ist auf der Festplatte gesichert. Lade das Fenster neu, um sie wieder zu sehen.',
  reload: 'Fenster neu laden',
  noBridge: 'Diese Seite funktioniert nur in Tintype.',
};
