/** German: what the system's own dialogs say. */
import type * as english from '../en/main.ts';
import type { Messages } from '../messages.ts';

export const dialog: Messages<typeof english.dialog> = {
  choosePhotos: 'Fotos auswählen',
  chooseFolder: 'Ordner auswählen',
  locatePhoto: 'Wo liegt das Foto jetzt?',
  locateFolder: 'Wo liegt der Ordner jetzt?',
};
