/** English: what the system's own dialogs say. */

export const dialog = {
  choosePhotos: 'Choose photos',
  chooseFolder: 'Choose a folder',
  locatePhoto: 'Where is the photo now?',
  locateFolder: 'Where is the folder now?',
} as const;
