/** German: what the system's own dialogs say. */
import type * as english from '../en/main.ts';
import type { Messages } from '../messages.ts';

export const dialog: Messages<typeof english.dialog> = {
  choosePhotos: 'Fotos auswählen',
  chooseFolder: 'Ordner auswählen',
  locatePhoto: 'Wo liegt das Foto jetzt?',
  saveSkipped: 'Liste der übersprungenen Dateien sichern',
  skippedFile: 'Datei',
  skippedWhy: 'Warum sie übersprungen wurde',
  skippedCut: 'Diese Liste ist nicht vollständig: Es war mehr, als hineinpasst.',
  saveDiagnostics: 'Diagnose sichern',
  locateFolder: 'Wo liegt der Ordner jetzt?',
};

export const pageTitle: Messages<typeof english.pageTitle> = {
  signedIn: 'Du bist angemeldet',
  notSignedIn: 'Du bist nicht angemeldet',
  signedOut: 'Du bist abgemeldet',
  stray: 'Diese Seite gehört zu keiner laufenden Anmeldung',
  notFound: 'Hier ist nichts',
  refused: 'So wird Tintype nicht gefragt',
};

export const pageText: Messages<typeof english.pageText> = {
  signedIn: 'Du kannst diesen Tab schließen und zu Tintype zurückkehren.',
  notSignedIn: 'Geh zurück zu Tintype: Dort steht, was schiefgegangen ist und wie es weitergeht.',
  signedOut: 'Du kannst diesen Tab schließen.',
  stray: 'Geh zurück zu Tintype und beginne die Anmeldung dort.',
  notFound: 'Tintype hört hier nur zu, während du dich an- oder abmeldest.',
  refused: 'Geh zurück zu Tintype und beginne die Anmeldung dort.',
};
